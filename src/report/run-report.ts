/** What happened at run time, joined with what was planned: the file that `faasify run --report` writes. */

import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallCounts, HereCount } from '../../templates/runtime/counts.ts';
import type { FunctionId, ManifestFunction } from '../types.ts';

export interface ReportedFunction extends ManifestFunction {
  /** Calls that went to a unit. */
  crossed: number;
  /** Calls that were decided here, and why. */
  here: number;
  hereReasons: HereCount[];
}

export interface ReportTotals {
  functions: number;
  move: number;
  repair: number;
  keep: number;
  /** Kept by a selection rule only (accessors, one-liners, not annotated …): part of `keep`. */
  keepByRule: number;
  crossed: number;
  here: number;
}

export interface RunReport {
  functions: ReportedFunction[];
  totals: ReportTotals;
}

export function mergeRunReport(functions: ManifestFunction[], counts: CallCounts): RunReport {
  const reported = functions.map((fn) => {
    const { crossed, here, reasons } = counts[fn.id] ?? { crossed: 0, here: 0, reasons: [] };
    return { ...fn, crossed, here, hereReasons: reasons };
  });
  return { functions: reported, totals: sumTotals(reported) };
}

/** Kept, but nothing stands in the way: a rule of selection says so. */
export function isKeptByRule({ verdict, reasons }: ManifestFunction): boolean {
  return verdict === 'keep' && reasons.length > 0 && reasons.every((reason) => reason.byRule === true);
}

function sumTotals(functions: ReportedFunction[]): ReportTotals {
  const count = (verdict: string) => functions.filter((fn) => fn.verdict === verdict).length;
  return {
    functions: functions.length,
    move: count('move'),
    repair: count('repair'),
    keep: count('keep'),
    keepByRule: functions.filter(isKeptByRule).length,
    crossed: functions.reduce((sum, fn) => sum + fn.crossed, 0),
    here: functions.reduce((sum, fn) => sum + fn.here, 0),
  };
}

/** Adds up what the processes of a program have written to `<report>.d/`; nothing if none has made a call. */
export function readCounts(report: string): CallCounts {
  const folder = `${report}.d`;
  const counts = new Map<FunctionId, { crossed: number; here: number; reasons: Map<string, HereCount> }>();
  for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
    for (const [id, found] of Object.entries(readCountFile(join(folder, name)))) {
      const sum = counts.get(id) ?? { crossed: 0, here: 0, reasons: new Map<string, HereCount>() };
      counts.set(id, sum);
      sum.crossed += found.crossed;
      sum.here += found.here;
      for (const reason of found.reasons) addReason(sum.reasons, reason);
    }
  }
  return Object.fromEntries(
    [...counts].map(([id, { crossed, here, reasons }]) => [id, { crossed, here, reasons: [...reasons.values()] }]),
  );
}

/** A process that was killed while it wrote has left half a file: its counts are lost, the program's run is not. */
function readCountFile(file: string): CallCounts {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as CallCounts;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function addReason(reasons: Map<string, HereCount>, { reason, path, count }: HereCount): void {
  const key = `${path ?? ''}\n${reason}`;
  const found = reasons.get(key);
  if (found) found.count += count;
  else reasons.set(key, { reason, ...(path === undefined ? {} : { path }), count });
}

export function clearCounts(report: string): void {
  rmSync(`${report}.d`, { recursive: true, force: true });
}

/** Whoever reads the file finds all of it or what was there before. */
export function writeRunReport(file: string, report: RunReport): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(report, null, 2)}\n`);
  renameSync(temporary, file);
}
