/** How a unit finds the way to other units: whoever runs it has put a link where it looks. */
import type { Link } from './link.ts';

const KEY = 'faasify.link';

export function findInnerLink(): Link | undefined {
  const open: unknown = Reflect.get(globalThis, Symbol.for(KEY));
  return typeof open === 'function' ? open() : undefined;
}

/** `open` is called for each call, by whatever unit. */
export function provideInnerLink(open: () => Link): void {
  Object.defineProperty(globalThis, Symbol.for(KEY), { value: open });
}
