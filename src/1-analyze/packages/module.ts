/** One JavaScript file of a package: its names, what they are given, and what it exports. By name and scope only, no types. */

import ts from 'typescript';
import { noteCommonJsExport, noteExport, noteExportCall } from './exports.ts';
import {
  accessedName,
  addTo,
  functionAround,
  isAssignment,
  isChoice,
  isFunction,
  isRewound,
  namesIn,
  type PackageFunction,
  propertyName,
  requiredSpecifier,
  returnsOf,
  scopeAround,
  skipParens,
  walkTree,
} from './syntax.ts';

/** A declared name. */
export interface Binding {
  name: string;
  module: PackageModule;
  /** Where it is declared: a function or the file. */
  owner: ts.Node;
  /** Everything it is given: initialiser, assignments, the declared function or class. */
  values: ts.Node[];
  /** It is given an element or a property of these. */
  parts: ts.Expression[];
  /** Put into it: `x.a = <value>`, `x.push(<value>)`. */
  stores: ts.Expression[];
  /** A parameter: of which function, the how manieth. */
  parameter?: { of: PackageFunction; index: number; isRest: boolean; isPart: boolean };
  imported?: { specifier: string; name: string };
  /** `catch (name)` */
  isCaught?: boolean;
  /** Assignments after its declaration, and changes of what it holds. */
  writes: ts.Node[];
  uses: ts.Identifier[];
}

export interface PackageModule {
  path: string;
  source: ts.SourceFile;
  /** What an identifier means; undefined for globals. */
  bindingOf(name: ts.Identifier): Binding | undefined;
  /** Values given to a property of this name anywhere in the file, methods and accessors among them. */
  properties: Map<string, ts.Node[]>;
  exports: Map<string, ts.Node[]>;
  /** `export { name } from`, by exported name. */
  reexports: Map<string, { specifier: string; name: string }>;
  /** `export * from` and its CommonJS forms. */
  stars: string[];
  /** Everything imported or required by literal name. */
  specifiers: Set<string>;
  bindings: Binding[];
  /** `exports.name.x = …`, and `exports.name = …` in a function: by name what may change without a binding that shows it. */
  changedExports: Set<string>;
  /** `exports.name = …` in a function: by name what may be set again. */
  replacedExports: Set<string>;
}

type Scope = Map<string, Binding>;

export function readPackageModule(path: string, text: string): PackageModule {
  const mode = { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone };
  const source = ts.createSourceFile(path, text, mode, true, ts.ScriptKind.JS);
  const scopes = new Map<ts.Node, Scope>();
  const resolved = new Map<ts.Identifier, Binding | undefined>();
  const module: PackageModule = {
    path,
    source,
    bindingOf: (name) => resolved.get(name),
    properties: new Map(),
    exports: new Map(),
    reexports: new Map(),
    stars: [],
    specifiers: new Set(),
    bindings: [],
    changedExports: new Set(),
    replacedExports: new Set(),
  };
  walkTree(source, (node) => declare(node, scopes, module));
  const identifiers: ts.Identifier[] = [];
  walkTree(source, (node) => {
    if (ts.isIdentifier(node) && isReference(node)) identifiers.push(node);
  });
  for (const name of identifiers) {
    const binding = findBinding(name, scopes);
    resolved.set(name, binding);
    binding?.uses.push(name);
  }
  walkTree(source, (node) => note(node, module));
  spreadChanges(module);
  return module;
}

// ------------------------------------------------------------------------------------------------ declarations

function declare(node: ts.Node, scopes: Map<ts.Node, Scope>, module: PackageModule): void {
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

function findBinding(name: ts.Identifier, scopes: Map<ts.Node, Scope>): Binding | undefined {
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

// ------------------------------------------------------------------------------------- what names are given

function note(node: ts.Node, module: PackageModule): void {
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) noteAssignment(node, module);
  else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) noteStep(node, module);
  else if (ts.isDeleteExpression(node)) noteChange(node.expression, node, module);
  else if (ts.isCallExpression(node)) noteCall(node, module);
  else if (ts.isPropertyAssignment(node)) addTo(module.properties, propertyName(node.name), node.initializer);
  else if (ts.isShorthandPropertyAssignment(node)) addTo(module.properties, node.name.text, node.name);
  else if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) addTo(module.properties, propertyName(node.name), node);
  else if (ts.isPropertyDeclaration(node)) addTo(module.properties, propertyName(node.name), node.initializer);
  else if (ts.isForOfStatement(node) || ts.isForInStatement(node)) noteLoop(node, module);
  else noteExport(node, module);
}

function noteAssignment(node: ts.BinaryExpression, module: PackageModule): void {
  const left = skipParens(node.left);
  if (ts.isIdentifier(left)) {
    const binding = module.bindingOf(left);
    binding?.values.push(node.right);
    binding?.writes.push(node);
    return;
  }
  if (ts.isObjectLiteralExpression(left) || ts.isArrayLiteralExpression(left)) {
    walkTree(left, (name) => {
      const binding = ts.isIdentifier(name) ? module.bindingOf(name) : undefined;
      binding?.parts.push(node.right);
      binding?.writes.push(node);
    });
    return;
  }
  if (!isRewound(node)) noteChange(left, node, module);
  rootBinding(left, module)?.stores.push(node.right);
  const name = accessedName(left);
  if (name !== undefined) addTo(module.properties, name, node.right);
  noteCommonJsExport(left, node.right, module);
}

function noteStep(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, module: PackageModule): void {
  if (node.operator !== ts.SyntaxKind.PlusPlusToken && node.operator !== ts.SyntaxKind.MinusMinusToken) return;
  const operand = skipParens(node.operand);
  if (ts.isIdentifier(operand)) module.bindingOf(operand)?.writes.push(node);
  else noteChange(operand, node, module);
}

function noteLoop(node: ts.ForOfStatement | ts.ForInStatement, module: PackageModule): void {
  if (!ts.isIdentifier(node.initializer)) return;
  const binding = module.bindingOf(node.initializer);
  binding?.parts.push(node.expression);
  binding?.writes.push(node);
}

/** `x.a.b = …`: what `x` holds changes. */
function noteChange(target: ts.Expression, node: ts.Node, module: PackageModule): void {
  for (const binding of rootsOf(target, module)) binding.writes.push(node);
  const exported = /^(?:module\.)?exports\.([\w$]+)(?=(.?))/.exec(target.getText(module.source));
  if (exported?.[1] === undefined) return;
  const isWhole = exported[0].length === target.getText(module.source).length;
  const isLater = !ts.isSourceFile(functionAround(node));
  if (!isWhole || isLater) module.changedExports.add(exported[1]);
  if (isWhole && isLater) module.replacedExports.add(exported[1]);
}

export const PUTTING_METHODS = new Set(['push', 'unshift', 'splice', 'set', 'add', 'fill', 'append']);
const CHANGING_METHODS = new Set([
  ...PUTTING_METHODS,
  'pop',
  'shift',
  'sort',
  'reverse',
  'delete',
  'clear',
  'copyWithin',
]);

function noteCall(node: ts.CallExpression, module: PackageModule): void {
  const callee = skipParens(node.expression);
  const specifier = requiredSpecifier(node);
  if (specifier !== undefined) module.specifiers.add(specifier);
  noteExportCall(node, callee, module);
  const method = accessedName(callee);
  if (method === undefined || !(ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee))) return;
  const [first] = node.arguments;
  if (callee.expression.getText(module.source) === 'Object' && /^(assign|define)/.test(method) && first) {
    noteChange(first, node, module);
    rootBinding(first, module)?.stores.push(...node.arguments.slice(1));
  }
  if (!CHANGING_METHODS.has(method)) return;
  noteChange(callee.expression, node, module);
  if (PUTTING_METHODS.has(method)) rootBinding(callee.expression, module)?.stores.push(...node.arguments);
}

/** `x` of `x.a.b[c]`. */
export function rootBinding(node: ts.Expression, module: PackageModule): Binding | undefined {
  let at = skipParens(node);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = skipParens(at.expression);
  return ts.isIdentifier(at) ? module.bindingOf(at) : undefined;
}

/** The names whose objects an expression may stand for, or for a part of them: `a` and `b` of `(c ? a.x : b)`, `a` of `get().y` where `get` returns it. */
function rootsOf(node: ts.Expression, module: PackageModule, depth = 0): Binding[] {
  const at = skipParens(node);
  if (depth > 8) return [];
  const more = (nodes: readonly ts.Expression[]) => nodes.flatMap((one) => rootsOf(one, module, depth + 1));
  if (ts.isIdentifier(at)) return [module.bindingOf(at)].filter((binding) => binding !== undefined);
  if (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) return more([at.expression]);
  if (ts.isConditionalExpression(at)) return more([at.whenTrue, at.whenFalse]);
  if (ts.isBinaryExpression(at))
    return more(isAssignment(at.operatorToken.kind) ? [at.right] : isChoice(at) ? [at.left, at.right] : []);
  if (!ts.isCallExpression(at)) return [];
  const callee = skipParens(at.expression);
  const fns = ts.isIdentifier(callee) ? (module.bindingOf(callee)?.values ?? []) : [callee];
  return fns.flatMap((fn) => more(returnsOf(fn)));
}

/** What is changed through another name is changed: `const t = table; t.clear()`, `for (const row of ROWS) row.seen = true`. */
function spreadChanges(module: PackageModule): void {
  const waiting = module.bindings.filter(({ writes }) => writes.some(isContentChange));
  for (const binding of waiting) {
    const sources = [...binding.values.filter(ts.isExpression), ...binding.parts];
    for (const root of sources.flatMap((source) => rootsOf(source, module))) {
      const added = binding.writes.filter((write) => isContentChange(write) && !root.writes.includes(write));
      if (added.length === 0 || holdsNothing(root)) continue;
      root.writes.push(...added);
      waiting.push(root);
    }
  }
}

/** `var undefined;` */
function holdsNothing({ values, parts, parameter, imported, isCaught }: Binding): boolean {
  return values.length === 0 && parts.length === 0 && !parameter && !imported && !isCaught;
}

/** In contrast to giving the name another value. */
export function isContentChange(write: ts.Node): boolean {
  if (ts.isForOfStatement(write) || ts.isForInStatement(write)) return false;
  if (ts.isPrefixUnaryExpression(write) || ts.isPostfixUnaryExpression(write)) {
    return !ts.isIdentifier(skipParens(write.operand));
  }
  if (!ts.isBinaryExpression(write)) return true;
  const left = skipParens(write.left);
  return ts.isPropertyAccessExpression(left) || ts.isElementAccessExpression(left);
}
