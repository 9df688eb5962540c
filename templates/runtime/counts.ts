/** How many calls of each function crossed, how many stayed here, and why. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `path`: where in the arguments the reason lies, `args[1].onClick`. */
export interface HereCount {
  reason: string;
  path?: string;
  count: number;
}

export interface CallCount {
  crossed: number;
  here: number;
  reasons: HereCount[];
}

/** What a report file holds: counts by function id. */
export type CallCounts = Record<string, CallCount>;

export interface Counter {
  count: CallCount;
  /** Reasons by text and path; the last ones are lumped together when there are too many. */
  byReason: Map<string, HereCount>;
}

const MANY_REASONS = 20;

export function createCounter(): Counter {
  return { count: { crossed: 0, here: 0, reasons: [] }, byReason: new Map() };
}

export function countHere({ count, byReason }: Counter, reason: string, path?: string): void {
  count.here++;
  const key = path === undefined ? reason : `${path}: ${reason}`;
  const found = byReason.get(key) ?? addReason(byReason, count, key, reason, path);
  found.count++;
}

function addReason(
  byReason: Counter['byReason'],
  count: CallCount,
  key: string,
  reason: string,
  path: string | undefined,
): HereCount {
  const isFull = byReason.size >= MANY_REASONS;
  if (isFull) return byReason.get('') ?? insert(byReason, count, '', { reason: 'other reasons', count: 0 });
  return insert(byReason, count, key, path === undefined ? { reason, count: 0 } : { reason, path, count: 0 });
}

function insert(byReason: Counter['byReason'], count: CallCount, key: string, entry: HereCount): HereCount {
  byReason.set(key, entry);
  count.reasons.push(entry);
  return entry;
}

/** Writes the counts to `<report>.d/<name>.json`, so that many processes can report at once. */
export function writeCounts(report: string, name: string, counters: ReadonlyMap<string, Counter>): void {
  const counts: CallCounts = {};
  for (const [id, { count }] of counters) counts[id] = count;
  mkdirSync(`${report}.d`, { recursive: true });
  writeFileSync(join(`${report}.d`, `${name}.json`), JSON.stringify(counts));
}
