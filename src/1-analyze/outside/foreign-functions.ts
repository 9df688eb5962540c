/** Whether code may get hold of a function that is not of the program: then its results may hold one that nobody can make again. */

import ts from 'typescript';
import { resolveNamed } from '../flow/callees.ts';
import { isGenerator } from '../functions/generators.ts';
import { isPrimitive, isPrimitiveType } from '../names/primitives.ts';
import type { FunctionEntry } from '../names/program-index.ts';
import { argumentsOf, calleeOf } from '../names/references.ts';
import { isAccess, isFunctionNode, unwrap, walk, wrapped } from '../names/syntax.ts';
import type { RegionContext } from '../regions/region.ts';
import { outsideFacts } from './outside.ts';

/** What these give of what they are given, whatever function they call. */
const PICKING = new Set(['filter', 'find', 'findLast', 'forEach', 'some', 'every', 'sort', 'findIndex']);
/** What these give is not among what they are given. */
const LENDING =
  /(?:^|\.)(?:bind|call|apply)$|^(?:Reflect|Proxy|Function)\b|^Object\.(?:get|create|setPrototypeOf|define)/;

/**
 * False for code whose values are all given to it, made by it, or read by names that only the program has. Functions that it
 * calls, and those written inside, are asked by themselves.
 */
export function mayBorrow(context: RegionContext, { node }: FunctionEntry): boolean {
  let borrows = false;
  ts.forEachChild(node, (child) => {
    if (borrows || ts.isTypeNode(child) || ts.isModifierLike(child)) return;
    walk(child, (at) => {
      if (borrows || isFunctionNode(at) || ts.isTypeNode(at)) return false;
      borrows = ts.isClassLike(at) || isForeign(context, at);
      return undefined;
    });
  });
  return borrows;
}

function isForeign(context: RegionContext, node: ts.Node): boolean {
  if (isConversion(context, node) || isOpenLoop(context, node)) return true;
  if (ts.isBindingElement(node)) return isForeignElement(context, node);
  if (ts.isTaggedTemplateExpression(node) || ts.isMetaProperty(node) || isPattern(node)) return true;
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return isForeignCall(context, node);
  if (ts.isIdentifier(node)) return isValue(node) && isForeignName(context, node);
  return isAccess(node) && isValue(node) && isForeignAccess(context, node);
}

/** `${x}`, `x + 1`, `x < y`, `-x`, where what `x` holds decides what is called. */
function isConversion({ index: { checker } }: RegionContext, node: ts.Node): boolean {
  const isOpen = (value: ts.Expression) => !isPrimitive(checker, value);
  if (ts.isTemplateSpan(node)) return isOpen(node.expression);
  if (ts.isPrefixUnaryExpression(node)) return node.operator !== ts.SyntaxKind.ExclamationToken && isOpen(node.operand);
  if (ts.isPostfixUnaryExpression(node)) return isOpen(node.operand);
  return (
    ts.isBinaryExpression(node) &&
    !ASKS_NOTHING.has(node.operatorToken.kind) &&
    (isOpen(node.left) || isOpen(node.right))
  );
}

/** Operators that call nothing. */
const ASKS_NOTHING: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
  ts.SyntaxKind.CommaToken,
  ts.SyntaxKind.InKeyword,
]);

/** `for (const x of y)`, `[...y]` and `yield* y`, where `y` is neither a list nor a generator of the program. */
function isOpenLoop(context: RegionContext, node: ts.Node): boolean {
  const isDelegate = ts.isYieldExpression(node) && node.asteriskToken !== undefined;
  const isLoop = ts.isForOfStatement(node) || ts.isSpreadElement(node) || isDelegate;
  const looped = isLoop ? node.expression : undefined;
  if (!looped) return false;
  const { checker } = context.index;
  const type = checker.getTypeAtLocation(looped);
  if (isPrimitiveType(type) || checker.isArrayType(type) || checker.isTupleType(type)) return false;
  const value = unwrap(looped);
  const named = ts.isCallExpression(value) && resolveNamed(context.index, context.hierarchy, value.expression);
  return !named || named.outside || !named.functions.every(({ node }) => isGenerator(node));
}

/** `({ x: a } = b)` */
function isPattern(node: ts.Node): boolean {
  return ts.isBinaryExpression(node) && ts.isObjectLiteralExpression(unwrap(node.left));
}

/** Its value is used, in contrast to what is called there, and to names that are none of a value. */
function isValue(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if ('name' in parent && parent.name === node) return false;
  const outer = wrapped(node);
  const at = outer.parent;
  const isCallee = (ts.isCallExpression(at) || ts.isNewExpression(at)) && at.expression === outer;
  return !isCallee && !ts.isTypeOfExpression(at);
}

function isForeignName({ index }: RegionContext, name: ts.Identifier): boolean {
  const { parent } = name;
  const isBase = isAccess(parent) && parent.expression === name;
  if (isPrimitive(index.checker, isBase ? findUse(parent) : name)) return false;
  if (name.text === 'arguments') return false;
  const symbol = ts.isShorthandPropertyAssignment(parent)
    ? index.checker.getShorthandAssignmentValueSymbol(parent)
    : index.symbolAt(name);
  if (!symbol || index.variableOf(symbol)) return true;
  // `Math.max` is asked as a whole.
  if (isBase && ts.isPropertyAccessExpression(parent)) return false;
  const declarations = symbol.declarations ?? [];
  return declarations.length === 0 || declarations.some((one) => !index.loaded.isOwn(one.getSourceFile()));
}

/** `TABLE[key]`, and `PATTERN.test(text)`: what comes of it. */
function findUse(access: ts.Expression): ts.Expression {
  const { parent } = access;
  return ts.isCallExpression(parent) && parent.expression === access ? parent : access;
}

/** A member of the language, or whatever a name that is computed leads to. */
function isForeignAccess(
  context: RegionContext,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
): boolean {
  const { checker } = context.index;
  if (isPrimitive(checker, node)) return false;
  if (ts.isPropertyAccessExpression(node))
    return isForeignMember(context, context.index.symbolAt(node.name), node.name.text);
  const base = checker.getTypeAtLocation(node.expression);
  const isList = checker.isArrayType(base) || checker.isTupleType(base);
  return !isList || !isPrimitive(checker, node.argumentExpression);
}

function isForeignElement(context: RegionContext, element: ts.BindingElement): boolean {
  const { checker } = context.index;
  if (isPrimitive(checker, element) || ts.isArrayBindingPattern(element.parent)) return false;
  const name = element.propertyName ?? element.name;
  if (element.dotDotDotToken || !ts.isIdentifier(name)) return true;
  return isForeignMember(context, checker.getTypeAtLocation(element.parent).getProperty(name.text), name.text);
}

/** Declared outside of the program, or by nobody, where the name may be that of a member of the language or of a method. */
function isForeignMember({ index, hierarchy }: RegionContext, symbol: ts.Symbol | undefined, name: string): boolean {
  const declarations = symbol?.declarations ?? [];
  if (declarations.length > 0) return declarations.some((one) => !index.loaded.isOwn(one.getSourceFile()));
  return LANGUAGE.has(name) || hierarchy.membersNamed(name).length > 0;
}

function isForeignCall(context: RegionContext, call: ts.CallExpression | ts.NewExpression): boolean {
  const { index, hierarchy } = context;
  if (isPrimitive(index.checker, call)) return false;
  const callee = calleeOf(call);
  const named = resolveNamed(index, hierarchy, callee);
  if (named && !named.outside && named.functions.length + named.classes.length > 0) return false;
  const facts = outsideFacts(index, callee, call);
  if (!facts?.known || facts.returns === 'own' || LENDING.test(callee.getText())) return true;
  const isPicking = ts.isPropertyAccessExpression(callee) && PICKING.has(callee.name.text);
  const isInline = (argument: ts.Expression) => isFunctionNode(unwrap(argument));
  return facts.callsBack !== 'never' && !isPicking && !argumentsOf(call).every(isInline);
}

/** Names of what every program finds on its objects. */
const LANGUAGE: ReadonlySet<string> = new Set(
  [
    Object,
    Function,
    Array,
    String,
    Number,
    Boolean,
    Symbol,
    BigInt,
    Map,
    Set,
    WeakMap,
    WeakSet,
    Date,
    RegExp,
    Promise,
    Error,
    ArrayBuffer,
    DataView,
    Uint8Array,
    Object.getPrototypeOf(Uint8Array),
    URL,
    URLSearchParams,
  ]
    .flatMap((type) => [...Object.getOwnPropertyNames(type), ...Object.getOwnPropertyNames(type.prototype)])
    .concat('__proto__', 'next', 'return', 'throw'),
);
