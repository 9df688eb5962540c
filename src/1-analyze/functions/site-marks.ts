/** How a function can be marked where it is made. */

import ts from 'typescript';
import type { SiteTag } from '../../types.ts';
import { spanOf } from '../classes/classes.ts';
import { wrapped } from '../names/syntax.ts';

/** Functions that can be made again from a text of their own: no methods of classes, nothing that needs the call around it. */
export type SiteNode = ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration | LiteralMember;

type LiteralMember = ts.MethodDeclaration | ts.AccessorDeclaration;

export function isLiteralMember(node: ts.Node): boolean {
  return ts.isObjectLiteralExpression(node.parent);
}

const UNNAMED = 'it has a name that is computed';

/** How it can be marked, or why it cannot. */
export function findTag(node: SiteNode): SiteTag | string {
  if (isInHead(node)) return 'it is written in the head of a function or in a decorator';
  if (ts.isFunctionDeclaration(node)) {
    const isInBlock = node.name && ts.isBlock(node.parent);
    return isInBlock ? { kind: 'declared', block: spanOf(node.parent) } : 'it is not declared in a block';
  }
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) return findMemberTag(node);
  const outer = wrapped(node);
  const holder = outer.parent;
  if (ts.isVariableDeclaration(holder) && ts.isIdentifier(holder.name) && holder.initializer === outer) {
    const statement = holder.parent.parent;
    const isListed = ts.isVariableStatement(statement) && !ts.isModuleBlock(statement.parent);
    if (isListed) return { kind: 'behind', name: holder.name.text, end: statement.end };
  }
  if (node.name) return { kind: 'around' };
  const name = findInferredName(outer);
  return name === 'unknown' ? UNNAMED : { kind: 'around', ...(name && { name: name.text }) };
}

/** `{ inc() {}, get size() {} }` */
function findMemberTag(node: LiteralMember): SiteTag | string {
  const { name, parent } = node;
  const symbol = ts.isComputedPropertyName(name) ? findSymbolKey(name) : undefined;
  const key = symbol ?? (ts.isComputedPropertyName(name) ? undefined : nameText(name));
  if (!ts.isObjectLiteralExpression(parent) || key === undefined || key === '__proto__') return UNNAMED;
  const slot = ts.isGetAccessor(node) ? 'get' : ts.isSetAccessor(node) ? 'set' : 'value';
  if (slot !== 'value' && isReplaced(node, parent)) return 'something else in its object may take its place';
  return { kind: 'member', literal: spanOf(parent), key, ...(symbol !== undefined && { isSymbol: true }), slot };
}

/** Whether something behind an accessor may have the same name, apart from the other half of it. */
function isReplaced(node: LiteralMember, { properties }: ts.ObjectLiteralExpression): boolean {
  return properties.slice(properties.indexOf(node) + 1).some(({ name, kind }) => {
    if (!name || (ts.isComputedPropertyName(name) && findSymbolKey(name) === undefined)) return true;
    const isOtherHalf =
      kind !== node.kind && (kind === ts.SyntaxKind.GetAccessor || kind === ts.SyntaxKind.SetAccessor);
    return name.getText() === node.name.getText() && !isOtherHalf;
  });
}

/** `Symbol.iterator` of `[Symbol.iterator]() {}` */
function findSymbolKey({ expression }: ts.ComputedPropertyName): string | undefined {
  return /^Symbol\.\w+$/.exec(expression.getText())?.[0];
}

function isInHead(node: ts.Node): boolean {
  let at = node.parent;
  while (!ts.isStatement(at) && !ts.isParameter(at) && !ts.isDecorator(at) && !ts.isSourceFile(at)) at = at.parent;
  return ts.isParameter(at) || ts.isDecorator(at);
}

/** The name that the language gives a function for the place it is made in; `unknown` if that is computed. */
function findInferredName(outer: ts.Expression): { text: string } | 'unknown' | undefined {
  const holder = outer.parent;
  if (ts.isPropertyAssignment(holder) || ts.isPropertyDeclaration(holder)) {
    const { name } = holder;
    return ts.isComputedPropertyName(name) ? 'unknown' : { text: nameText(name) };
  }
  const named =
    (ts.isVariableDeclaration(holder) || ts.isParameter(holder) || ts.isBindingElement(holder)) &&
    holder.initializer === outer &&
    ts.isIdentifier(holder.name)
      ? holder.name
      : undefined;
  if (named) return { text: named.text };
  if (ts.isShorthandPropertyAssignment(holder)) return { text: holder.name.text };
  if (ts.isBinaryExpression(holder) && holder.right === outer && ts.isIdentifier(holder.left)) {
    const assigns = holder.operatorToken.getText().endsWith('=');
    return assigns ? { text: holder.left.text } : undefined;
  }
  return ts.isExportAssignment(holder) ? 'unknown' : undefined;
}

function nameText(name: Exclude<ts.PropertyName, ts.ComputedPropertyName>): string {
  return ts.isStringLiteralLike(name) || ts.isIdentifier(name) || ts.isPrivateIdentifier(name)
    ? name.text
    : String(Number(name.text));
}
