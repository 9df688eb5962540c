/** Lines that somebody writes while they are read. */
import { setTimeout as wait } from 'node:timers/promises';

export interface FollowRequest {
  /** Milliseconds since the epoch. */
  since: number;
  /** Looks again and again for what has come meanwhile. */
  isFollowed: boolean;
  /** For how many milliseconds a line may arrive after others that were written later. */
  lateness: number;
}

/** Milliseconds between two looks. */
const INTERVAL = 1500;

/** All lines since then, each once, in the order of their time as far as they are there; `look` gives those since a time. */
export async function* followLines<L extends { time: number }>(
  look: (start: number) => Promise<{ id: string; line: L }[]>,
  { since, isFollowed, lateness }: FollowRequest,
): AsyncGenerator<L> {
  const seen = new Map<string, number>();
  let start = since;
  for (;;) {
    const fresh = (await look(start)).filter(({ id }) => !seen.has(id));
    fresh.sort((a, b) => a.line.time - b.line.time);
    for (const { id, line } of fresh) {
      seen.set(id, line.time);
      yield line;
    }
    if (!isFollowed) return;
    start = Math.max(start, (fresh.at(-1)?.line.time ?? start) - lateness);
    for (const [id, time] of seen) if (time < start) seen.delete(id);
    await wait(INTERVAL);
  }
}
