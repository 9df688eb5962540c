/** Globals that a program asks for because they may not be there. */

import ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import { wrapped } from '../names/syntax.ts';
import { findOutsideUse } from './outside.ts';

/** Every Node has them, on both sides. */
const ALWAYS = new Set(['global', 'globalThis', 'process']);

/** Every Node has them; tests may take them away. */
const USUAL = new Set(
  'fetch performance crypto setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate queueMicrotask Request Response ReadableStream WritableStream TransformStream MessageChannel BroadcastChannel WebAssembly'.split(
    ' ',
  ),
);

/** They depend on what kind of module the code is in. */
const OF_MODULES = new Set(['require', 'module', 'exports', '__dirname', '__filename']);

/**
 * `typeof window`, `typeof fetch`, and `window.performance`, which stands behind such a question. The answer is the same on the
 * other side as long as what it names is there (`+fetch`), or is not (`-window`); undefined for other code, `''` if it always is.
 */
export function findAskedGlobal(index: ProgramIndex, node: ts.Expression): string | undefined {
  const use = findOutsideUse(index, node);
  if (use?.from.kind !== 'global') return undefined;
  const [name = '', ...members] = use.path;
  if (name === 'window') return '-window';
  const isAsked = ts.isTypeOfExpression(wrapped(node).parent) && members.length === 0;
  if (!isAsked || OF_MODULES.has(name)) return undefined;
  if (ALWAYS.has(name)) return '';
  return `${USUAL.has(name) ? '+' : '-'}${name}`;
}
