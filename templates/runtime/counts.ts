/** How many calls of each function crossed, how many stayed here, and why. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import { bindNow } from './clock.ts';

/** `path`: where in what was to be sent the reason lies, `args[1].onClick`. */
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

/** Without a prototype: an id may be any text. */
function noCounts(): CallCounts {
  return Object.create(null);
}

export interface Counts {
  /** The count of a function, from 0 at first. */
  of(id: string): CallCount;
  /** To be called now and then: writes the report if that was not done for a while. */
  tick(): void;
}

/** More reasons than this for one function are lumped together. */
const MANY_REASONS = 20;
/** Milliseconds between two writings while calls come. */
const WRITE_INTERVAL = 250;
/** Milliseconds after which calls are written when nothing else happens: test runners kill their processes when all is done. */
const WRITE_DELAY = 20;

/** Counts that are written to a file of their own in `<report>.d/`, also when the process ends. */
export function createCounts(report: string | undefined): Counts {
  const counts = noCounts();
  const of = (id: string) => (counts[id] ??= { crossed: 0, here: 0, reasons: [] });
  if (report === undefined) return { of, tick: () => {} };
  // The real ones, whatever fake timers come later.
  const clock = bindNow();
  const wait = setTimeout;
  let last = clock();
  let isWaiting = false;
  const writeSoon = () => {
    if (isWaiting) return;
    isWaiting = true;
    wait(() => {
      isWaiting = false;
      writeCounts(report, counts);
    }, WRITE_DELAY).unref();
  };
  process.on('exit', () => writeCounts(report, counts));
  return {
    of,
    tick() {
      writeSoon();
      if (clock() - last < WRITE_INTERVAL) return;
      last = clock();
      writeCounts(report, counts);
    },
  };
}

export function countHere(count: CallCount, reason: string, path?: string, times = 1): void {
  count.here += times;
  const found = count.reasons.find((entry) => entry.reason === reason && entry.path === path);
  if (found) found.count += times;
  else if (count.reasons.length < MANY_REASONS) {
    count.reasons.push(path === undefined ? { reason, count: times } : { reason, path, count: times });
  } else countOther(count, times);
}

function countOther({ reasons }: CallCount, times: number): void {
  const last = reasons.at(-1);
  if (last?.reason === OTHER) last.count += times;
  else reasons.push({ reason: OTHER, count: times });
}

/** Adds what was counted elsewhere. */
export function addCounts(counts: Counts, added: CallCounts): void {
  for (const [id, { crossed, reasons }] of Object.entries(added)) {
    const count = counts.of(id);
    count.crossed += crossed;
    for (const { reason, path, count: times } of reasons) countHere(count, reason, path, times);
  }
  counts.tick();
}

const OTHER = 'other reasons';

/** Counts of a thread that reports nothing by itself, and what takes them away. */
export function createTally(): Counts & { take(): CallCounts } {
  let counts = noCounts();
  return {
    of: (id) => (counts[id] ??= { crossed: 0, here: 0, reasons: [] }),
    tick: () => {},
    take() {
      const taken = counts;
      counts = noCounts();
      return taken;
    },
  };
}

/** A file a thread, so that many threads and processes can report at once. */
function writeCounts(report: string, counts: CallCounts): void {
  const folder = `${report}.d`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${process.pid}-${threadId}.json`, JSON.stringify(counts));
}
