/** A provider that nobody knows is added as templates/_template/README.md says: with one file and one folder. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Manifest } from '../../src/types.ts';
import { runNode } from '../harness/processes.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'faasify-guide-'));
const installation = join(folder, 'faasify');
const program = join(folder, 'program');

/** Messages are envelopes with text in Base64; a function that throws is a letter that comes back. */
const FILES = {
  'src/providers/pigeon.ts': `import type { Provider } from './provider.ts';

export const provider: Provider = {
  name: 'pigeon',
  title: 'Pigeon Post',
  limits: {
    zip: 1_000_000,
    unpacked: 2_000_000,
    payload: 10_000,
    memory: { min: 0, max: 1024 },
    timeout: 60,
    source: 'made up',
  },
  unitName: { pattern: /^[a-z_]+$/i, maxLength: 40 },
  entry: { file: 'pigeon.cjs', format: 'cjs' },
  files: ({ name, env }) => [{ path: 'pigeon.txt', text: [name, ...env].join(' ') }],
  commands: ({ units }) => units.map((unit) => \`pigeon send \${unit.package} --as \${unit.name}\`),
};
`,
  'templates/pigeon/index.ts': `/** Pigeon Post: \`exports.letters = { <name>(envelope, fly) { fly(null, envelope) } }\` */
import { UNIT_NAME } from 'faasify:unit';
import { describeError } from '../runtime/respond.ts';
import { open, seal } from './envelopes.ts';

const unit = import('faasify:unit');

export const letters = {
  async [UNIT_NAME](envelope: string, fly: (returned: string | null, answer?: string) => void): Promise<void> {
    try {
      fly(null, seal(await (await unit).handler(open(envelope))));
    } catch (error) {
      fly(seal(describeError(error)));
    }
  },
};
`,
  'templates/pigeon/envelopes.ts': `export function open(envelope: string): unknown {
  return JSON.parse(Buffer.from(envelope, 'base64').toString());
}

export function seal(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}
`,
  'templates/pigeon/transport.ts': `import { describeStatus, toAddress, type Transport } from '../runtime/provider-transport.ts';

export const transport: Transport = {
  findService: ({ PIGEON_LOFT }) => (PIGEON_LOFT ? { endpoint: PIGEON_LOFT } : undefined),
  toRequest: (unit, text) => ({
    url: toAddress(unit, '/loft/'),
    headers: { 'x-ring': unit.place?.key ?? 'none' },
    body: Buffer.from(text).toString('base64'),
  }),
  readAnswer(unit, answer) {
    const text = Buffer.from(answer.body, 'base64').toString();
    if (answer.status === 299) return { thrown: text };
    return answer.status === 200 ? text : describeStatus(unit, answer);
  },
};
`,
};

const MAIN = `export class Lost extends Error {}

export function join(words: string[]): string {
  if (words.length === 0) throw new Lost('no words');
  return words.map((word) => word + '!').join(' ');
}

export function size(text: string): number {
  return [...text].length + 0;
}

console.log(join(['a', 'b']));
try {
  join([]);
} catch (error) {
  console.log(error instanceof Lost, String(error));
}
console.log(size('x'.repeat(20_000)), size('abc'));
`;

beforeAll(() => {
  mkdirSync(installation, { recursive: true });
  for (const part of ['src', 'templates', 'bin', 'package.json', 'tsconfig.json']) {
    cpSync(join(ROOT, part), join(installation, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(installation, 'node_modules'));
  write(installation, FILES);
  execFileSync('npm', ['run', '-s', 'build'], { cwd: installation, stdio: 'pipe' });
  write(program, {
    'package.json': '{ "name": "letters", "type": "module" }',
    'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022" } }',
    'main.ts': MAIN,
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(home: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(home, path, '..'), { recursive: true });
    writeFileSync(join(home, path), text);
  }
}

const faasify = (...args: string[]) => runNode([join(installation, 'bin/faasify.js'), ...args], program, '');

type Letters = Record<string, (envelope: string, fly: (returned: string | null, answer?: string) => void) => void>;

/** The provider's runtime: it has what was in the packages. */
async function startLoft(letters: Letters) {
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const letter = letters[decodeURIComponent((req.url ?? '').replace('/loft/', ''))];
      if (req.headers['x-ring'] !== 'gold') return res.writeHead(401).end();
      if (!letter) return res.writeHead(404).end();
      letter(Buffer.concat(chunks).toString(), (returned, answer) => {
        res.writeHead(returned === null ? 200 : 299).end(returned ?? answer);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

test('a made-up provider runs a program as it is', async () => {
  const built = await faasify('.', '--target', 'pigeon', '--out', 'faas');
  expect(built).toMatchObject({ code: 0, stderr: '' });
  const out = join(program, 'faas');
  const manifest = JSON.parse(readFileSync(join(out, 'faasify.json'), 'utf8')) as Manifest;
  const places = manifest.units.flatMap((unit) => unit.places ?? []);
  const letters: Letters = {};
  for (const { name, package: own } of places) {
    expect(readFileSync(join(out, own?.folder ?? '', 'pigeon.txt'), 'utf8')).toBe(name);
    const module = (await import(pathToFileURL(join(out, own?.folder ?? '', 'pigeon.cjs')).href)) as {
      letters: Letters;
    };
    Object.assign(letters, module.letters);
  }
  expect(Object.keys(letters).sort()).toEqual(places.map(({ name }) => name).sort());
  expect(places.every(({ name }) => /^[a-z_]{1,40}$/i.test(name))).toBe(true);
  const script = readFileSync(join(out, 'pigeon/deploy.sh'), 'utf8');
  expect(script).toContain(`pigeon send packages/pigeon/${manifest.units[0]?.name}.zip --as ${places[0]?.name}`);

  const { url, server } = await startLoft(letters);
  const env = { ...process.env, PIGEON_LOFT: url, FAASIFY_REPORT: join(folder, 'counts') };
  const run = (given: NodeJS.ProcessEnv) => runNode(['--import', 'tsx', join(out, 'app/main.ts')], ROOT, '', given);
  const plain = await runNode(['--import', 'tsx', join(program, 'main.ts')], ROOT, '');
  expect(plain.stdout).toBe('a! b!\ntrue Error: no words\n20000 3\n');
  const there = await run({ ...env, FAASIFY_ENDPOINT_PIGEON: url, FAASIFY_KEY_PIGEON: 'gold' });
  expect(there).toEqual(plain);
  const refused = await run(env);
  expect(refused.stderr).toContain('answered 401');
  server.close();

  const elsewhere = await faasify('deploy', 'faas');
  expect(elsewhere).toMatchObject({ code: 2 });
  expect(elsewhere.stderr).toContain('faas/pigeon/deploy.sh');
  expect((await faasify('.', '--target', 'pidgeon')).stderr).toContain('"pigeon"');
}, 60_000);
