/**
 * Where a program starts something without waiting for it. As long as there is no such place, only one thing happens at
 * a time, and making a call wait cannot let other code of the program run in between.
 */

import ts from 'typescript';
import type { Strand } from '../../types.ts';
import { handedOn, isAwaited } from '../names/positions.ts';
import { isPrimitiveType } from '../names/primitives.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { calleeOf } from '../names/references.ts';
import { findFunctionAround, hasModifier, isFunctionNode, isInAsync, unwrap, wrapped } from '../names/syntax.ts';
import { outsideFacts } from '../outside/outside.ts';
import type { RegionContext } from '../regions/region.ts';
import { isGenerator } from './generators.ts';
import { mayBePromise } from './thenable.ts';
import { findHanding, isWaitedCallback } from './waited-callbacks.ts';

const LISTENERS = new Set(['on', 'once', 'addListener', 'addEventListener', 'prependListener', 'subscribe', 'listen']);
/** An async generator runs on when its next step is asked for. */
const STEP_METHODS = new Set(['next', 'return', 'throw']);
const CHAIN_METHODS = new Set(['then', 'catch', 'finally']);

/** Calls that start something, and functions that give a promise to whoever calls them as a value or from outside. */
export function findStarts(
  context: RegionContext,
  isEntry: (file: ts.SourceFile) => boolean,
  isPublic: (entry: FunctionEntry) => boolean,
): Start[] {
  const { index } = context;
  const starts: Start[] = index.functions
    .filter((entry) => isPublic(entry) && givesPromise(index, entry.node))
    .map(({ node }) => ({ node, how: 'open' }));
  for (const node of index.nodes) {
    if (!startsSomething(context, node) || isLastStatement(node, node.getSourceFile(), isEntry)) continue;
    starts.push(isFunctionNode(node) ? { node, how: 'handed' } : { node });
  }
  return starts;
}

export interface Start extends Pick<Strand, 'how'> {
  node: ts.Node;
}

function startsSomething(context: RegionContext, node: ts.Node): boolean {
  if (isFunctionNode(node)) {
    return givesPromise(context.index, node) && !isGenerator(node) && isUsedAsValue(context, node);
  }
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  const callee = calleeOf(node);
  const takesFunction = node.arguments?.some((argument) => isFunctionValue(context.index, argument)) ?? false;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : '';
  if (takesFunction && LISTENERS.has(name)) return true;
  const facts = outsideFacts(context.index, callee, node);
  if (isRegistration(context.index, node)) return false;
  const isWaited = isWaitedFor(context.index, node);
  const isChain = isWaited && isChainMethod(callee) && isPromise(context.index, callee.expression);
  if (facts?.callsBack === 'later' && takesFunction && !isChain && !settlesPromise(context.index, node)) return true;
  if (isWaited) return false;
  const isGone = facts !== undefined && (!facts.known || facts.callsBack !== 'never');
  if (isGone && node.arguments?.some((argument) => isAsyncIterable(context.index, argument))) return true;
  if (!isPromise(context.index, node)) return false;
  if (STEP_METHODS.has(name)) return true;
  if (CHAIN_METHODS.has(name) || !facts) return true;
  return facts.effects.some(({ kind }) => kind === 'timers' || kind === 'net' || kind === 'process');
}

/**
 * A call after which something goes on that a sync function cannot wait for: an async function of the program, a promise, or
 * a callback for when one is settled. What is returned or yielded is waited for by whoever gets it. `functions`: those that it
 * may reach, or lends to code outside. What an async function starts has ended before its reply is there.
 */
export function leavesRunning(index: ProgramIndex, node: ts.Node, functions: readonly FunctionEntry[]): boolean {
  if (!ts.isCallExpression(node) || isInAsync(node) || isWaitedFor(index, node)) return false;
  if (ts.isYieldExpression(handedOn(node).parent)) return false;
  const isAsync = functions.some((entry) => givesPromise(index, entry.node) && !isGenerator(entry.node));
  if (isAsync && !givesValue(index, node)) return true;
  const callee = calleeOf(node);
  const isChain = isChainMethod(callee) && isPromise(index, callee.expression);
  return isChain || (outsideFacts(index, callee, node) === undefined && isPromise(index, node));
}

/** Whether it gives a promise, its type does not say. */
export function givesAnything(index: ProgramIndex, node: ts.Node): boolean {
  const type = index.checker.getTypeAtLocation(node);
  return type.isUnion() || !mayBePromise(index, type);
}

/** By its type, which `void` and `any` say nothing about. */
function givesValue(index: ProgramIndex, node: ts.Expression): boolean {
  const type = index.checker.getTypeAtLocation(node);
  return !(type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Void)) && !mayBePromise(index, type);
}

/** Called without waiting, other things go on before it has ended. */
function givesPromise(index: ProgramIndex, node: ts.SignatureDeclaration): boolean {
  if (hasModifier(node, ts.SyntaxKind.AsyncKeyword)) return true;
  if (ts.isConstructorDeclaration(node)) return false;
  const signature = index.checker.getSignatureFromDeclaration(node);
  return signature !== undefined && mayBePromise(index, index.checker.getReturnTypeOfSignature(signature));
}

/** `test('adds', f)`: it runs when those before it have ended. */
function isRegistration(index: ProgramIndex, call: ts.CallExpression | ts.NewExpression): boolean {
  return ts.isCallExpression(call) && isWaitedCallback(index, call);
}

/**
 * A function handed around may be called without waiting; `.then(f)` waits for it, and so do `test('adds', f)` and
 * maybe all calls that reach it.
 */
function isUsedAsValue({ index, flow }: RegionContext, node: ts.Node): boolean {
  const entry = index.functionOf(node);
  if (!entry || flow.valueUses(entry).every((use) => isChained(index, use))) return false;
  return flow.callsOf(entry)?.every((call) => isWaitedCall(index, call)) !== true;
}

/** One of the language is not meant, though it has the same name: `list.push(x)`. */
function isWaitedCall(index: ProgramIndex, call: ts.Node): boolean {
  if (!ts.isCallExpression(call)) return false;
  return isWaitedFor(index, call) || outsideFacts(index, calleeOf(call), call)?.known === true;
}

function isChained(index: ProgramIndex, use: ts.Expression): boolean {
  const call = findHanding(use);
  if (!call) return false;
  if (isWaitedCallback(index, call)) return true;
  return isChainMethod(call.expression) && isPromise(index, call.expression.expression);
}

function isChainMethod(node: ts.Node): node is ts.PropertyAccessExpression {
  return ts.isPropertyAccessExpression(node) && CHAIN_METHODS.has(node.name.text);
}

/** `setTimeout(resolve, 5)`, `setTimeout(() => resolve(n), 5)` in `new Promise((resolve) => …)`: nothing runs then but what waits for the promise. */
function settlesPromise(index: ProgramIndex, call: ts.CallExpression | ts.NewExpression): boolean {
  const functions = call.arguments?.filter((argument) => isFunctionValue(index, argument)) ?? [];
  return functions.every((argument) => {
    const settling = findCalledAlone(unwrap(argument)) ?? argument;
    const parameter = index.symbolAt(unwrap(settling))?.valueDeclaration;
    if (!parameter || !ts.isParameter(parameter)) return false;
    const made = wrapped(parameter.parent as ts.Expression).parent;
    return ts.isNewExpression(made) && ts.isIdentifier(made.expression) && made.expression.text === 'Promise';
  });
}

/** `resolve` of `() => resolve(n)`: all that the function does is to call it with values that are there. */
function findCalledAlone(fn: ts.Expression): ts.Expression | undefined {
  if (!ts.isArrowFunction(fn) || fn.parameters.length > 0) return undefined;
  const [only, ...others] = ts.isBlock(fn.body) ? fn.body.statements : [];
  const body = ts.isBlock(fn.body) ? only && ts.isExpressionStatement(only) && only.expression : fn.body;
  if (!body || others.length > 0 || !ts.isCallExpression(body)) return undefined;
  const isThere = (value: ts.Expression) => ts.isIdentifier(value) || ts.isLiteralExpression(value);
  return body.arguments.every(isThere) ? body.expression : undefined;
}

/** Nothing goes on before it has ended, or whoever gets its promise is asked the same. */
function isWaitedFor(index: ProgramIndex, node: ts.Expression): boolean {
  const outer = handedOn(node);
  if (isAwaited(outer)) return true;
  const { parent } = outer;
  if (isChainMethod(parent) && ts.isCallExpression(parent.parent)) return isWaitedFor(index, parent.parent);
  if (ts.isArrowFunction(parent)) return parent.body === outer && givesPromise(index, parent);
  return ts.isReturnStatement(parent) && !isBeforeFinally(parent) && isInPromising(index, parent);
}

/** By its type, the function around it gives a promise: its callers are asked. */
function isInPromising(index: ProgramIndex, node: ts.Node): boolean {
  const around = findFunctionAround(node);
  return around !== undefined && givesPromise(index, around);
}

/** `return f()` of a `try`: what stands in `finally` runs while `f` does. */
function isBeforeFinally(node: ts.Node): boolean {
  for (let at = node; !isFunctionNode(at) && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isTryStatement(at.parent) && at.parent.finallyBlock && at !== at.parent.finallyBlock) return true;
  }
  return false;
}

function isPromise(index: ProgramIndex, node: ts.Expression): boolean {
  return mayBePromise(index, index.checker.getTypeAtLocation(node));
}

/** A promise, or maybe one: `string | Promise<string>`. */
/** Whoever gets it may go through it at any time. */
function isAsyncIterable(index: ProgramIndex, node: ts.Expression): boolean {
  const type = index.checker.getTypeAtLocation(node);
  return !isPrimitiveType(type) && type.getProperties().some(({ name }) => name.startsWith('__@asyncIterator'));
}

function isFunctionValue(index: ProgramIndex, argument: ts.Expression): boolean {
  const value = unwrap(argument);
  return isFunctionNode(value) || index.checker.getTypeAtLocation(value).getCallSignatures().length > 0;
}

/** `main().catch(…)` as the last thing an entry does: nothing goes on beside it. */
function isLastStatement(node: ts.Node, file: ts.SourceFile, isEntry: (file: ts.SourceFile) => boolean): boolean {
  if (!isEntry(file)) return false;
  const at = wrapped(endOfChain(node));
  const statement = ts.isVoidExpression(at.parent) ? at.parent.parent : at.parent;
  const running = file.statements.filter(
    (statement) =>
      ts.isExpressionStatement(statement) || ts.isVariableStatement(statement) || ts.isIfStatement(statement),
  );
  return ts.isExpressionStatement(statement) && running.at(-1) === statement;
}

/** `f().then(…).catch(…)` of `f()` */
function endOfChain(node: ts.Node): ts.Expression {
  let at = node as ts.Expression;
  for (let { parent } = wrapped(at); isChainMethod(parent); { parent } = wrapped(at)) {
    if (!ts.isCallExpression(parent.parent) || parent.parent.expression !== parent) break;
    at = parent.parent;
  }
  return at;
}
