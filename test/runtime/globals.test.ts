import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RUNTIME_GLOBALS } from '../../src/4-package/runtime-globals.ts';
import { ROOT } from '../harness/cases.ts';

const PRINT = 'console.log(JSON.stringify(Object.getOwnPropertyNames(globalThis)))';

/** Of a process that has nothing but what Node gives it. */
function listGlobals(): string[] {
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-'], { input: PRINT, encoding: 'utf8' }));
}

test('the list of globals that units keep apart has all that the runtime may mean', () => {
  const files = readdirSync(join(ROOT, 'templates'), { recursive: true, encoding: 'utf8' });
  const words = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => readFileSync(join(ROOT, 'templates', file), 'utf8').match(/[A-Za-z_]\w*/g) ?? []);
  const known = new Set(listGlobals());
  expect(known.has('process') && known.has('Array')).toBe(true);
  const meant = [...new Set(words)].filter((word) => known.has(word));
  expect(meant.filter((word) => !RUNTIME_GLOBALS.has(word))).toEqual([]);
});
