/** Which calls of a function cross when FAASIFY_LIMIT is set: the first ones, then a random sample of the rest. */

/** Says of the next call whether it crosses. */
export type Sample = () => boolean;

/**
 * The first `limit` calls, then call number n with probability limit/n: about `limit` more for every factor of e.
 * The same seed and id give the same choice.
 */
export function createSample(limit: number, seed: string, id: string): Sample {
  const random = createRandom(hash(`${seed}:${id}`));
  let calls = 0;
  return () => ++calls <= limit || random() * calls < limit;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** mulberry32: numbers from 0 up to 1. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
