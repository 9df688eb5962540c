/** Values that are made where they stand and that nobody holds afterwards: the same again is as good. */

import ts from 'typescript';
import { classNamed } from '../flow/callees.ts';
import { isPrimitive, isPrimitiveType } from '../names/primitives.ts';
import type { ClassEntry } from '../names/program-index.ts';
import { calleeOf } from '../names/references.ts';
import { hasModifier, isAccess, isConstant, isFunctionNode, unwrap, walk } from '../names/syntax.ts';
import { outsideFacts } from '../outside/outside.ts';
import type { RegionContext } from './region.ts';

/** `n * n`, `[a, ...rest]` of primitives, `letters.slice(1)`, `new Token(kind, text)`, a local name that is used no more. */
export function isFresh(context: RegionContext, expression: ts.Expression): boolean {
  const value = unwrap(expression);
  if (isPrimitive(context.index.checker, value)) return true;
  return isMade(context, value) || (ts.isIdentifier(value) && isLastUse(context, value));
}

function isMade(context: RegionContext, value: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(value)) return value.elements.every((part) => isFreshPart(context, part));
  if (ts.isObjectLiteralExpression(value)) return value.properties.every((part) => isFreshPart(context, part));
  if (ts.isNewExpression(value)) return makesRecord(context, value);
  if (!ts.isCallExpression(value)) return false;
  const facts = outsideFacts(context.index, calleeOf(value), value);
  if (!facts?.known) return false;
  return facts.returns === 'deep' || (facts.returns === 'fresh' && holdsPrimitives(context, value));
}

function isFreshPart(context: RegionContext, part: ts.Expression | ts.ObjectLiteralElementLike): boolean {
  if (ts.isSpreadElement(part)) return holdsPrimitives(context, part.expression);
  if (ts.isPropertyAssignment(part)) return isFresh(context, part.initializer);
  if (ts.isShorthandPropertyAssignment(part)) return isFresh(context, part.name);
  return ts.isExpression(part) && isFresh(context, part);
}

/** An array of them, or an object with nothing else. */
export function holdsPrimitives({ index: { checker } }: RegionContext, expression: ts.Expression): boolean {
  const type = checker.getTypeAtLocation(expression);
  if (checker.isArrayType(type) || checker.isTupleType(type))
    return listArguments(checker, type).every(isPrimitiveType);
  const properties = type.getProperties();
  return properties.length > 0 && properties.every((property) => isPrimitiveType(checker.getTypeOfSymbol(property)));
}

/** An instance that holds primitives only, and of which its constructor tells nobody. */
function makesRecord(context: RegionContext, made: ts.NewExpression): boolean {
  const cls = classNamed(context.index, made.expression);
  return cls !== undefined && isRecord(context, cls);
}

function isRecord({ index: { checker } }: RegionContext, { node }: ClassEntry): boolean {
  if (node.heritageClauses) return false;
  const fields = [...node.members].flatMap((member): ts.Node[] => {
    if (ts.isPropertyDeclaration(member)) return hasModifier(member, ts.SyntaxKind.StaticKeyword) ? [] : [member];
    return ts.isConstructorDeclaration(member) ? [...member.parameters] : [];
  });
  if (!fields.every((field) => isPrimitive(checker, field))) return false;
  return node.members.every((member) => !ts.isConstructorDeclaration(member) || keepsItself(member));
}

/** `this.x = …` is all that it does with its object. */
export function keepsItself(node: ts.Node): boolean {
  let keeps = true;
  walk(node, (at) => {
    if (at.kind !== ts.SyntaxKind.ThisKeyword) return undefined;
    const access = at.parent;
    const isField = isAccess(access) && access.expression === at;
    if (!isField || (ts.isCallExpression(access.parent) && access.parent.expression === access)) keeps = false;
    return undefined;
  });
  return keeps;
}

/** A `const` that was made in the same round of the same loop, that no function uses, and nothing behind this place. */
function isLastUse(context: RegionContext, name: ts.Identifier): boolean {
  const symbol = context.index.symbolAt(name);
  const declaration = symbol?.valueDeclaration;
  if (!symbol || !declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return false;
  if (
    !isConstant(declaration) ||
    getRound(declaration) !== getRound(name) ||
    !isMade(context, unwrap(declaration.initializer))
  )
    return false;
  const uses = context.references.to(symbol);
  return holdsPrimitives(context, name) && uses.every((use) => use.end <= name.end && isOnlyFilled(use, name));
}

/** The function or loop around it. */
function getRound(node: ts.Node): ts.Node {
  let at = node.parent;
  while (!isFunctionNode(at) && !ts.isIterationStatement(at, false) && !ts.isSourceFile(at)) at = at.parent;
  return at;
}

/** `row.x = …`, `row.push(…)`, `row.length`: nobody gets hold of it. */
function isOnlyFilled(use: ts.Identifier, last: ts.Identifier): boolean {
  return use === last || (isAccess(use.parent) && use.parent.expression === use && getRound(use) === getRound(last));
}

/** `Generator<Y, R, N>`, `AsyncIterable<Y>`, `[A, B]` … */
export function listArguments(checker: ts.TypeChecker, type: ts.Type): readonly ts.Type[] {
  const isReference = 'objectFlags' in type && (Number(type.objectFlags) & ts.ObjectFlags.Reference) !== 0;
  return isReference ? checker.getTypeArguments(type as ts.TypeReference) : [];
}
