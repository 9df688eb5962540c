import ts from 'typescript';
import type { Span } from '../types.ts';

/** A function with a body, which is where a cut can be made. */
export type FunctionWithBody = ts.FunctionLikeDeclaration & { body: ts.ConciseBody };

/** Syntax only: no types, no other files. */
export function parseModule(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, { languageVersion: ts.ScriptTarget.ESNext }, true);
}

export function spanOf(node: ts.Node): Span {
  return { start: node.getStart(), end: node.end };
}

/** `12:40`, to find nodes by the spans that the facts name. */
export function spanKey(span: Span): string {
  return `${span.start}:${span.end}`;
}

/** Every node below (and including) `node`, parents first. */
export function* walk(node: ts.Node): Generator<ts.Node> {
  const waiting = [node];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    yield at;
    const children: ts.Node[] = [];
    ts.forEachChild(at, (child) => {
      children.push(child);
    });
    waiting.push(...children.reverse());
  }
}

export function hasBody(node: ts.Node): node is FunctionWithBody {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

/** The expressions of a file by span: of several with one span (`f()` and `f()` in parentheses differ) the innermost. */
export function indexExpressions(sourceFile: ts.SourceFile): Map<string, ts.Expression> {
  const found = new Map<string, ts.Expression>();
  for (const node of walk(sourceFile)) if (ts.isExpression(node)) found.set(spanKey(spanOf(node)), node);
  return found;
}

/** `wanted`, or `wanted` with dollar signs behind it, so that it is none of `taken`. */
export function pickName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  while (taken.has(name)) name += '$';
  return name;
}

/** A string literal as people write it. */
export function emitString(value: string): string {
  return `'${JSON.stringify(value).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`;
}

/** The line break that the file uses. */
export function lineBreakOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

/** The white space that the line of `position` begins with. */
export function indentationAt(text: string, position: number): string {
  const lineStart = text.lastIndexOf('\n', position - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, position))?.[0] ?? '';
}

/** Behind the comments that stand on the line of `position`. */
export function endOfLineComments(text: string, position: number): number {
  return ts.getTrailingCommentRanges(text, position)?.at(-1)?.end ?? position;
}

/** `'use strict'` and its like at the start of a body or file. */
export function directivesOf(statements: readonly ts.Statement[]): ts.Statement[] {
  const end = statements.findIndex((node) => !ts.isExpressionStatement(node) || !ts.isStringLiteral(node.expression));
  return statements.slice(0, end === -1 ? statements.length : end);
}

/** A value that is the same and does nothing, however often it is evaluated. */
export function isInert(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node)) {
    return isInert(node.expression);
  }
  if (ts.isPrefixUnaryExpression(node)) return isInert(node.operand);
  if (ts.isArrayLiteralExpression(node)) return node.elements.every(isInert);
  if (ts.isObjectLiteralExpression(node)) return node.properties.length === 0;
  return (
    ts.isLiteralExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isFunctionExpression(node) ||
    [ts.SyntaxKind.TrueKeyword, ts.SyntaxKind.FalseKeyword, ts.SyntaxKind.NullKeyword].includes(node.kind) ||
    (ts.isIdentifier(node) && node.text === 'undefined')
  );
}

/** Plain data as a person would write it: `{ name: 'id', optional: true }`. */
export function emitData(value: unknown): string {
  if (typeof value === 'string') return emitString(value);
  if (Array.isArray(value)) return `[${value.map(emitData).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const rows = Object.entries(value).map(([key, one]) => {
    return `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : emitString(key)}: ${emitData(one)}`;
  });
  return rows.length === 0 ? '{}' : `{ ${rows.join(', ')} }`;
}
