/** What comes in line by line goes through a function and out again, in the same order. */

/** Bytes that a line may have; what is longer is not read into memory. */
const MAX_LINE = 64 * 1024 * 1024;

/** Without their ends. Undefined in the place of a line that is too long. */
export async function* splitLines(input: AsyncIterable<Buffer>): AsyncGenerator<string | undefined> {
  let parts: Buffer[] = [];
  let size = 0;
  const take = () => {
    const text = size > MAX_LINE ? undefined : Buffer.concat(parts).toString().replace(/\r$/, '');
    parts = [];
    size = 0;
    return text;
  };
  const add = (part: Buffer) => {
    size += part.length;
    if (size <= MAX_LINE) parts.push(part);
    else parts = [];
  };
  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (size > 0) yield take();
}

export interface Pipe<I, O> {
  items: AsyncIterable<I> | Iterable<I>;
  /** Calls under way at once. */
  concurrency: number;
  /** Rejects for nothing that comes of the item; `number` counts from 1. */
  call(item: I, number: number): Promise<O>;
  /** What has come of the next one; resolves when there is room for more. */
  write(outcome: O, number: number): Promise<void>;
}

/** Answers that wait for an earlier one, for each call that may be under way. */
const MANY_AHEAD = 8;

/** Reads no faster than is called, and calls no faster than is written. Ends when all has come to its end. */
export async function callInOrder<I, O>({ items, concurrency, call, write }: Pipe<I, O>): Promise<void> {
  const running = new Set<Promise<unknown>>();
  const written: Promise<void>[] = [];
  let last = Promise.resolve();
  let number = 0;
  for await (const item of items) {
    const at = ++number;
    const outcome = call(item, at);
    running.add(outcome);
    outcome.finally(() => running.delete(outcome)).catch(() => {});
    last = last.then(async () => write(await outcome, at));
    last.catch(() => {});
    written.push(last);
    if (running.size >= concurrency) await Promise.race(running);
    if (written.length >= concurrency * MANY_AHEAD) await written.shift();
  }
  await last;
}
