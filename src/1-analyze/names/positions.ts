/** Where a call stands: whether an `await` in front of it would be legal, and whether there is one already. */

import ts from 'typescript';
import type { CallPosition } from '../../types.ts';
import type { FunctionEntry, ProgramIndex } from './program-index.ts';
import { isFunctionNode, wrapped } from './syntax.ts';

/** The innermost function that a node belongs to when it runs: not for default values, field initialisers, decorators. */
export function callerOf(index: ProgramIndex, node: ts.Node): FunctionEntry | undefined {
  for (let at = node.parent; at; at = at.parent) if (isFunctionNode(at)) return index.functionOf(at);
  return undefined;
}

export function positionOf(
  index: ProgramIndex,
  node: ts.Node,
  isEntry: (file: ts.SourceFile) => boolean,
): CallPosition {
  let child: ts.Node = node;
  for (let at = node.parent; at; child = at, at = at.parent) {
    if (ts.isParameter(at)) return blocked('a default value of a parameter');
    if (ts.isPropertyDeclaration(at)) return blocked('the initial value of a field');
    if (ts.isClassStaticBlockDeclaration(at)) return blocked('a static block');
    if (ts.isDecorator(at)) return blocked('a decorator');
    if (ts.isComputedPropertyName(at)) return blocked('a computed name');
    if (ts.isModuleBlock(at)) return blocked('the body of a namespace');
    if (isFunctionNode(at)) return at.body === child ? insideOf(at) : blocked('the head of a function');
    if (ts.isSourceFile(at)) return topOf(index, at, isEntry(at));
  }
  return blocked('unknown');
}

function blocked(why: string): CallPosition {
  return { kind: 'blocked', why };
}

function insideOf(node: ts.Node): CallPosition {
  if (ts.isConstructorDeclaration(node)) return blocked('a constructor');
  if (ts.isAccessor(node)) return blocked('an accessor');
  const isGenerator =
    (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isMethodDeclaration(node)) &&
    node.asteriskToken;
  return isGenerator ? blocked('a generator') : { kind: 'inside' };
}

function topOf(index: ProgramIndex, file: ts.SourceFile, isEntry: boolean): CallPosition {
  if (index.loaded.format(file) !== 'esm') return blocked('the top level of a CommonJS module');
  if (!isEntry) return blocked('the top level of a module that others import');
  return takesTopAwait(index.loaded.options)
    ? { kind: 'top' }
    : blocked('the top level, for a compile target or a kind of module without await');
}

/** What the compiler says under `module: es2020`, though Node runs it (TS1378). */
function takesTopAwait({ target = ts.ScriptTarget.ES5, module }: ts.CompilerOptions): boolean {
  const hasAwait = module !== undefined && module >= ts.ModuleKind.ES2022;
  return target >= ts.ScriptTarget.ES2017 && (hasAwait || module === ts.ModuleKind.System);
}

/** The expression that has the value of `node`, if it is a promise: `c ? f() : g()`, `f() ?? g()`, `(h(), f())` of `f()`. */
export function handedOn(node: ts.Expression): ts.Expression {
  const outer = wrapped(node);
  const { parent } = outer;
  if (ts.isConditionalExpression(parent)) return parent.condition === outer ? outer : handedOn(parent);
  if (!ts.isBinaryExpression(parent)) return outer;
  const isHanded = parent.right === outer ? GIVES_RIGHT : GIVES_LEFT;
  return isHanded.has(parent.operatorToken.kind) ? handedOn(parent) : outer;
}

/** A promise on the left is what `||` and `??` give. */
const GIVES_LEFT: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);
const GIVES_RIGHT: ReadonlySet<ts.SyntaxKind> = new Set([
  ...GIVES_LEFT,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.CommaToken,
]);

/** `await f()`, or `return f()` in an async function. */
export function isAwaited(node: ts.Expression): boolean {
  const outer = wrapped(node);
  const { parent } = outer;
  if (ts.isAwaitExpression(parent)) return true;
  const isResult = ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === outer);
  if (!isResult) return false;
  let at: ts.Node = parent;
  while (!isFunctionNode(at)) {
    if (ts.isSourceFile(at) || ts.isTryStatement(at)) return false;
    at = at.parent;
  }
  return (
    ts.getModifiers(at as ts.FunctionDeclaration)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false
  );
}
