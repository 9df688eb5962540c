/** What a package keeps between calls, and what its loading depends on. */

import ts from 'typescript';
import type { EffectKind } from '../types.ts';
import type { ApiFacts } from './api-facts.ts';
import { apiOfPath, type CallResolver } from './package-calls.ts';
import { type Binding, type PackageModule, rootBinding } from './package-module.ts';
import { isInside } from './package-origin.ts';
import { isRemembering } from './package-patterns.ts';
import { accessedName, functionAround, inlineCall, isFunction } from './package-syntax.ts';

/** True if a call may find another value, or other contents, than the one before. Functions that are declared do not change. */
export function isMutable(binding: Binding): boolean {
  const home = homeOf(binding.owner, true);
  const { module } = binding;
  const isWrittenLater = binding.writes.some((node) => !runsAtLoading(node, home, module));
  return (
    isWrittenLater ||
    isRemembering(binding) ||
    binding.uses.some((use) => isHandedToWriter(use) && !runsAtLoading(use, home, module))
  );
}

/** The function a piece of code runs in; functions called where they are written count as part of the one around them. */
function homeOf(node: ts.Node, isOwner = false): ts.Node {
  let at = isOwner ? node : functionAround(node);
  while (!ts.isSourceFile(at) && (inlineCall(at) || isLoopBody(at))) at = functionAround(at);
  return at;
}

/** `list.forEach(fn)`, `each(list, fn)`: by their names, these call at once. */
function isLoopBody(fn: ts.Node): boolean {
  const call = fn.parent;
  if (!ts.isCallExpression(call) || call.expression === fn) return false;
  const { expression } = call;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  return ts.isIdentifier(name) && /(each|forOwn|forIn)$/i.test(name.text);
}

/** In the code that declares, or in a function that only this code calls. */
function runsAtLoading(node: ts.Node, home: ts.Node, module: PackageModule, depth = 0): boolean {
  const at = homeOf(node);
  if (at === home) return true;
  if (depth > 3 || !ts.isFunctionDeclaration(at) || !at.name || isExported(at)) return false;
  const { name } = at;
  const uses = module.bindingOf(name)?.uses.filter((use) => use !== name) ?? [];
  const isCalled = (use: ts.Identifier) => ts.isCallExpression(use.parent) && use.parent.expression === use;
  return uses.length > 0 && uses.every((use) => isCalled(use) && runsAtLoading(use, home, module, depth + 1));
}

function isExported(node: ts.FunctionDeclaration): boolean {
  return (ts.getModifiers(node)?.length ?? 0) > 0;
}

/** `put(table, …)` where `put` is declared in the same file and changes its parameter. */
function isHandedToWriter(use: ts.Identifier): boolean {
  const call = use.parent;
  if (!ts.isCallExpression(call) || call.expression === use || !ts.isIdentifier(call.expression)) return false;
  const index = call.arguments.indexOf(use);
  return writersOf(call.expression).some((fn) => changesParameter(fn, index));
}

function writersOf(callee: ts.Identifier): ts.SignatureDeclaration[] {
  return callee
    .getSourceFile()
    .statements.filter(ts.isFunctionDeclaration)
    .filter((fn) => fn.name?.text === callee.text);
}

function changesParameter(fn: ts.SignatureDeclaration, index: number): boolean {
  const name = fn.parameters[index]?.name;
  if (!name || !ts.isIdentifier(name) || !isFunction(fn) || !fn.body) return false;
  const text = fn.body.getText();
  const root = name.text.replaceAll('$', '\\$');
  return (
    new RegExp(`(?<![\\w$.])${root}(\\.[\\w$]+|\\[[^\\]]*\\])+\\s*(=(?!=)|\\+\\+|--|[-+*/|&]=)`).test(text) ||
    new RegExp(`(?<![\\w$.])${root}\\.(push|set|add|delete|pop|shift|unshift|splice|sort|clear)\\(`).test(text)
  );
}

/**
 * `this.field` where the file puts the same object into every instance: `this.field = CACHE`, `Class.prototype.field = []`.
 * Also what leads from an object to its class.
 */
export function isSharedField(
  access: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  module: PackageModule,
): boolean {
  const name = accessedName(access);
  if (name === undefined) return false;
  if (name === 'constructor' || name === '__proto__') return true;
  return (module.properties.get(name) ?? []).some((value) => isCommonData(value, module));
}

function isCommonData(value: ts.Node, module: PackageModule): boolean {
  const { parent } = value;
  const isOnPrototype = ts.isBinaryExpression(parent) && /\.prototype\.[\w$]+$/.test(parent.left.getText());
  if (isOnPrototype && isChangeable(value)) return true;
  const binding = ts.isExpression(value) ? rootBinding(value, module) : undefined;
  if (!binding || binding.parameter || functionAround(value) === binding.owner) return false;
  if (isInside(binding.owner, homeOf(value)) && !ts.isSourceFile(homeOf(value))) return false;
  return binding.imported !== undefined || [...binding.values, ...binding.parts].some(isChangeable);
}

/** An object that is no function. */
function isChangeable(node: ts.Node): boolean {
  return (
    ts.isObjectLiteralExpression(node) ||
    ts.isArrayLiteralExpression(node) ||
    ts.isNewExpression(node) ||
    ts.isCallExpression(node)
  );
}

/** What the place a package is loaded in may decide. Platform and version are taken to be the same everywhere. */
const PLACE_EFFECTS: ReadonlySet<EffectKind> = new Set([
  'env',
  'cwd',
  'argv',
  'time',
  'random',
  'files',
  'input',
  'net',
]);

/** Effects that giving a variable its first value has, and those of the variables that it is made from. */
export function loadingEffects(binding: Binding, resolver: CallResolver): Set<EffectKind> {
  const effects = new Set<EffectKind>();
  const seen = new Set<ts.Node | Binding>();
  const visitBinding = (at: Binding): void => {
    if (seen.has(at) || at.parameter || seen.size > 200) return;
    seen.add(at);
    for (const value of [...at.values, ...at.parts]) visit(value, at.module);
  };
  const visit = (node: ts.Node, module: PackageModule): void => {
    if (isFunction(node) || ts.isClassLike(node) || ts.isTypeOfExpression(node)) return;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) visitCall(node, module);
    else if (ts.isPropertyAccessExpression(node)) visitRead(node, module);
    else if (ts.isIdentifier(node)) {
      const other = module.bindingOf(node);
      if (other) visitBinding(other);
    }
    ts.forEachChild(node, (child) => visit(child, module));
  };
  const add = (facts: ApiFacts | undefined): void => {
    for (const { kind } of facts?.effects ?? []) if (PLACE_EFFECTS.has(kind)) effects.add(kind);
  };
  /** Only what is read as a value: `Date.now` by itself is a function. */
  const visitRead = (node: ts.PropertyAccessExpression, module: PackageModule): void => {
    const path = resolver.pathOf(node, module);
    if (path?.names[0] === 'process') add(apiOfPath(path));
  };
  /** The statements of what is called belong to the loading, the functions that it makes do not. */
  const visitCall = (node: ts.CallExpression | ts.NewExpression, module: PackageModule): void => {
    add(resolver.apiOf(node, module));
    for (const target of resolver.targetsOf(node, module)) {
      if (seen.has(target.node) || seen.size > 200) continue;
      seen.add(target.node);
      ts.forEachChild(target.node, (child) => visit(child, target.module));
    }
  };
  visitBinding(binding);
  return effects;
}
