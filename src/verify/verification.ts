import type { RunReport } from '../report/run-report.ts';
import type { Comparison } from './comparison.ts';
import type { Execution } from './execution.ts';

/** All that `faasify verify` has found out. */
export interface Verification {
  dir: string;
  command: string[];
  before: Execution;
  after: Execution;
  comparison: Comparison;
  report: RunReport;
  /** Wall time of the copy's run over that of the untouched one. */
  slowDown: number;
  limit?: number;
  seed: string;
  /** Where the copy was left, if that was asked for. */
  copy?: string;
}

/** The command fails as it is, and nothing says that it did what it is for: that it fails in the copy, too, is no proof. */
export function showsNothing({ before, comparison, report }: Verification): boolean {
  return comparison.equal && comparison.kind === 'program' && before.code !== 0 && report.totals.crossed === 0;
}
