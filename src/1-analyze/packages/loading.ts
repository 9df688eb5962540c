/** What of a file's code runs while the file is loaded, and what later. */

import ts from 'typescript';
import type { PackageModule } from './module.ts';
import { functionAround, inlineCall, isFunction } from './syntax.ts';

/** The function a piece of code runs in; functions called where they are written count as part of the one around them. */
export function homeOf(node: ts.Node, isOwner = false): ts.Node {
  let at = isOwner ? node : functionAround(node);
  while (!ts.isSourceFile(at) && !isSuspended(at) && (inlineCall(at) || isLoopBody(at))) at = functionAround(at);
  return at;
}

/** A function whose code may run after its call has returned. */
export function isSuspended(fn: ts.Node): boolean {
  if (!isFunction(fn)) return false;
  const modifiers = ts.canHaveModifiers(fn) ? (ts.getModifiers(fn) ?? []) : [];
  return fn.asteriskToken !== undefined || modifiers.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
}

/** `each`, `forEach`, `arrayEach`, `baseForOwn` */
const LOOP = /^_?(array|base|object)?(each|foreach|forown|forin)(right)?$/i;

/** `list.forEach(fn)`, `each(list, fn)`: by their names, these call at once. */
function isLoopBody(fn: ts.Node): boolean {
  const call = fn.parent;
  if (!ts.isCallExpression(call) || call.expression === fn) return false;
  const { expression } = call;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  return ts.isIdentifier(name) && LOOP.test(name.text);
}

/** In the code that declares, or in a function that only this code calls. */
export function runsAtLoading(node: ts.Node, home: ts.Node, module: PackageModule, depth = 0): boolean {
  const at = homeOf(node);
  if (at === home) return true;
  if (isSuspended(at) || depth > 3 || !isFunction(at)) return false;
  const uses = directCallsOf(at, module);
  return uses !== undefined && uses.length > 0 && uses.every((use) => runsAtLoading(use, home, module, depth + 1));
}

/** The calls of a function that is not exported where it is written, if nothing else is done with its name. */
export function directCallsOf(fn: ts.Node, module: PackageModule): ts.CallExpression[] | undefined {
  const name = nameOfPrivate(fn, module);
  const uses = name && module.bindingOf(name)?.uses.filter((use) => use !== name);
  const calls = uses?.map(({ parent }) => parent).filter(ts.isCallExpression);
  return calls?.every((call, index) => call.expression === uses?.[index]) && calls.length === uses?.length
    ? calls
    : undefined;
}

/** The one name of a function that is not exported where it is written: `function f() {}`, `const f = () => {}`. */
function nameOfPrivate(fn: ts.Node, module: PackageModule): ts.Identifier | undefined {
  if (ts.isFunctionDeclaration(fn)) return ts.getModifiers(fn)?.some(isExport) ? undefined : fn.name;
  const { parent } = fn;
  if (!ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name)) return undefined;
  const statement = parent.parent.parent;
  const isExported = ts.isVariableStatement(statement) && ts.getModifiers(statement)?.length;
  return isExported || module.bindingOf(parent.name)?.values.length !== 1 ? undefined : parent.name;
}

function isExport({ kind }: ts.Modifier): boolean {
  return kind === ts.SyntaxKind.ExportKeyword;
}
