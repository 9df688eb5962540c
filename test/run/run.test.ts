import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { prepareRun, refuseUncompiled } from '../../src/commands/run.ts';

const ROOT = join(import.meta.dirname, '../..');
const BIN = join(ROOT, 'bin/faasify.js');

let base: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-test-')));
  write('package.json', '{ "type": "module" }');
  write('lib.ts', 'export function double(n: number): number {\n  const twice = n + n;\n  return twice;\n}\n');
});
afterEach(() => rmSync(base, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(base, name), text);
}

type Flags = Record<string, unknown>;

/** The whole command, which finds that it has been built with these flags. */
async function runBuilt(main: string, flags: Flags = {}, args: string[] = [], input = '') {
  writeMain(main);
  await buildMain(flags);
  const options = Object.entries(flags).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, `${value}`],
  );
  return run(main, [...options, ...args], input);
}

async function buildMain(flags: Flags = {}): Promise<void> {
  await prepareRun({ entry: 'main.ts', args: [], cwd: base, flags });
}

function writeMain(main: string): void {
  write('main.ts', `import { double } from './lib.ts';\n${main}`);
}

function run(main: string, args: string[] = [], input = '') {
  writeMain(main);
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [BIN, 'run', 'main.ts', ...args], {
    cwd: base,
    input,
    encoding: 'utf8',
  });
  return { stdout, stderr, status, signal };
}

it('streams, arguments, working directory and exit code are those of the program', { timeout: 120_000 }, async () => {
  const main = `process.stdin.on('data', (text) => {
  console.log(double(4), process.argv.slice(2), process.cwd(), String(text));
  console.error('error');
  process.exitCode = 3;
});`;
  const result = await runBuilt(main, {}, ['--', 'a', '--strict'], 'input');
  expect(result).toEqual({
    stdout: `8 [ 'a', '--strict' ] ${base} input\n`,
    stderr: 'error\n',
    status: 3,
    signal: null,
  });
});

it('without bodies a call that cannot cross is an error with the path to what is to blame', {
  timeout: 60_000,
}, async () => {
  const main = `function apply(settings: { steps: ((n: number) => number)[] }): number {
  return settings.steps.reduce((n, step) => step(n), 1);
}
console.log(double(2));
try { console.log(apply({ steps: [double, Math.sqrt.bind(null)] })); } catch (error) { console.log(String(error)); }`;
  const reason =
    'main#apply: the call cannot leave this process: args[0].steps[1]: a function that the other side does not have';
  expect((await runBuilt(main, { bodies: 'drop' })).stdout).toBe(`4\nFaasifyError: ${reason}\n`);
  expect((await runBuilt(main)).stdout).toBe('4\n1.4142135623730951\n');
});

it('ends by the signal the program ended by, and passes on the ones it gets', { timeout: 60_000 }, async () => {
  expect(await runBuilt("double(1); process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1e6);")).toMatchObject({
    status: null,
    signal: 'SIGKILL',
  });
  write(
    'main.ts',
    "process.on('SIGTERM', () => { console.log('asked'); process.exit(5); });\nsetInterval(() => {}, 1e6);\nconsole.log('ready');",
  );
  await buildMain();
  const child = spawn(process.execPath, [BIN, 'run', 'main.ts'], { cwd: base, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output === '') child.kill('SIGTERM');
    output += text;
  });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(5);
  expect(output).toBe('ready\nasked\n');
});

it('an entry that throws at load shows its own error, in its own place', { timeout: 60_000 }, async () => {
  const { stderr, status } = await runBuilt("double(2);\nthrow new RangeError('no good');\n");
  expect(status).toBe(1);
  expect(stderr).toContain(`${join(base, 'main.ts')}:3\nthrow new RangeError('no good');\n      ^`);
  expect(stderr).toContain('RangeError: no good');
  expect(stderr).not.toContain('faasify/');
});

it('writes a report, and no counts stay behind', { timeout: 60_000 }, async () => {
  await runBuilt('console.log(double(1), double(2));', {}, ['--report', 'report.json']);
  const report = JSON.parse(readFileSync(join(base, 'report.json'), 'utf8'));
  expect(report.functions).toMatchObject([{ id: 'lib#double', file: 'lib.ts', line: 1, crossed: 2, here: 0 }]);
  expect(report.totals).toMatchObject({ functions: 1, crossed: 2, here: 0 });
  expect(existsSync(join(base, 'report.json.d'))).toBe(false);
});

it('a change of the program is seen, also when several start at once', { timeout: 120_000 }, async () => {
  await runBuilt('console.log(double(1));');
  write('lib.ts', 'export function double(n: number): number {\n  const four = n * 4;\n  return four;\n}\n');
  const start = () =>
    new Promise<string>((resolve) => {
      const child = spawn(process.execPath, [BIN, 'run', 'main.ts'], { cwd: base, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
      child.on('close', () => resolve(output));
    });
  expect(await Promise.all([start(), start(), start()])).toEqual(['4\n', '4\n', '4\n']);
});

it('says what is wrong with the entry', () => {
  const result = spawnSync(process.execPath, [BIN, 'run', 'nowhere.ts'], { cwd: base, encoding: 'utf8' });
  expect(result).toMatchObject({ status: 2, stdout: '' });
  expect(result.stderr).toContain('nowhere.ts');
});

it('with a provider as target calls go over HTTP: to units served here, or where the environment says', {
  timeout: 60_000,
}, async () => {
  const main = 'console.log(double(4), new URL(process.env.FAASIFY_ENDPOINT).hostname);';
  expect(await runBuilt(main, { target: 'lambda', strict: true })).toMatchObject({
    stdout: '8 127.0.0.1\n',
    stderr: '',
    status: 0,
  });
  process.env.FAASIFY_ENDPOINT = 'http://127.0.0.1:9';
  try {
    expect(await runBuilt(main, { target: 'lambda' })).toMatchObject({ stdout: '', status: 1 });
  } finally {
    delete process.env.FAASIFY_ENDPOINT;
  }
});

it('with --fallback local runs here what cannot be reached, and says so in the report', {
  timeout: 60_000,
}, async () => {
  const endpoint = `process.env.FAASIFY_ENDPOINT = 'http://127.0.0.1:9';`;
  const main = `${endpoint}\nconsole.log(double(4), double(5));`;
  const result = await runBuilt(main, { target: 'lambda', fallback: 'local' }, ['--report', 'calls.json']);
  expect(result).toEqual({ stdout: '8 10\n', stderr: '', status: 0, signal: null });
  const report = JSON.parse(readFileSync(join(base, 'calls.json'), 'utf8'));
  const found = report.functions.find(({ id }: { id: string }) => id === 'lib#double');
  expect(found.here).toBe(2);
  expect(JSON.stringify(found.hereReasons)).toContain('unreachable: cannot reach http://127.0.0.1:9');
});

it('does not run what does not compile once it is rewritten', () => {
  const at = { file: 'main.ts', line: 3, column: 7 };
  const message = "after rewriting the compiler says: Type 'Promise<number>' is not assignable to type 'number'.";
  expect(() => refuseUncompiled([{ code: 'rewrite-failed', severity: 'error', message, at }], base)).toThrow(message);
  expect(() => refuseUncompiled([{ code: 'too-long', severity: 'error', message, at }], base)).toThrow(message);
  expect(() => refuseUncompiled([{ code: 'type-error', severity: 'warning', message, at }], base)).not.toThrow();
});
