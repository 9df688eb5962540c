/** Calls as facts, for the colours: where each stands, what it may reach, and loops of array methods. */

import ts from 'typescript';
import type { CallFacts, CallPosition, LoopFacts } from '../../types.ts';
import { spanOf } from '../classes/classes.ts';
import { resolveNamed } from '../flow/callees.ts';
import { callerOf, isAwaited, positionOf } from '../names/positions.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { isFunctionNode, unwrap } from '../names/syntax.ts';
import type { Region, RegionCall, RegionContext } from '../regions/region.ts';
import { isSettledCallback } from './waited-callbacks.ts';

/** The calls of a region that stand in no function written inside it. */
export function describeCalls(
  context: RegionContext,
  region: Region,
  isEntry: (file: ts.SourceFile) => boolean,
): CallFacts[] {
  return region.calls
    .filter((call) => call.kind !== 'callback' && callerOf(context.index, call.node) === region.owner)
    .flatMap((call) => describeCall(context, call, isEntry) ?? []);
}

function describeCall(
  context: RegionContext,
  call: RegionCall,
  isEntry: (file: ts.SourceFile) => boolean,
): CallFacts | undefined {
  const { index } = context;
  const constructors = call.classes.flatMap((cls) =>
    cls.node.members.flatMap((member) => (ts.isConstructorDeclaration(member) ? (index.functionOf(member) ?? []) : [])),
  );
  const targets = [...call.functions, ...constructors].map(({ id }) => id).sort();
  if (targets.length === 0 || call.kind === 'callback') return undefined;
  const caller = callerOf(index, call.node);
  return {
    ...(caller && { caller: caller.id }),
    module: index.loaded.moduleId(call.node.getSourceFile()),
    span: spanOf(call.node),
    at: index.loaded.place(call.node),
    kind: call.kind,
    targets,
    closed: call.closed,
    direct: call.direct,
    position: placeOf(context, call.node, isEntry),
    awaited: ts.isExpression(call.node) && isAwaited(call.node),
  };
}

/** No `await` may come into a text that is read. */
function placeOf(
  { index, texts }: RegionContext,
  node: ts.Node,
  isEntry: (file: ts.SourceFile) => boolean,
): CallPosition {
  if (texts.findReading(node)) return { kind: 'blocked', why: 'a function whose text is read' };
  return positionOf(index, node, isEntry);
}

const LOOP_METHODS = new Set(['map', 'forEach', 'filter', 'some', 'every', 'find', 'findIndex', 'flatMap', 'reduce']);

/** `values.map(f)` over arrays, `f` a function of the program or written in place. */
export function describeLoops(context: RegionContext, isEntry: (file: ts.SourceFile) => boolean): LoopFacts[] {
  const loops: LoopFacts[] = [];
  for (const node of context.index.nodes) {
    const loop = ts.isCallExpression(node) ? describeLoop(context, node, isEntry) : undefined;
    if (loop) loops.push(loop);
  }
  return [...loops, ...describeSettled(context, isEntry)];
}

/** `expect(f).toThrow()`, `assert.throws(f)`: called at once and once, so that it can be waited for before. */
function describeSettled(context: RegionContext, isEntry: (file: ts.SourceFile) => boolean): LoopFacts[] {
  const { index } = context;
  return index.nodes.flatMap((node) => {
    const call = ts.isCallExpression(node) && isSettledCallback(index, node) ? node : undefined;
    const [callback] = call?.arguments ?? [];
    const fn = callback && functionValue(context, callback);
    return call && fn ? [describeOneCall(context, { call, callback, fn }, isEntry)] : [];
  });
}

function describeLoop(
  context: RegionContext,
  call: ts.CallExpression,
  isEntry: (file: ts.SourceFile) => boolean,
): LoopFacts | undefined {
  const { index } = context;
  const callee = call.expression;
  const [callback] = call.arguments;
  if (!callback || !ts.isPropertyAccessExpression(callee) || callee.questionDotToken) return undefined;
  if (!LOOP_METHODS.has(callee.name.text) || call.arguments.length > (callee.name.text === 'reduce' ? 2 : 1))
    return undefined;
  const fn = functionValue(context, callback);
  if (!fn || !isArray(index, callee.expression)) return undefined;
  const caller = callerOf(index, call);
  return {
    module: index.loaded.moduleId(call.getSourceFile()),
    ...(caller && { caller: caller.id }),
    span: spanOf(call),
    receiver: spanOf(callee.expression),
    callback: spanOf(callback),
    method: callee.name.text,
    fn: fn.id,
    position: placeOf(context, call, isEntry),
  };
}

interface OneCall {
  call: ts.CallExpression;
  callback: ts.Expression;
  fn: FunctionEntry;
}

function describeOneCall(
  context: RegionContext,
  { call, callback, fn }: OneCall,
  isEntry: (file: ts.SourceFile) => boolean,
): LoopFacts {
  const { index } = context;
  const caller = callerOf(index, call);
  const span = spanOf(callback);
  return {
    module: index.loaded.moduleId(call.getSourceFile()),
    ...(caller && { caller: caller.id }),
    span,
    receiver: { start: span.start, end: span.start },
    callback: span,
    method: 'settle',
    fn: fn.id,
    position: placeOf(context, call, isEntry),
  };
}

function functionValue(context: RegionContext, expression: ts.Expression): FunctionEntry | undefined {
  const value = unwrap(expression);
  if (isFunctionNode(value)) return context.index.functionOf(value);
  if (!ts.isIdentifier(value)) return undefined;
  const named = resolveNamed(context.index, context.hierarchy, value);
  return named?.direct ? named.functions[0] : undefined;
}

function isArray(index: ProgramIndex, expression: ts.Expression): boolean {
  const type = index.checker.getTypeAtLocation(expression);
  return index.checker.isArrayType(type) || index.checker.isTupleType(type);
}
