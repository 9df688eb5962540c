import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clearCounts, mergeRunReport, readCounts, writeRunReport } from '../../src/report/run-report.ts';
import type { ManifestFunction, Verdict } from '../../src/types.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faasify-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = { file: 'a.ts', line: 1, column: 1 };
const fn = (id: string, verdict: Verdict, byRule?: boolean): ManifestFunction => ({
  ...{ id, file: 'a.ts', line: 1, verdict },
  reasons: byRule === undefined ? [] : [{ code: 'c', message: 'm', at, byRule }],
});

it('adds up the counts of several processes', () => {
  const report = join(folder, 'report.json');
  mkdirSync(`${report}.d`);
  const here = (count: number) => ({ reason: 'a function', path: 'args[0].f', count });
  writeFileSync(join(`${report}.d`, '1.json'), JSON.stringify({ 'a#f': { crossed: 2, here: 1, reasons: [here(1)] } }));
  writeFileSync(join(`${report}.d`, '2.json'), JSON.stringify({ 'a#f': { crossed: 3, here: 4, reasons: [here(4)] } }));
  writeFileSync(join(`${report}.d`, '3.json'), '{"a#f": {"cros');
  expect(readCounts(report)).toEqual({ 'a#f': { crossed: 5, here: 5, reasons: [here(5)] } });
  clearCounts(report);
  expect(readCounts(report)).toEqual({});
});

it('joins counts with the plan, whether a function was called or not', () => {
  const functions = [fn('a#f', 'move'), fn('a#g', 'repair'), fn('a#h', 'keep', true), fn('a#i', 'keep', false)];
  const { totals, functions: merged } = mergeRunReport(functions, { 'a#f': { crossed: 2, here: 1, reasons: [] } });
  expect(totals).toEqual({ functions: 4, move: 1, repair: 1, keep: 2, keepByRule: 1, crossed: 2, here: 1 });
  expect(merged.map(({ crossed }) => crossed)).toEqual([2, 0, 0, 0]);
});

it('writes the report as a whole', () => {
  const file = join(folder, 'report.json');
  writeRunReport(file, mergeRunReport([fn('a#f', 'move')], {}));
  expect(JSON.parse(readFileSync(file, 'utf8')).functions[0]).toMatchObject({ id: 'a#f', crossed: 0, here: 0 });
  expect(existsSync(`${file}.${process.pid}.tmp`)).toBe(false);
});
