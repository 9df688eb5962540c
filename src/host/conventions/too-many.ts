import type { Caller } from '../control/authorization.ts';
import { Refused } from './convention.ts';

/** Of an account that has all its calls under way. */
export function tooMany({ running = 0, concurrency = 0 }: Partial<Caller> = {}): Refused {
  const counts = `count: ${running + 1}, allowed: ${concurrency}`;
  return new Refused('too-many', `Too many concurrent requests in flight (${counts}).`);
}
