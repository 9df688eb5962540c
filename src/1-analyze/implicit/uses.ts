/** Syntax that does something to an object for which a function of the program may stand. */

import ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import { hasModifier, isAccess, isInAsync, unwrap } from '../names/syntax.ts';
import { type Way, type WaysOfCall, waysOfCall } from './calls.ts';

export interface ImplicitUse {
  /** The object; absent if it has no expression of its own, as a parameter that is taken apart. */
  operand?: ts.Expression;
  /** Where its type is asked for. */
  node: ts.Node;
  ways: readonly Way[];
  /** Of accessors only these; absent: any. */
  names?: readonly string[];
  /** Objects inside it as well. */
  isDeep: boolean;
}

export function listOutside(
  index: ProgramIndex,
  callee: ts.Expression,
  given: readonly ts.Expression[],
): ImplicitUse[] {
  const ways = waysOfCall(index, callee);
  const use = (operand: ts.Expression, ways: readonly Way[]) => ({
    operand,
    node: unwrap(operand),
    ways,
    isDeep: true,
  });
  const values = given.flatMap((value, at) => {
    const own: readonly Way[] = isConverted(ways, given, at) ? [...ways.given, 'convert'] : ways.given;
    return listParts(value).map((part) => use(part, own));
  });
  const receiver = isAccess(callee) ? [use(callee.expression, ways.receiver)] : [];
  return [...values, ...receiver];
}

/** Behind `...list` any position is meant. */
function isConverted({ converted = [] }: WaysOfCall, given: readonly ts.Expression[], at: number): boolean {
  const spread = given.findIndex(ts.isSpreadElement);
  return converted.some((one) => one === at || (spread >= 0 && at >= spread && one >= spread));
}

/** An array or object that is written there, and what is written in it. */
function listParts(value: ts.Expression): ts.Expression[] {
  const plain = unwrap(ts.isSpreadElement(value) ? value.expression : value);
  if (ts.isArrayLiteralExpression(plain)) return [plain, ...plain.elements.flatMap(listParts)];
  if (!ts.isObjectLiteralExpression(plain)) return [plain];
  const inner = plain.properties.flatMap((property) =>
    ts.isPropertyAssignment(property) ? [property.initializer] : [],
  );
  return [plain, ...inner.flatMap(listParts)];
}

/** What a piece of syntax does to objects; calls are not looked at. */
export function listUses(node: ts.Node): ImplicitUse[] {
  const use = (operand: ts.Expression, ...ways: Way[]): ImplicitUse => ({
    operand,
    node: unwrap(operand),
    ways,
    isDeep: false,
  });
  if (ts.isNewExpression(node)) return node.arguments?.length ? [use(node, 'fill')] : [];
  if (ts.isTemplateSpan(node) || ts.isComputedPropertyName(node)) return [use(node.expression, 'convert')];
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return listUnary(node, use);
  if (ts.isForOfStatement(node)) {
    return [
      node.awaitModifier
        ? { ...use(node.expression, 'iterate', 'settle'), isDeep: true }
        : use(node.expression, 'iterate'),
    ];
  }
  if (ts.isSpreadElement(node)) return [use(node.expression, 'iterate')];
  if (ts.isAwaitExpression(node)) return [use(node.expression, 'settle')];
  if (ts.isReturnStatement(node)) return node.expression && isInAsync(node) ? [use(node.expression, 'settle')] : [];
  if (ts.isArrowFunction(node))
    return ts.isBlock(node.body) || !hasModifier(node, ts.SyntaxKind.AsyncKeyword) ? [] : [use(node.body, 'settle')];
  if (ts.isVariableDeclaration(node)) return listDisposals(node, use);
  if (ts.isYieldExpression(node)) {
    return node.expression ? [use(node.expression, node.asteriskToken ? 'iterate' : 'settle')] : [];
  }
  if (ts.isSpreadAssignment(node)) return [use(node.expression, 'get')];
  if (ts.isPropertyAccessExpression(node)) {
    const ways = CALLING.get(node.name.text) ?? [];
    return [{ ...use(node.expression, 'get', ...ways), names: [node.name.text] }];
  }
  if (ts.isElementAccessExpression(node)) {
    return [use(node.argumentExpression, 'convert'), use(node.expression, 'get')];
  }
  if (ts.isBinaryExpression(node)) return listBinary(node, use);
  if (ts.isArrayBindingPattern(node)) return [{ node, ways: ['iterate'], isDeep: false }];
  if (ts.isObjectBindingPattern(node)) return [{ node, ways: ['get'], ...namesOf(node), isDeep: false }];
  return [];
}

/** Methods that every object has, or every promise, and that call others by their names where they are those of the language. */
const CALLING: ReadonlyMap<string, readonly Way[]> = new Map([
  ['toString', ['ask']],
  ['toLocaleString', ['ask']],
  ['toJSON', ['json']],
  ['catch', ['settle']],
  ['finally', ['settle']],
]);

/** `using file = open()` */
function listDisposals({ parent, initializer }: ts.VariableDeclaration, use: MakeUse): ImplicitUse[] {
  const isUsing = (parent.flags & ts.NodeFlags.Using) !== 0;
  return initializer && isUsing && ts.isVariableDeclarationList(parent) ? [use(initializer, 'dispose')] : [];
}

type MakeUse = (operand: ts.Expression, ...ways: Way[]) => ImplicitUse;

function listUnary(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, use: MakeUse): ImplicitUse[] {
  return node.operator === ts.SyntaxKind.ExclamationToken ? [] : [use(node.operand, 'convert')];
}

function listBinary({ left, right, operatorToken }: ts.BinaryExpression, use: MakeUse): ImplicitUse[] {
  const { kind } = operatorToken;
  if (kind === ts.SyntaxKind.InKeyword) return [use(left, 'convert')];
  if (kind === ts.SyntaxKind.InstanceOfKeyword) return [use(right, 'test')];
  if (kind === ts.SyntaxKind.EqualsToken) {
    if (ts.isArrayLiteralExpression(left)) return [use(right, 'iterate')];
    return ts.isObjectLiteralExpression(left) ? [use(right, 'get')] : [];
  }
  return CONVERTING.has(ts.tokenToString(kind) ?? '') ? [use(left, 'convert'), use(right, 'convert')] : [];
}

/** They turn objects into primitive values, and so do the assignments with them. */
const COMPUTING = '+ - * / % ** << >> >>> & | ^'.split(' ');
const CONVERTING = new Set([...COMPUTING, ...COMPUTING.map((text) => `${text}=`), '<', '>', '<=', '>=', '==', '!=']);

/** `{ a, [key]: b, ...rest }`: the names that are read, if all are known. */
function namesOf({ elements }: ts.ObjectBindingPattern): { names?: string[] } {
  const names = elements.map(({ name, propertyName = name, dotDotDotToken }) => {
    const isKnown = !dotDotDotToken && (ts.isIdentifier(propertyName) || ts.isStringLiteral(propertyName));
    return isKnown ? propertyName.text : undefined;
  });
  return names.every((name) => name !== undefined) ? { names } : {};
}
