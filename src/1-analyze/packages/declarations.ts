/** The names that a file of a package declares, and what an identifier means. */

import ts from 'typescript';
import { namesIn } from '../names/syntax.ts';
import type { Binding, PackageModule } from './module.ts';
import { functionAround, isFunction, requiredSpecifier, scopeAround } from './syntax.ts';

/** By name what is declared in one function, block or file. */
export type Scope = Map<string, Binding>;

export function declare(node: ts.Node, scopes: Map<ts.Node, Scope>, module: PackageModule): void {
  if (ts.isVariableDeclaration(node)) declareVariable(node, scopes, module);
  else if (ts.isParameter(node)) declareParameter(node, scopes, module);
  else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) {
    if (node.name) addBinding(node.name, scopeAround(node.parent), scopes, module).values.push(node);
  } else if (ts.isFunctionExpression(node) || ts.isClassExpression(node)) {
    if (node.name) addBinding(node.name, node, scopes, module).values.push(node);
  } else if (ts.isImportDeclaration(node)) declareImports(node, scopes, module);
}

function declareVariable(node: ts.VariableDeclaration, scopes: Map<ts.Node, Scope>, module: PackageModule): void {
  const list = node.parent;
  const isVar = ts.isVariableDeclarationList(list) && !(list.flags & ts.NodeFlags.BlockScoped);
  const scope = isVar ? functionAround(node) : scopeAround(node.parent);
  const loop = ts.isVariableDeclarationList(list) ? list.parent : undefined;
  const isLoop = loop && (ts.isForOfStatement(loop) || ts.isForInStatement(loop));
  for (const name of namesIn(node.name)) {
    const binding = addBinding(name, scope, scopes, module);
    if (ts.isCatchClause(list)) binding.isCaught = true;
    if (isLoop) binding.parts.push(loop.expression);
    else if (node.initializer && ts.isIdentifier(node.name)) binding.values.push(node.initializer);
    else if (node.initializer) declarePart(name, node.initializer, binding, module);
  }
}

/** `const { a } = x`: an import when `x` is `require('…')`. */
function declarePart(name: ts.Identifier, from: ts.Expression, binding: Binding, module: PackageModule): void {
  const specifier = requiredSpecifier(from);
  const element = name.parent;
  const isTop = ts.isBindingElement(element) && ts.isVariableDeclaration(element.parent.parent);
  if (specifier !== undefined && isTop) {
    const key = element.propertyName ?? name;
    binding.imported = { specifier, name: ts.isIdentifier(key) || ts.isStringLiteral(key) ? key.text : '*' };
    module.specifiers.add(specifier);
  } else binding.parts.push(from);
}

function declareParameter(node: ts.ParameterDeclaration, scopes: Map<ts.Node, Scope>, module: PackageModule): void {
  const of = node.parent;
  if (!isFunction(of)) return;
  const index = of.parameters.indexOf(node);
  for (const name of namesIn(node.name)) {
    const binding = addBinding(name, of, scopes, module);
    binding.parameter = { of, index, isRest: node.dotDotDotToken !== undefined, isPart: name !== node.name };
    if (node.initializer) binding.values.push(node.initializer);
  }
}

function declareImports(node: ts.ImportDeclaration, scopes: Map<ts.Node, Scope>, module: PackageModule): void {
  if (!ts.isStringLiteral(node.moduleSpecifier)) return;
  const specifier = node.moduleSpecifier.text;
  const add = (local: ts.Identifier, name: string) => {
    addBinding(local, module.source, scopes, module).imported = { specifier, name };
  };
  const { importClause } = node;
  if (importClause?.name) add(importClause.name, 'default');
  const bindings = importClause?.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) add(bindings.name, '*');
  else for (const item of bindings?.elements ?? []) add(item.name, (item.propertyName ?? item.name).text);
}

function addBinding(
  name: ts.Identifier,
  scopeNode: ts.Node,
  scopes: Map<ts.Node, Scope>,
  module: PackageModule,
): Binding {
  const scope: Scope = scopes.get(scopeNode) ?? new Map();
  scopes.set(scopeNode, scope);
  const known = scope.get(name.text);
  if (known) return known;
  const owner = isFunction(scopeNode) ? scopeNode : functionAround(scopeNode);
  const binding: Binding = { name: name.text, module, owner, values: [], parts: [], stores: [], writes: [], uses: [] };
  scope.set(name.text, binding);
  module.bindings.push(binding);
  return binding;
}

export function findBinding(name: ts.Identifier, scopes: Map<ts.Node, Scope>): Binding | undefined {
  for (let at: ts.Node | undefined = name; at; at = at.parent) {
    const found = scopes.get(at)?.get(name.text);
    if (found) return found;
  }
  return undefined;
}

/** A name that stands for a value, not a property or label. */
export function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent)) return parent.propertyName !== node;
  if (ts.isMethodDeclaration(parent) || ts.isAccessor(parent)) return false;
  if (ts.isPropertyDeclaration(parent)) return parent.initializer === node;
  if (ts.isExportSpecifier(parent))
    return (parent.propertyName ?? parent.name) === node && !parent.parent.parent.moduleSpecifier;
  return !(ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent) || ts.isImportSpecifier(parent));
}
