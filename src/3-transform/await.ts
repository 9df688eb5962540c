import ts from 'typescript';
import type { Span } from '../types.ts';
import type { ModuleContext } from './context.ts';
import { spanKey, spanOf } from './syntax.ts';

/** `f(x)` → `await f(x)`, in parentheses where the place asks for them: `(await f(x)).length`. */
export function editAwaits(context: ModuleContext, expressions: Map<string, ts.Expression>, spans: Span[]): void {
  for (const span of spans) {
    const node = expressions.get(spanKey(span));
    if (node) wrapInAwait(context, node, '');
  }
}

/** Puts `await` and `callee` in front of an expression. */
export function wrapInAwait(context: ModuleContext, node: ts.Expression, callee: string): void {
  const needsParentheses = bindsTighter(node);
  if (needsParentheses) guardStatementStart(context, node);
  const [open, close] = needsParentheses ? ['(', `)${emitChainLink(node)}`] : ['', ''];
  context.edits.push({ kind: 'wrap', span: spanOf(node), before: `${open}await ${callee}`, after: close });
}

/** True where the surroundings would take a part of `await x` for themselves. */
function bindsTighter(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isTaggedTemplateExpression(parent)) return parent.tag === node;
  if (ts.isBinaryExpression(parent)) {
    return parent.operatorToken.kind === ts.SyntaxKind.AsteriskAsteriskToken && parent.left === node;
  }
  const takes =
    ts.isPropertyAccessExpression(parent) ||
    ts.isElementAccessExpression(parent) ||
    ts.isCallExpression(parent) ||
    ts.isNewExpression(parent) ||
    ts.isNonNullExpression(parent) ||
    ts.isExpressionWithTypeArguments(parent) ||
    ts.isDecorator(parent);
  return takes && parent.expression === node;
}

/** `a?.f().b` → `(await a?.f())?.b`: without `a` there is no `.b` either. */
function emitChainLink(node: ts.Expression): string {
  const { parent } = node;
  if (!isChainPart(node) || !isChainPart(parent) || parent.questionDotToken) return '';
  return ts.isPropertyAccessExpression(parent) ? '?' : '?.';
}

function isChainPart(
  node: ts.Node,
): node is ts.PropertyAccessExpression | ts.ElementAccessExpression | ts.CallExpression {
  if (!ts.isOptionalChain(node)) return false;
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node);
}

/** A statement that comes to begin with `(` must not be read as arguments of a line that ends without semicolon. */
function guardStatementStart(context: ModuleContext, node: ts.Expression): void {
  const start = node.getStart();
  let top: ts.Node = node;
  while (ts.isExpression(top) && top.parent.getStart() === start) top = top.parent;
  if (!ts.isExpressionStatement(top) || top.getStart() !== start) return;
  const before = context.text.slice(0, top.pos).trimEnd();
  const isFirst = !('statements' in top.parent) || (top.parent.statements as ts.Statement[])[0] === top;
  if (isFirst || before.endsWith(';') || endsInBlock(top) || isGuarded(context, start)) return;
  context.edits.push({ kind: 'insert', at: start, text: ';' });
}

function isGuarded(context: ModuleContext, at: number): boolean {
  return context.edits.some((edit) => edit.kind === 'insert' && edit.at === at && edit.text === ';');
}

/** The statement before `node` ends in a `}` that nothing can continue. */
function endsInBlock(node: ts.Statement): boolean {
  const siblings = (node.parent as ts.Block).statements;
  let last: ts.Node | undefined = siblings[siblings.indexOf(node) - 1];
  while (last && !ts.isExpressionStatement(last) && !ts.isVariableStatement(last)) {
    if (isBraced(last)) return true;
    last = lastChild(last);
  }
  return false;
}

function isBraced(node: ts.Node): boolean {
  return (
    ts.isBlock(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isModuleDeclaration(node) ||
    ts.isSwitchStatement(node)
  );
}

function lastChild(node: ts.Node): ts.Node | undefined {
  let last: ts.Node | undefined;
  ts.forEachChild(node, (child) => {
    last = child;
  });
  return last;
}
