/** How a unit finds the way to other units: whoever runs it has put a link where it looks, or the entry that is made for its provider a way. */
import type { Away } from './away.ts';
import type { Link } from './link.ts';

const KEY = 'faasify.link';

export function findInnerLink(): Link | undefined {
  const open: unknown = Reflect.get(globalThis, Symbol.for(KEY));
  return typeof open === 'function' ? open() : undefined;
}

const AWAY = Symbol.for('faasify.away');

export function findAway(): Away | undefined {
  return Reflect.get(globalThis, AWAY) as Away | undefined;
}

export function provideAway(away: Away): void {
  Object.defineProperty(globalThis, AWAY, { value: away, configurable: true });
}

/** `open` is called for each call, by whatever unit. */
export function provideInnerLink(open: () => Link): void {
  Object.defineProperty(globalThis, Symbol.for(KEY), { value: open });
}
