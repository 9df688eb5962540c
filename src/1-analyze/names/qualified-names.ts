/** Qualified names: `Cart.total`, `outer.inner`, `api.total`, `N.f`, `[Symbol.iterator]`; `$1` for what has no name. */

import ts from 'typescript';
import { isFunctionNode, oneLine, wrapped } from './syntax.ts';

export function qualifiedName(node: ts.Node): string {
  const parts: string[] = [];
  for (let at: ts.Node = node; !ts.isSourceFile(at); at = at.parent) {
    const part = ownName(at);
    if (part !== undefined) parts.unshift(part);
  }
  return parts.join('.');
}

/** The part a node adds to the names below it; undefined for nodes that add none. */
function ownName(node: ts.Node): string | undefined {
  if (isFunctionNode(node)) return functionName(node);
  if (ts.isClassDeclaration(node)) return node.name?.text ?? 'default';
  if (ts.isClassExpression(node)) return nameFromHolder(node) ?? node.name?.text ?? ordinal(node);
  if (ts.isModuleDeclaration(node)) return node.name.text;
  if (ts.isObjectLiteralExpression(node)) return nameFromHolder(node);
  return undefined;
}

export function functionName(node: ts.Node): string {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  if (ts.isSetAccessor(node)) return `${memberName(node.name)}=`;
  if (ts.isMethodDeclaration(node) || ts.isGetAccessor(node)) return memberName(node.name);
  if (ts.isFunctionDeclaration(node)) return node.name?.text ?? 'default';
  return nameFromHolder(node) ?? (ts.isFunctionExpression(node) && node.name ? node.name.text : ordinal(node));
}

/** `const f = <node>`, `{ f: <node> }`, `class { f = <node> }`, `x.f = <node>`, `export default <node>`. */
function nameFromHolder(node: ts.Node): string | undefined {
  const value = wrapped(node as ts.Expression);
  const holder = value.parent;
  if (ts.isVariableDeclaration(holder) && holder.initializer === value) {
    return ts.isIdentifier(holder.name) ? holder.name.text : undefined;
  }
  if (ts.isPropertyAssignment(holder) || ts.isPropertyDeclaration(holder)) return memberName(holder.name);
  if (ts.isBinaryExpression(holder) && holder.right === value && ts.isPropertyAccessExpression(holder.left)) {
    return holder.left.name.text;
  }
  return ts.isExportAssignment(holder) ? 'default' : undefined;
}

function memberName(name: ts.PropertyName): string {
  if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name)) return name.text;
  if (ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
  return oneLine(name.getText());
}

/** `$1`, `$2` …: counted among the nameless functions and classes of the same enclosing function or file. */
function ordinal(node: ts.Node): string {
  let scope = node.parent;
  while (!ts.isSourceFile(scope) && !isFunctionNode(scope)) scope = scope.parent;
  let count = 0;
  let result = 0;
  const visit = (at: ts.Node): void => {
    if (result > 0) return;
    const isNamable = ts.isFunctionExpression(at) || ts.isArrowFunction(at) || ts.isClassLike(at);
    if (isNamable && at !== scope) {
      if (!nameFromHolder(at) && !(at as ts.FunctionExpression).name) count += 1;
      if (at === node) {
        result = count;
        return;
      }
      if (isFunctionNode(at)) return;
    }
    ts.forEachChild(at, visit);
  };
  ts.forEachChild(scope, visit);
  return `$${result}`;
}
