/** Small questions about JavaScript syntax, without scopes. */

import ts from 'typescript';
import { accessedName } from '../names/syntax.ts';

export type PackageFunction = ts.FunctionLikeDeclaration;

export function walkTree(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walkTree(child, visit));
}

export function isFunction(node: ts.Node): node is PackageFunction {
  return ts.isFunctionLike(node) && 'body' in node;
}

/** What a function returns, as expressions; not those of functions inside it. */
export function returnsOf(fn: ts.Node): ts.Expression[] {
  if (!isFunction(fn) || !fn.body) return [];
  if (!ts.isBlock(fn.body)) return [fn.body];
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (isFunction(node)) return;
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(fn.body, visit);
  return found;
}

/** The nearest function around a node, or the file. */
export function functionAround(node: ts.Node): ts.Node {
  let at = node.parent ?? node;
  while (!isFunction(at) && !ts.isSourceFile(at)) at = at.parent;
  return at;
}

/** `(function () { … })()` and `(() => { … })()`: the call, seen from the function. */
export function inlineCall(fn: ts.Node): ts.CallExpression | undefined {
  let at = fn;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  if (ts.isPropertyAccessExpression(at.parent) && /^(call|apply)$/.test(at.parent.name.text)) at = at.parent;
  while (ts.isParenthesizedExpression(at.parent)) at = at.parent;
  return ts.isCallExpression(at.parent) && at.parent.expression === at ? at.parent : undefined;
}

/** `exports.name`, `module.exports`, `module.exports.name` */
export function isExportsTarget(target: ts.Expression, source: ts.SourceFile): boolean {
  return (
    isAccess(target) &&
    /^((module\.)?exports(\.[\w$]+|\[['"][^'"]*['"]\])|module\.exports)$/.test(target.getText(source))
  );
}

export function isGlobalObject({ text }: ts.Identifier): boolean {
  return /^(globalThis|global|window|self)$/.test(text);
}

/** `this` and `super` of a function, also in the arrows inside it; of a class those of its fields. */
export function thisesOf(fn: ts.Node): ts.Expression[] {
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword) {
      if (ts.isExpression(node)) found.push(node);
    }
    if (!ts.isClassLike(node) && (!isFunction(node) || ts.isArrowFunction(node))) ts.forEachChild(node, visit);
  };
  const fields = ts.isClassLike(fn) ? fn.members.filter(ts.isPropertyDeclaration) : [fn];
  for (const at of fields) ts.forEachChild(at, visit);
  return found;
}

export function scopeAround(node: ts.Node): ts.Node {
  let at = node;
  while (!isScope(at)) at = at.parent;
  return at;
}

function isScope(node: ts.Node): boolean {
  if (ts.isBlock(node)) return !isFunction(node.parent);
  return isFunction(node) || ts.isSourceFile(node) || ts.isCaseBlock(node) || ts.isIterationStatement(node, false);
}

export function skipParens(node: ts.Expression): ts.Expression {
  if (ts.isParenthesizedExpression(node)) return skipParens(node.expression);
  const isComma = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.CommaToken;
  return isComma ? skipParens(node.right) : node;
}

export function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** `pattern.lastIndex = 0` puts a pattern back to how it was made. */
export function isRewound(node: ts.BinaryExpression): boolean {
  return (
    accessedName(skipParens(node.left)) === 'lastIndex' && ts.isNumericLiteral(node.right) && node.right.text === '0'
  );
}

export function isAccess(node: ts.Node): node is ts.PropertyAccessExpression | ts.ElementAccessExpression {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

/** `a || b`, `a && b`, `a ?? b`: one of both, in contrast to operators that compute. */
export function isChoice({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return (
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken
  );
}

/** `require('x')`, also inside a helper: `_interopRequireDefault(require('x'))`. */
export function requiredSpecifier(node: ts.Expression): string | undefined {
  const at = skipParens(node);
  if (!ts.isCallExpression(at)) return undefined;
  const [first] = at.arguments;
  if (!first) return undefined;
  const callee = skipParens(at.expression);
  if (ts.isIdentifier(callee) && callee.text === 'require') return ts.isStringLiteral(first) ? first.text : undefined;
  const isHelper = /^(tslib(_\d+)?\.)?_*(interop\w*|import(Default|Star)|toESM)$/.test(callee.getText());
  return isHelper ? requiredSpecifier(first) : undefined;
}

/** Of `[Symbol.iterator]` the text as it is. */
export function propertyName(name: ts.PropertyName): string | undefined {
  if (ts.isComputedPropertyName(name) && /^\[Symbol\.\w+\]$/.test(name.getText())) return name.getText();
  if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name)) return name.text;
  return undefined;
}

export function addTo(map: Map<string, ts.Node[]>, key: string | undefined, node: ts.Node | undefined): void {
  if (key === undefined || !node) return;
  const list = map.get(key);
  if (list) list.push(node);
  else map.set(key, [node]);
}

/** Methods that the language calls, or may: `${money}`, `+money`, `[...money]`, `await money`. */
const UNNAMED = /^(toString|toLocaleString|valueOf|toJSON|then|\[.*\])$/;

/** A member of an instance that runs where nobody calls it by its name. */
export function isCalledUnnamed(member: ts.ClassElement): boolean {
  if (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) return false;
  return ts.isAccessor(member) || (ts.isMethodDeclaration(member) && UNNAMED.test(member.name.getText()));
}
