/** Everything the program declares, by node and by symbol: the ground the rest of the analysis stands on. */

import ts from 'typescript';
import type { ClassId, FunctionId, VariableFacts, VariableId } from '../../types.ts';
import type { LoadedProgram } from '../program/load.ts';
import { findHung, type SymbolLookup } from './hung.ts';
import { qualifiedName } from './qualified-names.ts';
import { remember } from './remember.ts';
import { type FunctionNode, hasModifier, isAccess, isFunctionNode, unwrap, walk } from './syntax.ts';

export interface FunctionEntry {
  id: FunctionId;
  node: FunctionNode & { body: ts.Node };
  file: ts.SourceFile;
  /** The function whose body it is written in. */
  parent: FunctionEntry | undefined;
  cls: ClassEntry | undefined;
}

export interface ClassEntry {
  id: ClassId;
  node: ts.ClassLikeDeclaration;
  file: ts.SourceFile;
  name: string;
  parent: FunctionEntry | undefined;
}

export interface VariableEntry {
  id: VariableId;
  kind: VariableFacts['kind'];
  expression: string;
  symbol: ts.Symbol;
  /** The declaration: variable, binding element, static property, enum or namespace. */
  node: ts.Node;
  file: ts.SourceFile;
  /** Of what is hung on something: what does that, by its name. */
  puts?: readonly ts.Node[];
}

export interface ProgramIndex {
  loaded: LoadedProgram;
  checker: ts.TypeChecker;
  /** The sources whose functions are looked at: all but tests that stay as they are, which are callers like anybody outside. */
  files: ts.SourceFile[];
  /** All nodes of these, parents before children, file after file. */
  nodes: readonly ts.Node[];
  /** Tests, looked at or not; none in a program of nothing but tests. */
  tests: ReadonlySet<ts.SourceFile>;
  functions: FunctionEntry[];
  classes: ClassEntry[];
  variables: VariableEntry[];
  functionOf(node: ts.Node): FunctionEntry | undefined;
  classOf(node: ts.Node): ClassEntry | undefined;
  variableOf(symbol: ts.Symbol): VariableEntry | undefined;
  /** What is hung on a function or a class, as one variable. */
  hungOf(holder: ts.Symbol): VariableEntry | undefined;
  /** A property of what a module exports as a whole, by `export =`. */
  isExportedPart(symbol: ts.Symbol): boolean;
  /** What a name means, imports followed to the declaration. */
  symbolAt(node: ts.Node): ts.Symbol | undefined;
}

export function indexProgram(loaded: LoadedProgram): ProgramIndex {
  const checker = rememberAnswers(loaded.program.getTypeChecker());
  const names = new UniqueNames();
  const functions: FunctionEntry[] = [];
  const classes: ClassEntry[] = [];
  const variables: VariableEntry[] = [];
  const tests = findTestFiles(loaded);
  const files = loaded.files.filter((file) => loaded.rewritesTests || !tests.has(file));
  for (const file of files) {
    const found = collectDeclarations(file, loaded.moduleId(file), names);
    functions.push(...found.functions);
    classes.push(...found.classes);
    variables.push(...collectVariables(file, loaded.moduleId(file), checker));
  }
  const json = collectJson(loaded, files);
  variables.push(...new Set(json.values()));
  const symbolAt = remember((node: ts.Node) => resolveSymbol(checker, node));
  const hung = collectHung(loaded, files, symbolAt);
  const byNode = new Map<ts.Node, FunctionEntry>(functions.map((entry) => [entry.node, entry]));
  const classByNode = new Map<ts.Node, ClassEntry>(classes.map((entry) => [entry.node, entry]));
  const exportedParts = new Set(variables.flatMap((entry) => listExportedParts(checker, entry)));
  const bySymbol = new Map([...variables.map((entry) => [entry.symbol, entry] as const), ...json]);
  return {
    loaded,
    checker,
    files,
    nodes: listNodes(files),
    tests,
    functions,
    classes,
    variables: [...variables, ...new Set(hung.values())],
    functionOf: (node) => byNode.get(node),
    classOf: (node) => classByNode.get(node),
    variableOf: (symbol) => bySymbol.get(symbol),
    hungOf: (holder) => hung.get(holder),
    isExportedPart: (symbol) => exportedParts.has(symbol),
    symbolAt,
  };
}

function listNodes(files: readonly ts.SourceFile[]): ts.Node[] {
  const nodes: ts.Node[] = [];
  for (const file of files) walk(file, (node) => void nodes.push(node));
  return nodes;
}

/** The checker finds out anew what it is asked for an expression, and several parts of the analysis ask the same. */
function rememberAnswers(checker: ts.TypeChecker): ts.TypeChecker {
  return {
    ...checker,
    getTypeAtLocation: remember(checker.getTypeAtLocation),
    getSymbolAtLocation: remember(checker.getSymbolAtLocation),
  };
}

/** A program of nothing but tests is looked at as it is. */
function findTestFiles(loaded: LoadedProgram): ReadonlySet<ts.SourceFile> {
  const tests = loaded.files.filter((file) => loaded.isTest(file));
  return new Set(tests.length < loaded.files.length ? tests : []);
}

/** Overloads of one id (a getter and its setter, a name used twice) get `~2`, `~3`. */
class UniqueNames {
  #used = new Map<string, number>();
  take(name: string): string {
    const count = (this.#used.get(name) ?? 0) + 1;
    this.#used.set(name, count);
    return count === 1 ? name : `${name}~${count}`;
  }
}

function collectDeclarations(file: ts.SourceFile, module: string, names: UniqueNames) {
  const functions: FunctionEntry[] = [];
  const classes: ClassEntry[] = [];
  const visit = (node: ts.Node, parent: FunctionEntry | undefined, cls: ClassEntry | undefined): void => {
    let inner = parent;
    let owner = cls;
    if (isFunctionNode(node)) {
      const id = names.take(`${module}#${qualifiedName(node)}`);
      const isMember = ts.isClassLike(node.parent) || ts.isPropertyDeclaration(node.parent);
      inner = { id, node, file, parent, cls: isMember ? cls : undefined };
      functions.push(inner);
      owner = undefined;
    } else if (ts.isClassLike(node)) {
      const name = qualifiedName(node);
      owner = { id: names.take(`${module}#${name}`), node, file, name, parent };
      classes.push(owner);
    }
    ts.forEachChild(node, (child) => visit(child, inner, owner));
  };
  visit(file, undefined, undefined);
  return { functions, classes };
}

function resolveSymbol(checker: ts.TypeChecker, node: ts.Node): ts.Symbol | undefined {
  const { parent } = node;
  const found =
    parent && ts.isShorthandPropertyAssignment(parent) && parent.name === node
      ? checker.getShorthandAssignmentValueSymbol(parent)
      : checker.getSymbolAtLocation(node);
  if (!found) return undefined;
  const target = isAlias(found) ? followAlias(checker, found) : found;
  const [declaration] = target.declarations ?? [];
  const exported = declaration && ts.isExportAssignment(declaration) ? findExportedName(declaration) : undefined;
  return (exported && resolveSymbol(checker, exported)) ?? target;
}

function isAlias({ flags }: ts.Symbol): boolean {
  return (flags & ts.SymbolFlags.Alias) !== 0;
}

/** `export default store.config`: there is a variable for what it exports, and none for a property. */
function followAlias(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  const target = checker.getAliasedSymbol(symbol);
  if (!isDataProperty(checker, target) || isInJson(target)) return target;
  for (let at: ts.Symbol | undefined = symbol; at && isAlias(at); at = checker.getImmediateAliasedSymbol(at)) {
    if (at.declarations?.some((one) => ts.isExportAssignment(one) && isAccess(unwrap(one.expression)))) return at;
  }
  return target;
}

/** There the checker knows nothing between an import and what it leads to. */
function isInJson({ declarations = [] }: ts.Symbol): boolean {
  return declarations.some((at) => at.getSourceFile().fileName.endsWith('.json'));
}

/** Of an object or a namespace, not of a class or an enum; functions are followed through properties. */
function isDataProperty(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  if ((symbol.flags & (ts.SymbolFlags.Property | ts.SymbolFlags.Variable)) === 0) return false;
  if (symbol.declarations?.some((at) => hasModifier(at, ts.SyntaxKind.StaticKeyword))) return false;
  const type = checker.getTypeOfSymbol(symbol);
  return type.getCallSignatures().length + type.getConstructSignatures().length === 0;
}

/** `config` of `export default config as Config` and `export default config!`: the same thing by another name. */
function findExportedName({ expression }: ts.ExportAssignment): ts.Identifier | undefined {
  const value = unwrap(expression);
  return ts.isIdentifier(value) ? value : undefined;
}

/**
 * Variables of module scope (also destructured and in namespaces), static fields, enums and namespaces. A const enum is none:
 * no object stands behind its name.
 */
function collectVariables(file: ts.SourceFile, module: string, checker: ts.TypeChecker): VariableEntry[] {
  const entries: VariableEntry[] = [];
  const add = (node: ts.Node, name: ts.Node, kind: VariableFacts['kind'], expression: string) => {
    const symbol = checker.getSymbolAtLocation(name);
    if (symbol) entries.push({ id: `${module}#${expression}`, kind, expression, symbol, node, file });
  };
  const visitStatements = (statements: readonly ts.Statement[], prefix: string) => {
    for (const statement of statements) {
      if (hasModifier(statement, ts.SyntaxKind.DeclareKeyword)) continue;
      if (ts.isVariableStatement(statement)) {
        const isConst = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
        for (const declaration of statement.declarationList.declarations) {
          if (holdsFunctionOrClass(declaration) && isConst) continue;
          eachBoundName(declaration, (node, name) => add(node, name, isConst ? 'const' : 'let', prefix + name.text));
        }
      } else if (ts.isEnumDeclaration(statement)) {
        if (hasModifier(statement, ts.SyntaxKind.ConstKeyword)) continue;
        add(statement, statement.name, 'enum', prefix + statement.name.text);
      } else if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) {
        const name = prefix + statement.name.text;
        let { body } = statement;
        while (body && ts.isModuleDeclaration(body)) body = body.body as ts.NamespaceBody;
        if (body && ts.isModuleBlock(body)) visitStatements(body.statements, `${name}.`);
      } else if (ts.isClassDeclaration(statement)) {
        visitStatics(statement, prefix + (statement.name?.text ?? 'default'));
      } else if (ts.isExportAssignment(statement) && holdsValue(checker, statement)) {
        const symbol = findExportAssigned(checker, statement);
        const expression = nameExportAssigned(statement);
        if (symbol)
          entries.push({ id: `${module}#${expression}`, kind: 'const', expression, symbol, node: statement, file });
      } else if (prefix === '') {
        for (const declaration of findHoisted(statement)) {
          eachBoundName(declaration, (node, name) => add(node, name, 'let', name.text));
        }
      }
    }
  };
  const visitStatics = (cls: ts.ClassLikeDeclaration, name: string) => {
    for (const member of cls.members) {
      if (!ts.isPropertyDeclaration(member) || !hasModifier(member, ts.SyntaxKind.StaticKeyword)) continue;
      const isNamed = ts.isIdentifier(member.name) || ts.isPrivateIdentifier(member.name);
      add(member, member.name, 'static', isNamed ? `${name}.${member.name.text}` : `${name}.${member.name.getText()}`);
    }
  };
  visitStatements(file.statements, '');
  walk(file, (node) => {
    if (isFunctionNode(node)) return false;
    if (ts.isClassExpression(node) && ts.isVariableDeclaration(node.parent) && ts.isIdentifier(node.parent.name)) {
      visitStatics(node, node.parent.name.text);
    }
    return undefined;
  });
  return entries;
}

/** `if (…) { var cache = …; }`, `for (var i = 0; …)`: what such a statement declares is there for the whole module. */
function findHoisted(statement: ts.Statement): ts.VariableDeclaration[] {
  const found: ts.VariableDeclaration[] = [];
  walk(statement, (node) => {
    if (isFunctionNode(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return false;
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0)
      found.push(...node.declarations);
    return undefined;
  });
  return found;
}

/** It is declared so, and not by a statement of its module. */
export function isHoisted(variable: VariableEntry): boolean {
  let at = variable.node;
  while (ts.isBindingElement(at) || ts.isObjectBindingPattern(at) || ts.isArrayBindingPattern(at)) at = at.parent;
  if (!ts.isVariableDeclaration(at)) return false;
  const { parent: statement } = at.parent;
  return (
    !ts.isVariableStatement(statement) || !(ts.isSourceFile(statement.parent) || ts.isModuleBlock(statement.parent))
  );
}

/** `export default { … }`, `export = new Store()`: not what has a name, and not a function or class, which are known by theirs. */
function holdsValue(checker: ts.TypeChecker, statement: ts.ExportAssignment): boolean {
  const value = unwrap(statement.expression);
  if (isAccess(value)) {
    const symbol = findExportAssigned(checker, statement);
    return symbol !== undefined && (!isAlias(symbol) || followAlias(checker, symbol) === symbol);
  }
  return !ts.isIdentifier(value) && !isFunctionNode(value) && !ts.isClassExpression(value);
}

/** The symbol that imports of it lead to. */
export function findExportAssigned(checker: ts.TypeChecker, statement: ts.ExportAssignment): ts.Symbol | undefined {
  const name = statement.isExportEquals ? ts.InternalSymbolName.ExportEquals : ts.InternalSymbolName.Default;
  return checker.getSymbolAtLocation(statement.getSourceFile())?.exports?.get(name);
}

/** `export = { rate: 1 }` lets others `import { rate }`. */
function listExportedParts(checker: ts.TypeChecker, { node, symbol }: VariableEntry): ts.Symbol[] {
  if (!ts.isExportAssignment(node) || !node.isExportEquals) return [];
  const isValue = (part: ts.Symbol) => {
    const type = checker.getTypeOfSymbol(part);
    return type.getCallSignatures().length + type.getConstructSignatures().length === 0;
  };
  return checker.getTypeOfSymbol(symbol).getProperties().filter(isValue);
}

/** As which names the statement counts as their declaration. */
function nameExportAssigned({ isExportEquals }: ts.ExportAssignment): string {
  return isExportEquals ? 'export=' : 'default';
}

function collectHung(
  loaded: LoadedProgram,
  files: readonly ts.SourceFile[],
  symbolAt: SymbolLookup,
): Map<ts.Symbol, VariableEntry> {
  const byHolder = new Map<ts.Symbol, VariableEntry>();
  const byNode = new Map<ts.Node, VariableEntry>();
  for (const [holder, { declaration: node, puts }] of findHung(files, symbolAt)) {
    const file = node.getSourceFile();
    const name = ts.getNameOfDeclaration(node);
    const symbol = name && symbolAt(name);
    if (!symbol || !files.includes(file)) continue;
    const expression = `${symbol.name}.*`;
    const id = `${loaded.moduleId(file)}#${expression}`;
    const entry = byNode.get(node) ?? { id, kind: 'hung', expression, symbol, node, file, puts };
    byNode.set(node, entry);
    byHolder.set(holder, entry);
  }
  return byHolder;
}

/**
 * Imported JSON: an object that all importing modules share, and state of the program like any other. It goes by its name in
 * the first of them that imports it as a whole; whatever else leads to the file means the same variable.
 */
function collectJson(loaded: LoadedProgram, files: readonly ts.SourceFile[]): Map<ts.Symbol, VariableEntry> {
  const checker = loaded.program.getTypeChecker();
  const imports = files.flatMap((file) =>
    file.statements.flatMap(jsonImports).flatMap(({ name, isWhole }) => {
      const symbol = resolveSymbol(checker, name);
      const json = symbol && jsonFile(symbol);
      return symbol && json ? [{ file, name, isWhole, symbol, json }] : [];
    }),
  );
  const byFile = new Map<ts.SourceFile, VariableEntry>();
  for (const { file, name, isWhole, symbol, json } of imports) {
    if (!isWhole || byFile.has(json)) continue;
    const id = `${loaded.moduleId(file)}#${name.text}`;
    byFile.set(json, { id, kind: 'const', expression: name.text, symbol, node: name, file });
  }
  const bySymbol = imports.flatMap(({ symbol, json }): [ts.Symbol, VariableEntry][] => {
    const entry = byFile.get(json);
    return entry ? [[symbol, entry]] : [];
  });
  return new Map(bySymbol);
}

/** `import data from './data.json'` and `import data = require(…)` stand for the whole; `* as data` and `{ part }` do not. */
function jsonImports(statement: ts.Statement): { name: ts.Identifier; isWhole: boolean }[] {
  if (ts.isImportEqualsDeclaration(statement)) {
    return statement.isTypeOnly ? [] : [{ name: statement.name, isWhole: true }];
  }
  const clause = ts.isImportDeclaration(statement) ? statement.importClause : undefined;
  if (!clause || clause.isTypeOnly) return [];
  const named = clause.namedBindings;
  const whole = clause.name ? [{ name: clause.name, isWhole: true }] : [];
  if (!named) return whole;
  if (ts.isNamespaceImport(named)) return [...whole, { name: named.name, isWhole: false }];
  const parts = named.elements.map(({ name, propertyName }) => ({ name, isWhole: propertyName?.text === 'default' }));
  return [...whole, ...parts];
}

function jsonFile(symbol: ts.Symbol): ts.SourceFile | undefined {
  const files = symbol.declarations?.map((at) => at.getSourceFile()) ?? [];
  return files.find(({ fileName }) => fileName.endsWith('.json'));
}

/** `const f = () => …` and `const C = class …` count as the function and the class they hold. */
function holdsFunctionOrClass(declaration: ts.VariableDeclaration): boolean {
  if (!declaration.initializer || !ts.isIdentifier(declaration.name)) return false;
  const value = unwrap(declaration.initializer);
  return isFunctionNode(value) || ts.isClassExpression(value);
}

function eachBoundName(
  declaration: ts.VariableDeclaration | ts.BindingElement,
  visit: (node: ts.Node, name: ts.Identifier) => void,
): void {
  if (ts.isIdentifier(declaration.name)) visit(declaration, declaration.name);
  else {
    for (const element of declaration.name.elements) if (ts.isBindingElement(element)) eachBoundName(element, visit);
  }
}
