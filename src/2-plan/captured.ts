/** Functions that have no name at the top level of their module, and what is around them. */

import type { FunctionFacts, Shape, SiteCapture } from '../types.ts';

export function isClosure({ reach }: FunctionFacts): boolean {
  return reach.kind === 'none';
}

/** What it captured, if that goes along with its calls; `this` of the function around it is part of that. */
export function listCaptures(fn: FunctionFacts): SiteCapture[] {
  return isClosure(fn) ? (fn.site?.captures ?? []) : [];
}

export function listCaptured(fn: FunctionFacts): Shape[] {
  return listCaptures(fn).map(({ shape }) => shape);
}

/** It may give a variable around it another value, or change what one holds. */
export function changesCaptured({ changes, site }: FunctionFacts): boolean {
  return changes.captured === true || (site?.captures.some(({ cell }) => cell !== undefined) ?? false);
}
