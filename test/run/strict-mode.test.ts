import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { prepareRun } from '../../src/commands/run.ts';

const BIN = join(import.meta.dirname, '../../bin/faasify.js');
const PROGRAM = `function put(o: any) { o.x = 1; return Object.keys(o).length; }
try { console.log(put(Object.freeze({}))); } catch (error) { console.log(error.name); }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faasify-test-'));
  mkdirSync(join(folder, 'program'));
  write('program/main.ts', PROGRAM);
  write('program/tsconfig.json', '{ "compilerOptions": { "target": "ES2022", "module": "CommonJS" } }');
  write('tsconfig.json', '{ "extends": "./base.json" }');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

/** The whole command, which finds that it has been built. */
async function run() {
  const entry = 'program/main.ts';
  await prepareRun({ entry, args: [], cwd: folder, flags: {} });
  return spawnSync(process.execPath, [BIN, 'run', entry], { cwd: folder, encoding: 'utf8' });
}

it('follows the tsconfig where it is started, and what that extends', { timeout: 60_000 }, async () => {
  write('base.json', '{ "compilerOptions": { "strict": true } }');
  expect(await run()).toMatchObject({ stdout: 'TypeError\n', stderr: '', status: 0 });
  write('base.json', '{ "compilerOptions": { "strict": false } }');
  expect(await run()).toMatchObject({ stdout: '0\n', stderr: '', status: 0 });
});
