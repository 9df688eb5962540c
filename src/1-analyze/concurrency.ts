/**
 * Where a program starts something without waiting for it. As long as there is no such place, only one thing happens at
 * a time, and making a call wait cannot let other code of the program run in between.
 */

import ts from 'typescript';
import type { Place } from '../types.ts';
import { outsideFacts } from './outside.ts';
import { isAwaited } from './positions.ts';
import type { ProgramIndex } from './program-index.ts';
import { calleeOf } from './references.ts';
import type { Region, RegionContext } from './regions.ts';
import { hasModifier, isFunctionNode, unwrap, walk, wrapped } from './syntax.ts';

const LISTENERS = new Set(['on', 'once', 'addListener', 'addEventListener', 'prependListener', 'subscribe', 'listen']);
const PROMISE_METHODS = new Set(['then', 'catch', 'finally', 'all', 'race', 'any', 'allSettled']);

export function findConcurrency(
  context: RegionContext,
  regions: readonly Region[],
  isEntry: (file: ts.SourceFile) => boolean,
): Place[] {
  const { index } = context;
  const asyncCalls = new Set(
    regions.flatMap((region) =>
      region.calls
        .filter((call) => call.kind === 'call' && call.functions.some(({ node }) => isAsync(node)))
        .map(({ node }) => node),
    ),
  );
  const places: Place[] = [];
  for (const file of index.files) {
    walk(file, (node) => {
      if (startsSomething(context, node, asyncCalls) && !isLastStatement(node, file, isEntry))
        places.push(index.loaded.place(node));
      return undefined;
    });
  }
  return places;
}

function startsSomething(context: RegionContext, node: ts.Node, asyncCalls: ReadonlySet<ts.Node>): boolean {
  if (isFunctionNode(node) && isAsync(node))
    return context.index.functionOf(node) !== undefined && isUsedAsValue(context, node);
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  if (asyncCalls.has(node)) return !isWaitedFor(node);
  const callee = calleeOf(node);
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : '';
  const takesFunction = node.arguments?.some((argument) => isFunctionValue(context.index, argument)) ?? false;
  if (takesFunction && LISTENERS.has(name)) return true;
  if (PROMISE_METHODS.has(name) && isPromise(context.index, node)) return !isWaitedFor(node);
  const facts = outsideFacts(context.index, callee, node);
  if (!facts) return false;
  if (facts.callsBack === 'later' && takesFunction) return true;
  return (
    facts.effects.some(({ kind }) => kind === 'timers' || kind === 'net' || kind === 'process') &&
    isPromise(context.index, node) &&
    !isWaitedFor(node)
  );
}

function isAsync(node: ts.Node): boolean {
  return hasModifier(node, ts.SyntaxKind.AsyncKeyword);
}

/** An async function handed around may be called without waiting. */
function isUsedAsValue(context: RegionContext, node: ts.Node): boolean {
  const entry = context.index.functionOf(node);
  return entry !== undefined && context.flow.valueUses(entry).length > 0;
}

function isWaitedFor(node: ts.Expression): boolean {
  if (isAwaited(node)) return true;
  const outer = wrapped(node);
  const { parent } = outer;
  if (
    ts.isPropertyAccessExpression(parent) &&
    PROMISE_METHODS.has(parent.name.text) &&
    ts.isCallExpression(parent.parent)
  ) {
    return isWaitedFor(parent.parent);
  }
  return ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === outer);
}

function isPromise(index: ProgramIndex, node: ts.Expression): boolean {
  return index.checker.getTypeAtLocation(node).getProperty('then') !== undefined;
}

function isFunctionValue(index: ProgramIndex, argument: ts.Expression): boolean {
  const value = unwrap(argument);
  return isFunctionNode(value) || index.checker.getTypeAtLocation(value).getCallSignatures().length > 0;
}

/** `main().catch(…)` as the last thing an entry does: nothing goes on beside it. */
function isLastStatement(node: ts.Node, file: ts.SourceFile, isEntry: (file: ts.SourceFile) => boolean): boolean {
  if (!isEntry(file)) return false;
  let at = node;
  while (at.parent && !ts.isSourceFile(at.parent)) {
    at = at.parent;
    if (isFunctionNode(at)) return false;
  }
  const running = file.statements.filter(
    (statement) =>
      ts.isExpressionStatement(statement) || ts.isVariableStatement(statement) || ts.isIfStatement(statement),
  );
  return ts.isExpressionStatement(at) && running.at(-1) === at;
}
