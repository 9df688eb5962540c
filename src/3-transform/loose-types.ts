/** Text of a function that stands where its types cannot be named: everything in it becomes `any`. */

import ts from 'typescript';
import { thisAround } from '../1-analyze/names/this-around.ts';
import type { Span } from '../types.ts';
import type { Edit } from './edits.ts';
import { spanOf, walk } from './syntax.ts';

/**
 *     (x, { y }: Box<T>): T => pick<T>(x)       (x: any, { y }: any): any => pick<any>(x)
 *
 * What the program checks is checked where the function is written.
 */
export function loosenTypes(root: ts.Node): Edit[] {
  const edits = listExpectedErrors(root);
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
      edits.push(replace(node, ''));
    } else if (ts.isCallExpression(node) && node.typeArguments && isOfLocal(node.expression)) {
      edits.push(dropTypeArguments(node.typeArguments));
      for (const part of [node.expression, ...node.arguments]) visit(part);
    } else if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) {
      if (node.getText() !== 'const') edits.push(replace(node, isAsyncResult(node) ? 'Promise<any>' : 'any'));
    } else {
      edits.push(...loosen(node));
      ts.forEachChild(node, (child) => {
        if (!ts.isTypeParameterDeclaration(child)) visit(child);
      });
    }
  };
  visit(root);
  return edits;
}

/** The compiler wants a promise there, if anything. */
function isAsyncResult(type: ts.Node): boolean {
  const { parent } = type;
  const isAsync =
    ts.canHaveModifiers(parent) && parent.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  return (
    isAsync === true && 'type' in parent && parent.type === type && !('asteriskToken' in parent && parent.asteriskToken)
  );
}

function loosen(node: ts.Node): Edit[] {
  if (ts.isFunctionLike(node)) return [...dropTypeParameters(node), ...giveThis(node)];
  if (ts.isClassLike(node)) return dropTypeParameters(node);
  if (ts.isParameter(node)) return loosenParameter(node);
  if (ts.isElementAccessExpression(node)) return loosenAccess(node);
  if (!ts.isVariableDeclaration(node) || node.type || ts.isForInStatement(node.parent.parent)) return [];
  if (ts.isForOfStatement(node.parent.parent)) return [];
  return [insertAny(node.exclamationToken?.end ?? node.name.end)];
}

/** `Math[method]` → `(Math as any)[method]`, where that cannot be read as arguments of the line before. */
function loosenAccess({ expression: base }: ts.ElementAccessExpression): Edit[] {
  let at: ts.Node = base;
  while (at.parent.getStart() === base.getStart() && ts.isExpression(at.parent)) at = at.parent;
  if (!ts.isIdentifier(base) || ts.isExpressionStatement(at.parent)) return [];
  return [{ kind: 'wrap', span: spanOf(base), before: '(', after: ' as any)' }];
}

/** The error that a comment expects is not there. */
function listExpectedErrors(root: ts.Node): Edit[] {
  const { text } = root.getSourceFile();
  const found = new Map<number, Edit>();
  const visit = (node: ts.Node): void => {
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.pos) ?? []) {
      const start = text.indexOf('@ts-expect-error', pos);
      if (node !== root && start >= 0 && start < end) {
        found.set(start, {
          kind: 'replace',
          span: { start, end: start + '@ts-expect-error'.length },
          text: '@ts-ignore',
        });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(root);
  return [...found.values()];
}

function loosenParameter(node: ts.ParameterDeclaration): Edit[] {
  if (node.type) return [];
  if (isBare(node)) return [{ kind: 'wrap', span: spanOf(node), before: '(', after: ': any)' }];
  return [insertAny(node.questionToken?.end ?? node.name.end)];
}

/** `x => …` */
function isBare({ parent, end }: ts.ParameterDeclaration): boolean {
  if (!ts.isArrowFunction(parent)) return false;
  return !parent.getSourceFile().text.slice(end, parent.equalsGreaterThanToken.getStart()).includes(')');
}

/** A function that is not an arrow has a `this`; what it was known from is not there. */
function giveThis(node: ts.SignatureDeclaration): Edit[] {
  const isMember = ts.isMethodDeclaration(node) && ts.isObjectLiteralExpression(node.parent);
  if (!(ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node) || isMember) || !node.body) return [];
  if (node.parameters[0]?.name.getText() === 'this' || !usesThis(node)) return [];
  const after = node.parameters.length > 0 ? ', ' : '';
  return [{ kind: 'insert', at: node.parameters.pos, text: `this: any${after}` }];
}

function usesThis(fn: ts.SignatureDeclaration): boolean {
  return [...walk(fn)].some((at) => at.kind === ts.SyntaxKind.ThisKeyword && thisAround(at) === fn);
}

/** `<T extends Item>` */
function dropTypeParameters({ typeParameters }: ts.SignatureDeclaration | ts.ClassLikeDeclaration): Edit[] {
  if (!typeParameters) return [];
  return [{ kind: 'replace', span: bracketed(typeParameters), text: '' }];
}

/** `list.reduce<T>(…)`: what is `any` takes no type arguments. */
function dropTypeArguments(list: ts.NodeArray<ts.TypeNode>): Edit {
  return { kind: 'replace', span: bracketed(list), text: '' };
}

/** With the brackets; the one behind it may stand on another line. */
function bracketed(list: ts.NodeArray<ts.Node>): Span {
  const [first] = list;
  const { text } = (first as ts.Node).getSourceFile();
  return { start: list.pos - 1, end: text.indexOf('>', list.end) + 1 };
}

/** A method of something that has a name in a function around it. */
function isOfLocal(callee: ts.Expression): boolean {
  let at = callee;
  while (ts.isPropertyAccessExpression(at) || ts.isCallExpression(at) || ts.isNonNullExpression(at)) at = at.expression;
  if (at === callee || !ts.isIdentifier(at)) return false;
  const { text } = at;
  return ts.findAncestor(at, (node) => ts.isFunctionLike(node) && listNames(node).has(text)) !== undefined;
}

/** What parameters and variables of a function are called. */
function listNames(fn: ts.SignatureDeclaration): Set<string> {
  const names = new Set<string>();
  for (const node of walk(fn)) {
    const isDeclared = ts.isParameter(node) || ts.isVariableDeclaration(node) || ts.isBindingElement(node);
    if (isDeclared && ts.isIdentifier(node.name)) names.add(node.name.text);
  }
  return names;
}

function replace(node: ts.Node, text: string): Edit {
  return { kind: 'replace', span: spanOf(node), text };
}

function insertAny(at: number): Edit {
  return { kind: 'insert', at, text: ': any' };
}
