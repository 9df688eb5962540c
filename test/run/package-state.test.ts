import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { build } from '../../src/commands/build.ts';

const BIN = join(import.meta.dirname, '../../bin/faasify.js');

/** A package whose files share what it keeps, and whose separator can be set. */
const FILES = {
  'package.json': '{ "type": "module" }',
  'tsconfig.json':
    '{ "compilerOptions": { "target": "ES2022", "module": "NodeNext", "strict": true }, "include": ["*.ts"] }',
  'node_modules/kept/package.json': '{ "name": "kept", "version": "1.0.0", "type": "module", "exports": "./index.js" }',
  'node_modules/kept/index.js': `export * from './count.js'; export * from './look.js'; export { setSeparator } from './options.js';\n`,
  'node_modules/kept/state.js': `export const state = { n: 0 };\n`,
  'node_modules/kept/count.js': `import { state } from './state.js'; export const count = () => { state.n += 1; };\n`,
  'node_modules/kept/look.js': `import { state } from './state.js'; import { options } from './options.js';
export const look = () => state.n; export const join = (list) => list.join(options.separator);\n`,
  'node_modules/kept/options.js': `export let options = { separator: '-' };
export function setSeparator(separator) { options = { separator }; }\n`,
  'node_modules/kept/index.d.ts': `export function count(): void; export function look(): number;
export function join(list: string[]): string; export function setSeparator(separator: string): void;\n`,
  'seen.ts': `import { look } from 'kept';\nexport function seen(): number { const n = look(); return n * 10; }\n`,
  'joined.ts': `import { join } from 'kept';\nexport function joined(n: number): string { const all = ['a', \`\${n}\`]; return join(all); }\n`,
  'main.ts': `import { count } from 'kept';\nimport { seen } from './seen.js';\nimport { joined } from './joined.js';
count(); console.log(seen(), joined(1)); count(); count(); console.log(seen(), joined(2));\n`,
};

const LOCK = 'node_modules/.package-lock.json';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faasify-test-'));
  for (const [name, text] of Object.entries(FILES)) write(name, text);
  write(LOCK, '{ "packages": { "node_modules/kept": { "version": "1.0.0" } } }');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** What the program prints, and the verdicts of its two functions. */
function run() {
  const args = [BIN, 'run', 'main.ts', '--report', 'report.json'];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const { functions } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as {
    functions: { id: string; verdict: string; crossed: number }[];
  };
  const verdicts = functions.map(({ id, verdict, crossed }) => `${id} ${verdict === 'keep' ? 'stays' : crossed}`);
  return { stdout, stderr, status, verdicts: verdicts.sort() };
}

/** As `faasify run` builds: the program stays where it is. `built` or `unchanged`, and what moves. */
async function buildAgain(): Promise<string> {
  const { kind, manifest } = await build({
    src: folder,
    cwd: folder,
    flags: { out: join(folder, 'out') },
    inPlace: true,
  });
  const moved = manifest.functions.filter(({ verdict }) => verdict !== 'keep');
  return [kind, ...moved.map(({ id }) => id)].join(' ');
}

it('keeps what reads state that another file of a package changes', { timeout: 60_000 }, () => {
  expect(run()).toEqual({
    stdout: '10 a-1\n30 a-2\n',
    stderr: '',
    status: 0,
    verdicts: ['joined#joined 2', 'seen#seen stays'],
  });
});

it('looks again when a file beside the program, or what is installed, has changed', { timeout: 60_000 }, async () => {
  expect(await buildAgain()).toBe('built joined#joined');
  expect(await buildAgain()).toBe('unchanged joined#joined');
  write('setup.mjs', `import { setSeparator } from 'kept';\nsetSeparator('/');\n`);
  expect(await buildAgain()).toBe('built');
  write('setup.mjs', '// nothing\n');
  expect(await buildAgain()).toBe('built joined#joined');
  write(LOCK, '{ "packages": { "node_modules/kept": {}, "node_modules/other": { "dependencies": { "kept": "1" } } } }');
  expect(await buildAgain()).toBe('built');
  write('parts/package.json', '{ "type": "commonjs" }');
  expect(await buildAgain()).toBe('built');
  write('parts/package.json', '{ "type": "module" }');
  expect(await buildAgain()).toBe('built');
  expect(await buildAgain()).toBe('unchanged');
});

it('keeps what reads a setting as soon as the program sets it', { timeout: 60_000 }, () => {
  write(
    'joined.ts',
    FILES['joined.ts']
      .replace('{ join }', '{ join, setSeparator }')
      .replace('const all', `if (n > 1) setSeparator('+'); const all`),
  );
  const stays = ['joined#joined stays', 'seen#seen stays'];
  expect(run()).toMatchObject({ stdout: '10 a-1\n30 a+2\n', verdicts: stays });
});
