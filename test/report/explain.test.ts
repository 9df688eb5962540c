/** `faasify explain`, and the page of codes that says the same. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DIAGNOSTICS } from '../../src/report/diagnostics.ts';
import { formatCodesPage } from '../../src/report/explain-text.ts';
import { findExplanation, KEPT, KEPT_BY_RULE, REPAIRED } from '../../src/report/explanations.ts';
import { faasify } from '../cli/command.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = join(ROOT, 'src/report/README.md');

/** Codes of verdicts, as they are written in the plan. */
function listReasonCodes(): string[] {
  const folder = join(ROOT, 'src/2-plan');
  const text = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('');
  const reasons = readFileSync(join(folder, 'reasons.ts'), 'utf8');
  const ties = /const TIES = \{(.*?)\n\}/s.exec(reasons)?.[1] ?? '';
  return [
    ...[...reasons.matchAll(/\bcode: '([a-z-]+)'/g), ...reasons.matchAll(/\bbyRule\(fn, '([a-z-]+)'/g)],
    ...[...ties.matchAll(/^ {2}([a-z-]+):/gm), ...text.matchAll(/\badd\('([a-z-]+)'/g)],
  ].map(([, code = '']) => (code === 'env' ? 'env-all' : code));
}

test('every code of a verdict is explained, and has words', () => {
  const codes = [...new Set(listReasonCodes())];
  expect(codes.length).toBeGreaterThan(45);
  expect(codes.filter((code) => findExplanation(code) === undefined)).toEqual([]);
  expect(codes.filter((code) => !Object.hasOwn(DIAGNOSTICS, code))).toEqual([]);
});

test('nothing is explained that is no code', () => {
  const explained = [KEPT, KEPT_BY_RULE, REPAIRED].flatMap(Object.keys);
  expect(explained.filter((code) => !Object.hasOwn(DIAGNOSTICS, code))).toEqual([]);
  expect(new Set(explained).size).toBe(explained.length);
});

test('the page of codes is what the command says', () => {
  if (process.env.UPDATE === '1') writeFileSync(PAGE, formatCodesPage());
  expect(readFileSync(PAGE, 'utf8')).toBe(formatCodesPage());
});

test('a code is explained, all are listed, a wrong one is an error with what may be meant', async () => {
  const one = await faasify(ROOT, 'explain', 'promise-throws');
  expect([one.code, one.stdout]).toEqual([
    0,
    [
      'promise-throws  may throw before it returns its promise',
      '  Here the error comes at once, before there is a promise; a call that is under way could only reject.',
      '  What helps: Make the function `async`: then its errors are rejections here, too.',
      '',
    ].join('\n'),
  ]);
  const error = await faasify(ROOT, 'explain', 'no-app');
  expect(error.stdout).toContain('The message that has this code says where, and what to do.');
  const all = await faasify(ROOT, 'explain');
  expect(
    all.stdout
      .match(/^ {2}[a-z-]+ /gm)
      ?.map((line) => line.trim())
      .sort(),
  ).toEqual(Object.keys(DIAGNOSTICS).sort());
  const wrong = await faasify(ROOT, 'explain', 'promise-trows');
  expect([wrong.code, wrong.stdout]).toEqual([2, '']);
  expect(wrong.stderr).toMatch(/"promise-trows" is not a known code.*Did you mean "promise-throws"/s);
});
