/** What a file of a package exports, in the ways of ES modules, CommonJS and compilers. */

import ts from 'typescript';
import { namesIn } from '../names/syntax.ts';
import type { PackageModule } from './module.ts';
import { addTo, isFunction, propertyName, requiredSpecifier } from './syntax.ts';
import { givenTo } from './values.ts';

export function noteExport(node: ts.Node, module: PackageModule): void {
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
export function noteCommonJsExport(left: ts.Expression, value: ts.Expression, module: PackageModule): void {
  const text = left.getText(module.source);
  if (text === 'module.exports') noteWhole(value, module);
  const name = /^(?:module\.)?exports\.([\w$]+)$/.exec(text)?.[1];
  if (name !== undefined && text !== 'module.exports') addTo(module.exports, name, value);
}

/** `module.exports = { a, b: c, d() {}, ...require('./x') }`: each by its name, too. */
function noteWhole(value: ts.Node, module: PackageModule): void {
  addTo(module.exports, 'default', value);
  if (!ts.isObjectLiteralExpression(value)) return;
  for (const item of value.properties) {
    const specifier = ts.isSpreadAssignment(item) ? requiredSpecifier(item.expression) : undefined;
    if (specifier !== undefined) module.stars.push(specifier);
    if (item.name) addTo(module.exports, propertyName(item.name), givenTo(item));
  }
}

/** `Object.defineProperty(exports, 'x', …)`, `exporter('x', x)`, `__exportStar(require('./x'))`, `__export(exports, { x: () => x })`. */
export function noteExportCall(node: ts.CallExpression, callee: ts.Expression, module: PackageModule): void {
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
  } else if (isExporter(callee, module) && first && ts.isStringLiteral(first) && second && ts.isIdentifier(second)) {
    if (first.text === second.text) addTo(module.exports, first.text, second);
  }
}

/** `exporter('f', f)` of a module that gets its exporter from whoever loads it. */
function isExporter(callee: ts.Expression, module: PackageModule): boolean {
  return ts.isIdentifier(callee) && module.bindingOf(callee)?.parameter !== undefined;
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
