/** What OpenWhisk's, OpenFaaS', Fission's, Kubeless', Webtask's and hook.io's own tools are given, and what their units cannot have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { Manifest } from '../../src/types.ts';
import { faasify, faasifyProcess, makeProject } from '../cli/command.ts';

const TARGETS = ['openwhisk', 'openfaas', 'fission', 'kubeless', 'webtask', 'hookio'];
const SETTINGS = {
  'package.json': '{ "type": "module" }\n',
  'tsconfig.json': '{ "compilerOptions": { "strict": true } }\n',
};
const SQUARE = 'export function square(value: number): number {\n  return value * value + 0;\n}\n';

async function build(files: Record<string, string>, ...targets: string[]): Promise<string> {
  const folder = makeProject({ ...SETTINGS, ...files });
  const { code, stdout, stderr } = await faasify(folder, '.', '--target', targets.join(), '--app', 'shop');
  expect(code, stdout + stderr).toBe(0);
  return join(folder, 'faas');
}

/** The files of a build for all of them: hook.io ends calls after 10 s. */
async function buildAll(): Promise<(path: string) => string> {
  const main = "import { square } from './trig.ts';\nsquare(2);\n";
  const out = await build({ 'trig.ts': SQUARE, 'main.ts': main }, ...TARGETS);
  return (path) => readFileSync(join(out, path), 'utf8');
}

describe('what the tools are given', () => {
  test('commands', async () => {
    const read = await buildAll();
    const commands = TARGETS.map((target) => read(`${target}/deploy.sh`).split('\n').slice(4, -1));
    const [image, ...kubeless] = commands[3]?.slice(1) ?? [];
    expect(image).toMatch(/^: "\$\{KUBELESS_NODE_IMAGE:\?/);
    const options =
      'shop-trig-square --runtime nodejs14 --handler index.main --from-file packages/kubeless/trig-square.zip --env REQ_MB_LIMIT=64 --timeout 10 --memory 512Mi --runtime-image "$KUBELESS_NODE_IMAGE"';
    expect(kubeless).toEqual([
      `kubeless function update ${options} || kubeless function deploy ${options}`,
      'kubeless trigger http create shop-trig-square --function-name shop-trig-square --path shop-trig-square || true',
    ]);
    expect(commands.toSpliced(3, 1)).toEqual([
      [
        'wsk action update shop-trig-square packages/openwhisk/trig-square.zip --kind nodejs:20 --memory 512 --timeout 10000',
      ],
      ['faas-cli template store pull node22', 'faas-cli up --yaml openfaas/stack.yml'],
      ['fission spec apply --specdir fission --wait'],
      ['wt create units/trig-square/webtask/index.js --name shop-trig-square --no-merge --no-parse --prod'],
      ['hook deploy units/trig-square/hookio'],
    ]);
  });

  test('descriptions name what lies there', async () => {
    const read = await buildAll();
    expect(parse(read('openwhisk/manifest.yaml'))).toEqual({
      packages: {
        default: {
          actions: {
            'shop-trig-square': {
              function: '../packages/openwhisk/trig-square.zip',
              runtime: 'nodejs:20',
              limits: { memorySize: 512, timeout: 10_000 },
            },
          },
        },
      },
    });
    const { handler, environment } = parse(read('openfaas/stack.yml')).functions['shop-trig-square'];
    expect(environment).toMatchObject({ MAX_JSON_SIZE: '64mb', exec_timeout: '10s' });
    expect(read(join(handler, 'handler.js'))).toContain('./handler.mjs');
    expect(JSON.parse(read(join(handler, 'package.json')))).toMatchObject({ type: 'commonjs', main: 'handler.js' });
    const [archive, ...documents] = parseAllDocuments(read('fission/function-shop-trig-square.yaml')).map((one) =>
      one.toJS(),
    );
    expect(archive.include).toEqual(['packages/fission/trig-square.zip']);
    expect(documents.map(({ kind }) => kind)).toEqual(['Package', 'Function']);
    expect(documents[1].spec).toMatchObject({
      functionTimeout: 10,
      requestsPerPod: 1,
      package: { functionName: 'index' },
    });
    expect(parse(read('fission/fission-deployment-config.yaml')).uid).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});

describe('where a single file is all there is', () => {
  const LOOK = [
    'export const table = await Promise.resolve([1, 2]);',
    'export function look(at: number): number {',
    '  return (table[at] ?? 0) + 1;',
    '}',
    '',
  ].join('\n');
  const READ = [
    "import { readFileSync } from 'node:fs';",
    'export function readPrice(): string {',
    "  return readFileSync(new URL('./price.txt', import.meta.url), 'utf8').trim();",
    '}',
    '',
  ].join('\n');
  const MAIN =
    "import { look } from './look.ts';\nimport { readPrice } from './read.ts';\nimport { square } from './trig.ts';\nconsole.log(look(1), readPrice(), square(2));\n";

  test.each(['webtask', 'hookio'])('%s: what needs more stays, and says why', async (target) => {
    const files = { 'look.ts': LOOK, 'read.ts': READ, 'price.txt': '12', 'trig.ts': SQUARE, 'main.ts': MAIN };
    const { functions } = JSON.parse(
      readFileSync(join(await build(files, target), 'faasify.json'), 'utf8'),
    ) as Manifest;
    const verdicts = functions.map(({ id, verdict, reasons }) => [
      id,
      verdict,
      reasons.map(({ message }) => message).join(),
    ]);
    expect(verdicts).toEqual([
      ['look#look', 'keep', expect.stringMatching(/takes a single file of CommonJS: Top-level await/)],
      ['read#readPrice', 'keep', expect.stringMatching(/takes a single file, and it needs assets\/price.txt as well/)],
      ['trig#square', 'repair', 'its caller waits without await: the call blocks'],
    ]);
  });
});

/** Where most is done to calls on their way. */
const CARRIED = ['openwhisk', 'hookio'];

test('their stubs reach units that are served here', async () => {
  const main = "import { square } from './trig.ts';\nconsole.log(square(3));\n";
  const folder = makeProject({ ...SETTINGS, 'trig.ts': SQUARE, 'main.ts': main });
  const runs = CARRIED.map((target) =>
    faasifyProcess(folder, 'run', '--target', target, '--strict', '--report', `${target}.json`, 'main.ts'),
  );
  expect(await Promise.all(runs)).toEqual(CARRIED.map(() => ({ code: 0, stdout: '9\n', stderr: '' })));
  const crossed = CARRIED.map(
    (target) => JSON.parse(readFileSync(join(folder, `${target}.json`), 'utf8')).totals.crossed,
  );
  expect(crossed).toEqual(CARRIED.map(() => 1));
});
