/** Functions that have no name in a unit. */
import type { AnyFunction } from './dispatch.ts';
import { bindClosure, makeClosure } from './registry.ts';

/** The function of a code site, made anew for each call from what it captured, which comes as `this`. */
export function closure(site: string): AnyFunction {
  return function (this: object | undefined, ...args) {
    const fn = makeClosure(site);
    bindClosure(fn, this ?? {});
    return fn(...args);
  };
}
