/** What is particular to generators: they stop half-way, give one value after the other, and are sent some. */

import ts from 'typescript';
import type { Shape, StepFacts } from '../../types.ts';
import { resolveNamed } from '../flow/callees.ts';
import { isPrimitive } from '../names/primitives.ts';
import type { FunctionEntry } from '../names/program-index.ts';
import { isFunctionNode, unwrap, walk, wrapped } from '../names/syntax.ts';
import { holdsPrimitives, isFresh, listArguments } from '../regions/fresh.ts';
import type { RegionContext } from '../regions/region.ts';
import { makeUnion } from '../shapes/algebra.ts';
import type { Shapes } from '../shapes/shapes.ts';
import { mayEndAtOnce } from './ends-at-once.ts';

interface Context {
  index: { checker: ts.TypeChecker };
  shapes: Shapes;
}

export function isGenerator(node: ts.Node): boolean {
  return (
    (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isMethodDeclaration(node)) &&
    node.asteriskToken !== undefined
  );
}

/** What it yields and what it returns, by its type; where that says nothing of the latter, by what it returns. */
export function describeResults(context: Context, node: ts.SignatureDeclaration, type: ts.Type | undefined): Shape {
  const { checker } = context.index;
  const [yielded, returned] = type ? listArguments(checker, type) : [];
  const results = listOwn(node, ts.isReturnStatement).flatMap(({ expression }) => expression ?? []);
  const isKnown = returned && !(returned.flags & ts.TypeFlags.Any);
  const types = isKnown ? [returned] : results.map((result) => checker.getTypeAtLocation(result));
  return makeUnion([yielded, ...types].map((part) => (part ? context.shapes.awaitedShapeOf(part) : { kind: 'any' })));
}

export function describeSteps(
  context: RegionContext & Context,
  node: ts.SignatureDeclaration,
  type: ts.Type | undefined,
): StepFacts {
  const yields = listOwn(node, ts.isYieldExpression);
  return {
    ...(yields.some(isUsed) && { sent: describeSent(context, type) }),
    ...(context.references.toProperty('throw').length > 0 && { interrupted: true }),
    endsAtOnce: hasBlock(node) && mayEndAtOnce(node.body),
    guarded: yields.some((at) => isInTry(at, node)),
    fresh: yields.every(({ expression, asteriskToken }) => {
      if (!expression) return true;
      return asteriskToken ? isSafeDelegate(context, expression) : isFresh(context, expression);
    }),
    delegates: yields.flatMap(({ expression, asteriskToken }) =>
      expression && asteriskToken ? findDelegates(context, expression).map(({ id }) => id) : [],
    ),
  };
}

function hasBlock(node: ts.SignatureDeclaration): node is ts.SignatureDeclaration & { body: ts.Block } {
  return 'body' in node && node.body !== undefined && ts.isBlock(node.body);
}

/** Another generator that is looked at; or a list of primitives. */
function isSafeDelegate(context: RegionContext, expression: ts.Expression): boolean {
  if (isPrimitive(context.index.checker, expression) || holdsPrimitives(context, expression)) return true;
  return findDelegates(context, expression).length > 0;
}

/** `walk(child)`; none if it may be something else. */
function findDelegates(context: RegionContext, expression: ts.Expression): readonly FunctionEntry[] {
  const value = unwrap(expression);
  if (!ts.isCallExpression(value)) return [];
  const functions = resolveNamed(context.index, context.hierarchy, value.expression)?.functions ?? [];
  return functions.every((entry) => isGenerator(entry.node)) ? functions : [];
}

/** `const x = yield y` uses what it is sent, `yield y;` does not. */
function isUsed(node: ts.YieldExpression): boolean {
  return node.asteriskToken === undefined && !ts.isExpressionStatement(wrapped(node).parent);
}

function describeSent({ index: { checker }, shapes }: Context, type: ts.Type | undefined): Shape {
  const sent = type && listArguments(checker, type)[2];
  return sent ? shapes.shapeOf(sent) : { kind: 'any' };
}

function isInTry(node: ts.Node, owner: ts.Node): boolean {
  for (let at = node; at !== owner; at = at.parent) if (ts.isTryStatement(at)) return true;
  return false;
}

function listOwn<T extends ts.Node>(node: ts.SignatureDeclaration, is: (node: ts.Node) => node is T): T[] {
  const found: T[] = [];
  ts.forEachChild(node, (child) => {
    walk(child, (at) => {
      if (isFunctionNode(at) || ts.isClassLike(at)) return false;
      if (is(at)) found.push(at);
      return undefined;
    });
  });
  return found;
}

/**
 * A default value is evaluated when a generator is called, its body runs later. It is passed on like an argument, unless that
 * leaves the other side to evaluate it once more, where `undefined` may come of it, or would show in `arguments`.
 */
export function hasTimelyDefault({ checker }: Context['index'], parameter: ts.ParameterDeclaration): boolean {
  let isTimely = false;
  walk(parameter, (node) => {
    if (ts.isTypeNode(node) || isFunctionNode(node)) return false;
    const value = ts.isParameter(node) || ts.isBindingElement(node) ? node.initializer : undefined;
    if (value && !isConstant(value))
      isTimely ||= mayBeUndefined(checker.getTypeAtLocation(value)) || usesArguments(parameter);
    return undefined;
  });
  return isTimely;
}

function mayBeUndefined(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.some(mayBeUndefined);
  const open = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter;
  return (type.flags & (open | ts.TypeFlags.Undefined | ts.TypeFlags.Void)) !== 0;
}

function usesArguments(parameter: ts.ParameterDeclaration): boolean {
  const body = 'body' in parameter.parent ? parameter.parent.body : undefined;
  return body !== undefined && /\barguments\b/.test(body.getText());
}

function isConstant(node: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isConstant);
  if (ts.isObjectLiteralExpression(node)) return node.properties.length === 0;
  if (ts.isPrefixUnaryExpression(node)) return isConstant(node.operand);
  if (ts.isNewExpression(node)) return /^new (?:Map|Set)\b[^(]*(?:\(\))?$/.test(node.getText());
  return (
    ts.isLiteralExpression(node) ||
    [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(node.kind) ||
    (ts.isIdentifier(node) && /^(?:undefined|NaN|Infinity)$/.test(node.text))
  );
}
