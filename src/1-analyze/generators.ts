/** What is particular to generators: they stop half-way, give one value after the other, and are sent some. */

import ts from 'typescript';
import type { Shape } from '../types.ts';
import { makeUnion } from './shape-algebra.ts';
import type { Shapes } from './shapes.ts';
import { isFunctionNode, walk, wrapped } from './syntax.ts';

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
export function describeSteps(context: Context, node: ts.SignatureDeclaration, type: ts.Type | undefined): Shape {
  const { checker } = context.index;
  const [yielded, returned] = type ? listArguments(checker, type) : [];
  const results = listOwn(node, ts.isReturnStatement).flatMap(({ expression }) => expression ?? []);
  const isKnown = returned && !(returned.flags & ts.TypeFlags.Any);
  const types = isKnown ? [returned] : results.map((result) => checker.getTypeAtLocation(result));
  return makeUnion([yielded, ...types].map((part) => (part ? context.shapes.awaitedShapeOf(part) : { kind: 'any' })));
}

/** `const x = yield y` uses what it is sent, `yield y;` does not. */
export function describeSent(
  { index: { checker }, shapes }: Context,
  node: ts.SignatureDeclaration,
  type: ts.Type | undefined,
): { sent?: Shape } {
  const isUsed = listOwn(node, ts.isYieldExpression).some(
    (at) => at.asteriskToken === undefined && !ts.isExpressionStatement(wrapped(at).parent),
  );
  if (!isUsed) return {};
  const sent = type && listArguments(checker, type)[2];
  return { sent: sent ? shapes.shapeOf(sent) : { kind: 'any' } };
}

/** `Generator<Y, R, N>`, `AsyncIterable<Y>` … */
function listArguments(checker: ts.TypeChecker, type: ts.Type): readonly ts.Type[] {
  const isReference = 'objectFlags' in type && (Number(type.objectFlags) & ts.ObjectFlags.Reference) !== 0;
  return isReference ? checker.getTypeArguments(type as ts.TypeReference) : [];
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

/** A default value is evaluated when a generator is called, its body later: the same then only if it is always the same. */
export function hasTimelyDefault(parameter: ts.ParameterDeclaration): boolean {
  let isTimely = false;
  walk(parameter, (node) => {
    if (ts.isTypeNode(node)) return false;
    const isDefault = (ts.isParameter(node) || ts.isBindingElement(node)) && node.initializer !== undefined;
    if (isDefault && node.initializer && !isConstant(node.initializer)) isTimely = true;
    return undefined;
  });
  return isTimely;
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
