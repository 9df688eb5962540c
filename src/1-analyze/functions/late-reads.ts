/** Whether an asynchronous function may look into an object it is given when others have had their turn in between. */

import ts from 'typescript';
import { isPrimitive } from '../names/primitives.ts';
import { calleeOf } from '../names/references.ts';
import { type FunctionNode, isAccess, isFunctionNode, isWithin, namesIn, walk, wrapped } from '../names/syntax.ts';
import { outsideFacts } from '../outside/outside.ts';
import type { RegionContext } from '../regions/region.ts';

/**
 * False only if every use of the parameter comes before the first wait and gives a primitive (`options.size`,
 * `JSON.stringify(options)`), so that nothing of the object is kept.
 */
export function isReadLate(context: RegionContext, fn: FunctionNode, parameter: ts.ParameterDeclaration): boolean {
  const { index, references } = context;
  const waits = listWaits(fn);
  return namesIn(parameter.name).some((name) => {
    const symbol = index.checker.getSymbolAtLocation(name);
    return !symbol || references.to(symbol).some((use) => isLate(context, fn, waits, use));
  });
}

function isLate(context: RegionContext, fn: FunctionNode, waits: readonly ts.Node[], use: ts.Identifier): boolean {
  const { checker } = context.index;
  if (isPrimitive(checker, use)) return false;
  if (listTaken(context, use).some((taken) => !isPrimitive(checker, taken))) return true;
  for (let at: ts.Node = use; at !== fn; at = at.parent) {
    if (isFunctionNode(at) || ts.isClassLike(at)) return true;
    if (ts.isIterationStatement(at, false) && waits.some((wait) => isWithin(wait, at))) return true;
  }
  return waits.some((wait) => wait.end <= use.getStart());
}

/** What is taken out of the object at once: `options.window.size`, `JSON.stringify(options)`, both of `const { a, b } = options`. */
function listTaken({ index }: RegionContext, use: ts.Expression): ts.Node[] {
  let read = wrapped(use);
  while (isAccess(read.parent) && read.parent.expression === read) read = wrapped(read.parent);
  const { parent } = read;
  if (ts.isVariableDeclaration(parent) && ts.isObjectBindingPattern(parent.name)) return namesIn(parent.name);
  if (!ts.isCallExpression(parent) || parent.expression === read) return [read];
  const facts = outsideFacts(index, calleeOf(parent), parent);
  return facts?.known && facts.callsBack === 'never' ? [parent] : [read];
}

/** What a function of its own waits for: code behind the end of one of these runs later. */
function listWaits(fn: FunctionNode): ts.Node[] {
  const waits: ts.Node[] = [];
  walk(fn, (node) => {
    if (node !== fn && isFunctionNode(node)) return false;
    if (ts.isAwaitExpression(node)) waits.push(node);
    if (ts.isForOfStatement(node) && node.awaitModifier) waits.push(node.expression);
    return undefined;
  });
  return waits;
}
