/** Where the program gives the language other functions: `Math.round = …`, `Object.assign(Array.prototype, …)`. */

import type { Region } from '../regions/region.ts';
import { isUnseen } from './api-facts.ts';
import { globalEffects, isBuiltinGlobal } from './builtins.ts';

/**
 * Paths from `globalThis`; `Array.prototype.*` where any member may be meant. Left out is what functions are watched for one
 * by one, as using it is an effect.
 */
export function findPatched(regions: readonly Region[]): string[] {
  const effects = regions.flatMap((region) => region.effects.filter(({ kind }) => kind === 'global'));
  const paths = effects.map(({ subject = '' }) => subject.replace(/^(?:(?:globalThis|global|window)\.)+/, ''));
  return [...new Set(paths)].filter(isOfLanguage).sort();
}

function isOfLanguage(path: string): boolean {
  const names = path.split('.');
  const [root = ''] = names;
  if (root === 'Date' || root.startsWith('node:')) return true; // `new Date(…)` with arguments is no effect
  if (!isBuiltinGlobal(root) || root === 'process' || root === 'console') return false;
  return !(globalEffects(names)?.effects ?? []).some(({ kind }) => !isUnseen(kind));
}
