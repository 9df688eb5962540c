/** What a file of JavaScript or TypeScript exports and calls at its top, told from its syntax: nothing of it is run. */
import ts from 'typescript';
import type { FunctionNode } from './parsed.ts';
import { isFunctionNode, parse } from './parsed.ts';

export interface ModuleFacts {
  isEsm: boolean;
  /** `default` is `module.exports` where that is no object. */
  exports: Set<string>;
  /** More may be exported than can be seen. */
  isOpen: boolean;
  /** Functions that are declared at the top. */
  functions: Map<string, FunctionNode>;
  /** The functions behind exports, where that can be seen. */
  exported: Map<string, FunctionNode>;
  /** Calls of the file by what is called: `functions.http`. */
  calls: { callee: string; node: ts.CallExpression }[];
  /** It returns at its top, as the body of a function would. */
  returns: boolean;
}

export function readModule(file: string, text: string): ModuleFacts {
  const source = parse(file, text);
  const isEsm = source.statements.some(isModuleSyntax);
  const facts: ModuleFacts = {
    ...{ isEsm, exports: new Set<string>(), isOpen: false, functions: new Map(), exported: new Map(), calls: [] },
    returns: source.statements.some(ts.isReturnStatement),
  };
  for (const statement of source.statements) readDeclared(statement, facts);
  for (const statement of source.statements) readExported(statement, facts);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) facts.calls.push({ callee: node.expression.getText(source), node });
    if (ts.isBinaryExpression(node)) readAssignment(node, facts);
    ts.forEachChild(node, visit);
  };
  visit(source);
  if (facts.calls.some(isOpeningCall)) facts.isOpen = true;
  return facts;
}

function isModuleSyntax(statement: ts.Statement): boolean {
  return (
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    (ts.isExportAssignment(statement) && !statement.isExportEquals) ||
    isExporting(statement)
  );
}

function isExporting(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** `Object.assign(exports, …)`, `__exportStar(require(…), exports)` */
function isOpeningCall({ callee, node }: ModuleFacts['calls'][number]): boolean {
  const isAdding = /^(Object\.(assign|defineProperty|defineProperties)|__exportStar|tslib\S*__exportStar)$/.test(
    callee,
  );
  return isAdding && node.arguments.some((one) => /^(module\.)?exports$/.test(one.getText()));
}

function readDeclared(statement: ts.Statement, { functions }: ModuleFacts): void {
  if (ts.isFunctionDeclaration(statement) && statement.name) functions.set(statement.name.text, statement);
  if (!ts.isVariableStatement(statement)) return;
  for (const { name, initializer } of statement.declarationList.declarations) {
    if (ts.isIdentifier(name) && initializer && isFunctionNode(initializer)) functions.set(name.text, initializer);
  }
}

function readExported(statement: ts.Statement, facts: ModuleFacts): void {
  if (ts.isExportAssignment(statement)) return addExport(facts, 'default', statement.expression);
  if (ts.isExportDeclaration(statement)) return readExportList(statement, facts);
  if (!isExporting(statement)) return;
  if (ts.isVariableStatement(statement)) {
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (ts.isIdentifier(name)) addExport(facts, name.text, initializer);
      else facts.isOpen = true;
    }
  }
  if (!ts.isFunctionDeclaration(statement) && !ts.isClassDeclaration(statement)) return;
  const modifiers = ts.getModifiers(statement) ?? [];
  const isDefault = modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
  const name = isDefault ? 'default' : statement.name?.text;
  if (name !== undefined) addExport(facts, name, ts.isFunctionDeclaration(statement) ? statement : undefined);
}

function readExportList({ exportClause, isTypeOnly }: ts.ExportDeclaration, facts: ModuleFacts): void {
  if (isTypeOnly) return;
  if (!exportClause) facts.isOpen = true;
  else if (ts.isNamespaceExport(exportClause)) facts.exports.add(exportClause.name.text);
  else
    for (const { name, propertyName } of exportClause.elements) addNamed(facts, name.text, (propertyName ?? name).text);
}

function addNamed(facts: ModuleFacts, name: string, local: string): void {
  facts.exports.add(name);
  const fn = facts.functions.get(local);
  if (fn) facts.exported.set(name, fn);
}

/** `module.exports = …`, `exports.a = …`, `module['exports'].a = …` */
function readAssignment({ left, operatorToken, right }: ts.BinaryExpression, facts: ModuleFacts): void {
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken) return;
  const target = left.getText().replace(/\[\s*['"](\w+)['"]\s*\]/g, '.$1');
  const [, member] = /^(?:module\.)?exports\.(\w+)$/.exec(target) ?? [];
  if (target === 'module.exports' || target === 'exports') readWhole(right, facts);
  else if (member !== undefined && target !== 'exports.exports') addExport(facts, member, right);
  else if (/^(module\.)?exports\[/.test(target)) facts.isOpen = true;
}

function readWhole(value: ts.Expression, facts: ModuleFacts): void {
  if (!ts.isObjectLiteralExpression(value)) {
    addExport(facts, 'default', value);
    // What is called or taken from elsewhere may have members.
    if (!isFunctionNode(value) && !ts.isIdentifier(value)) facts.isOpen = true;
    return;
  }
  for (const property of value.properties) {
    const name =
      property.name && (ts.isIdentifier(property.name) || ts.isStringLiteral(property.name))
        ? property.name.text
        : undefined;
    if (name === undefined) facts.isOpen = true;
    else if (ts.isMethodDeclaration(property)) addFunction(facts, name, property);
    else if (ts.isPropertyAssignment(property)) addExport(facts, name, property.initializer);
    else addNamed(facts, name, name);
  }
}

function addFunction(facts: ModuleFacts, name: string, fn: FunctionNode): void {
  facts.exports.add(name);
  facts.exported.set(name, fn);
}

function addExport(facts: ModuleFacts, name: string, value: ts.Node | undefined): void {
  facts.exports.add(name);
  // `exports.a = exports.b = …`
  const inner = value && ts.isBinaryExpression(value) ? value.right : value;
  const fn = inner && ts.isIdentifier(inner) ? facts.functions.get(inner.text) : inner;
  if (fn && isFunctionNode(fn)) facts.exported.set(name, fn);
}
