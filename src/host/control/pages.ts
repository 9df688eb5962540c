/** Lists come page by page; the marker says what the next page begins behind. */
import { invalid } from './api-error.ts';

const DEFAULT_SIZE = 50;
const MAX_SIZE = 10_000;

/** `keyOf`: by which the items are sorted. */
export function takePage<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  query: URLSearchParams,
): { page: T[]; next: { NextMarker?: string } } {
  const size = Number(query.get('MaxItems') ?? DEFAULT_SIZE);
  if (!Number.isInteger(size) || size < 1 || size > MAX_SIZE) {
    throw invalid(`MaxItems must be a whole number from 1 to ${MAX_SIZE}.`);
  }
  const marker = query.get('Marker') ?? '';
  const start = marker === '' ? 0 : items.findIndex((item) => keyOf(item) === marker) + 1;
  if (marker !== '' && start === 0) throw invalid('The marker is none of this list, or its item is gone: begin again.');
  const page = items.slice(start, start + Math.min(size, DEFAULT_SIZE));
  const last = page.at(-1);
  return { page, next: last !== undefined && start + page.length < items.length ? { NextMarker: keyOf(last) } : {} };
}
