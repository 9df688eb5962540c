/** A program is deployed to the host of this machine, signed, and calls its functions there as it calls them plainly. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Serving, serve } from '../../src/commands/serve.ts';
import { type Ended, faasifyProcess, ROOT } from '../cli/command.ts';
import { noteEnvironment } from '../harness/environment.ts';

const FILES = {
  'package.json': '{ "name": "shop", "type": "module" }',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022" } }',
  'src/price.ts': `
declare const process: { env: Record<string, string | undefined> };
export class Price { constructor(readonly amount: number) {} }
export function total(prices: Price[]): Price {
  if (prices.length === 0) throw new RangeError('nothing to add');
  return new Price(prices.map(({ amount }) => amount).reduce((a, b) => a + b, 0));
}
export function secretLength(): number { return (process.env.SHOP_TOKEN ?? '').length; }
`,
  'src/main.ts': `
import { Price, secretLength, total } from './price.js';
declare const console: { log(...all: unknown[]): void };
const sum = total([new Price(1), new Price(2)]);
console.log(sum instanceof Price, sum.amount, secretLength());
try { total([]); } catch (error) { console.log(error instanceof RangeError, (error as Error).message); }
`,
};
const PLANTED = 'planted-token';
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDTEST', AWS_SECRET_ACCESS_KEY: 'planted-right' };

let folder: string;
let serving: Serving;
const printed: string[] = [];
const restoreEnvironment = noteEnvironment();

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-served-')));
  mkdirSync(join(folder, 'src'));
  for (const [file, text] of Object.entries(FILES)) writeFileSync(join(folder, file), text);
  const common = { port: 0, cwd: folder, accessKey: 'AKIDTEST', data: 'data', log: 'calls.log' };
  serving = await serve({ ...common, env: KEYS, print: (line) => printed.push(line) });
  Object.assign(process.env, KEYS, { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: serving.url, SHOP_TOKEN: PLANTED });
});
afterAll(async () => {
  restoreEnvironment();
  await serving.close();
  rmSync(folder, { recursive: true, force: true });
});

function runNode(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], { cwd: ROOT });
  const ended = { code: null as number | null, stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      ended[name] += chunk;
    });
  }
  return new Promise((done) => child.once('close', (code) => done({ ...ended, code })));
}

/** With its calls made by AWS's SDK the app does the same; where it has none it says so. */
async function checkSdk(plain: Ended): Promise<void> {
  writeFileSync(join(folder, 'faasify.config.json'), '{ "clientTransport": "sdk" }');
  expect((await faasifyProcess(folder, 'src', '--target', 'lambda')).code).toBe(0);
  const alone = await runNode(join(folder, 'faas/app/main.ts'));
  expect([alone.code, alone.stderr]).toEqual([1, expect.stringContaining('install @aws-sdk/client-lambda in the app')]);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  expect(await runNode(join(folder, 'faas/app/main.ts'))).toEqual({ ...plain, code: 0 });
}

it('does there what it does plainly, is compared, refused without the key, and removed', {
  timeout: 120_000,
}, async () => {
  const first = await faasifyProcess(folder, 'src', '--target', 'lambda', '--deploy');
  expect([first.code, first.stderr.includes('live')], first.stderr).toEqual([0, true]);
  const plain = await runNode(join(folder, 'src/main.ts'));
  expect(await runNode(join(folder, 'faas/app/main.ts'))).toEqual({ ...plain, code: 0 });
  expect(plain.stdout).toBe(`true 3 ${PLANTED.length}\ntrue nothing to add\n`);
  const readCalls = () => readFileSync(join(folder, 'calls.log'), 'utf8').trim().split('\n');
  await expect.poll(() => readCalls().length, { timeout: 10_000 }).toBe(3);
  const calls = readCalls();
  expect((await faasifyProcess(folder, 'diff', 'faas')).code).toBe(0);
  await checkSdk(plain);
  const logs = await faasifyProcess(folder, 'logs');
  expect(logs.stdout).toContain('REPORT');
  process.env.AWS_SECRET_ACCESS_KEY = 'other';
  const wrong = await faasifyProcess(folder, 'diff', 'faas');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('credentials')]);
  process.env.AWS_SECRET_ACCESS_KEY = KEYS.AWS_SECRET_ACCESS_KEY;
  expect((await faasifyProcess(folder, 'destroy', '--yes')).code).toBe(0);
  const texts = [first, wrong, logs].flatMap(({ stdout, stderr }) => [stdout, stderr]);
  expect([...texts, ...printed, ...calls].join('\n')).not.toMatch(/planted/);
});
