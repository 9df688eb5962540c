/** One JavaScript file of a package: its names, what they are given, and what it exports. By name and scope only, no types. */

import ts from 'typescript';

export type PackageFunction = ts.FunctionLikeDeclaration;

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
  return module;
}

export function walkTree(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walkTree(child, visit));
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
  return binding;
}

function* namesIn(name: ts.BindingName): Generator<ts.Identifier> {
  if (ts.isIdentifier(name)) yield name;
  else for (const element of name.elements) if (ts.isBindingElement(element)) yield* namesIn(element.name);
}

function findBinding(name: ts.Identifier, scopes: Map<ts.Node, Scope>): Binding | undefined {
  for (let at: ts.Node | undefined = name; at; at = at.parent) {
    const found = scopes.get(at)?.get(name.text);
    if (found) return found;
  }
  return undefined;
}

/** A name that stands for a value, not a property or label. */
function isReference(node: ts.Identifier): boolean {
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
  rootBinding(target, module)?.writes.push(node);
}

const PUTTING_METHODS = new Set(['push', 'unshift', 'splice', 'set', 'add', 'fill', 'append']);
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
  if (!ts.isPropertyAccessExpression(callee)) return;
  const method = callee.name.text;
  const [first] = node.arguments;
  if (callee.expression.getText(module.source) === 'Object' && /^(assign|define)/.test(method) && first) {
    noteChange(first, node, module);
    rootBinding(first, module)?.stores.push(...node.arguments.slice(1));
  }
  const root = CHANGING_METHODS.has(method) ? rootBinding(callee.expression, module) : undefined;
  root?.writes.push(node);
  if (PUTTING_METHODS.has(method)) root?.stores.push(...node.arguments);
}

// -------------------------------------------------------------------------------------------------- exports

function noteExport(node: ts.Node, module: PackageModule): void {
  if (ts.isExportAssignment(node)) addTo(module.exports, 'default', node.expression);
  else if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    module.specifiers.add(node.moduleSpecifier.text);
  } else if (ts.isExportDeclaration(node)) noteExportList(node, module);
  else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) {
    const modifiers = ts.getModifiers(node)?.map((modifier) => modifier.kind) ?? [];
    if (!modifiers.includes(ts.SyntaxKind.ExportKeyword)) return;
    addTo(module.exports, modifiers.includes(ts.SyntaxKind.DefaultKeyword) ? 'default' : node.name?.text, node);
  } else if (ts.isVariableStatement(node) && ts.getModifiers(node)?.length) {
    for (const declaration of node.declarationList.declarations) {
      for (const name of namesIn(declaration.name)) addTo(module.exports, name.text, name);
    }
  }
}

function noteExportList(node: ts.ExportDeclaration, module: PackageModule): void {
  const from = node.moduleSpecifier;
  const specifier = from && ts.isStringLiteral(from) ? from.text : undefined;
  if (specifier !== undefined) module.specifiers.add(specifier);
  const clause = node.exportClause;
  if (!clause) {
    if (specifier !== undefined) module.stars.push(specifier);
  } else if (ts.isNamespaceExport(clause)) {
    if (specifier !== undefined) module.reexports.set(clause.name.text, { specifier, name: '*' });
  } else {
    for (const item of clause.elements) {
      const local = item.propertyName ?? item.name;
      if (specifier !== undefined) module.reexports.set(item.name.text, { specifier, name: local.text });
      else addTo(module.exports, item.name.text, local);
    }
  }
}

/** `exports.x = …`, `module.exports.x = …`, `module.exports = …`. */
function noteCommonJsExport(left: ts.Expression, value: ts.Expression, module: PackageModule): void {
  const text = left.getText(module.source);
  if (text === 'module.exports') addTo(module.exports, 'default', value);
  const name = /^(?:module\.)?exports\.([\w$]+)$/.exec(text)?.[1];
  if (name !== undefined && text !== 'module.exports') addTo(module.exports, name, value);
}

/** `Object.defineProperty(exports, 'x', …)`, `__exportStar(require('./x'))`, `__export(exports, { x: () => x })`. */
function noteExportCall(node: ts.CallExpression, callee: ts.Expression, module: PackageModule): void {
  const [first, second, third] = node.arguments;
  const name = callee.getText(module.source);
  if (/(^|\.)__(exportStar|reExport)$/.test(name)) {
    for (const argument of node.arguments) {
      const specifier = requiredSpecifier(argument);
      if (specifier !== undefined) module.stars.push(specifier);
    }
  } else if (/(^|\.)(__export|_export)$/.test(name) && second && ts.isObjectLiteralExpression(second)) {
    for (const item of second.properties) {
      const value = givenBy(item);
      if (value && item.name) addTo(module.exports, propertyName(item.name), value);
    }
  } else if (name === 'Object.defineProperty' && first?.getText(module.source) === 'exports') {
    if (!second || !ts.isStringLiteral(second) || !third || !ts.isObjectLiteralExpression(third)) return;
    for (const item of third.properties) addTo(module.exports, second.text, givenBy(item));
  }
}

/** What a getter returns; any other value itself. */
function givenBy(item: ts.ObjectLiteralElementLike): ts.Node | undefined {
  const fn = ts.isPropertyAssignment(item) ? item.initializer : item;
  if (!isFunction(fn)) return ts.isPropertyAssignment(item) ? item.initializer : undefined;
  if (!fn.body) return undefined;
  if (!ts.isBlock(fn.body)) return fn.body;
  const last = fn.body.statements.at(-1);
  return last && ts.isReturnStatement(last) ? last.expression : undefined;
}

// ------------------------------------------------------------------------------------------------- small things

export function isFunction(node: ts.Node): node is PackageFunction {
  return ts.isFunctionLike(node) && 'body' in node;
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

function scopeAround(node: ts.Node): ts.Node {
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

/** `x` of `x.a.b[c]`. */
export function rootBinding(node: ts.Expression, module: PackageModule): Binding | undefined {
  let at = skipParens(node);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = skipParens(at.expression);
  return ts.isIdentifier(at) ? module.bindingOf(at) : undefined;
}

/** `pattern.lastIndex = 0` puts a pattern back to how it was made. */
export function isRewound(node: ts.BinaryExpression): boolean {
  return (
    accessedName(skipParens(node.left)) === 'lastIndex' && ts.isNumericLiteral(node.right) && node.right.text === '0'
  );
}

/** The name of `x.name` and `x['name']`. */
export function accessedName(node: ts.Expression): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (!ts.isElementAccessExpression(node)) return undefined;
  return ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : undefined;
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

/** `/a/`, `RegExp('a')`: without the flags `g` and `y`, so that it keeps nothing between calls. */
export function isPlainPattern(node: ts.Node): boolean {
  if (ts.isRegularExpressionLiteral(node)) return !/\/\w*[gy]\w*$/.test(node.text);
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  const [, flags] = node.arguments ?? [];
  const isRegExp = ts.isIdentifier(node.expression) && node.expression.text === 'RegExp';
  return isRegExp && (!flags || (ts.isStringLiteral(flags) && !/[gy]/.test(flags.text)));
}

function propertyName(name: ts.PropertyName): string | undefined {
  if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name)) return name.text;
  return undefined;
}

function addTo(map: Map<string, ts.Node[]>, key: string | undefined, node: ts.Node | undefined): void {
  if (key === undefined || !node) return;
  const list = map.get(key);
  if (list) list.push(node);
  else map.set(key, [node]);
}
