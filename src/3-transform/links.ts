import ts from 'typescript';
import type { ModuleFacts, ModuleId, Span, StatementFacts } from '../types.ts';
import type { ParsedModule } from './parsed.ts';
import { walk } from './syntax.ts';

/** A module as a slice sees it: its statements, and which of them gives which name. All by syntax. */
export interface LinkedModule extends ParsedModule {
  id: ModuleId;
  file: string;
  statements: LinkedStatement[];
  /** Name of module scope → the statements that declare it (overloads and merged declarations are several). */
  declared: ReadonlyMap<string, LinkedStatement[]>;
  /** Local name → the import that brings it. */
  imports: ReadonlyMap<string, ImportLink>;
  /** Exported name (`default`, and `=` for `export =`) → where it comes from. */
  exports: ReadonlyMap<string, ExportLink>;
  /** `export * from …` */
  stars: LinkedStatement[];
}

export interface LinkedStatement {
  index: number;
  node: ts.Statement;
  facts: StatementFacts;
  /** Specifiers of `import('./x')` and `require('./x')` in it, whose results nobody can follow. */
  dynamicImports: ts.StringLiteralLike[];
}

/** `name` is what the other module calls it: `default`, `*` for the namespace, `=` for `import x = require(…)`. */
export interface ImportLink {
  statement: LinkedStatement;
  name: string;
}

/** `local`: a name of this module. `from`: a name of the module the statement names, `*` for its namespace. Neither: the statement itself. */
export interface ExportLink {
  statement: LinkedStatement;
  local?: string;
  from?: string;
}

export function linkModule(facts: ModuleFacts, parsed: ParsedModule): LinkedModule {
  const statements: LinkedStatement[] = parsed.sourceFile.statements.map((node, index) => ({
    index,
    node,
    facts: findFacts(facts, node),
    dynamicImports: findDynamicImports(node),
  }));
  const isPlain = (statement: LinkedStatement): boolean => !['import', 'export-from'].includes(statement.facts.kind);
  const declared = new Map<string, LinkedStatement[]>();
  for (const statement of statements.filter(isPlain)) {
    for (const name of statement.facts.declares) declared.set(name, [...(declared.get(name) ?? []), statement]);
  }
  return {
    ...parsed,
    id: facts.id,
    file: facts.file,
    statements,
    declared,
    imports: new Map(statements.flatMap(linkImports)),
    exports: new Map(statements.flatMap(linkExports)),
    stars: statements.filter(({ node }) => ts.isExportDeclaration(node) && node.exportClause === undefined),
  };
}

function findDynamicImports(statement: ts.Statement): ts.StringLiteralLike[] {
  if (!/\b(?:import|require)\b/.test(statement.getText())) return [];
  const found: ts.StringLiteralLike[] = [];
  for (const call of walk(statement)) {
    if (!ts.isCallExpression(call)) continue;
    const isImport = call.expression.kind === ts.SyntaxKind.ImportKeyword;
    const isRequire = ts.isIdentifier(call.expression) && call.expression.text === 'require';
    const specifier = call.arguments[0];
    if ((isImport || isRequire) && specifier && ts.isStringLiteralLike(specifier)) found.push(specifier);
  }
  return found;
}

function findFacts(facts: ModuleFacts, node: ts.Statement): StatementFacts {
  const start = node.getStart();
  const found = facts.statements.find(({ span }) => span.start <= start && start < span.end);
  return found ?? { kind: 'effect', span: { start, end: node.end }, declares: [], mentions: [], entry: true };
}

function linkImports(statement: LinkedStatement): [string, ImportLink][] {
  const { node } = statement;
  if (ts.isImportEqualsDeclaration(node)) {
    return ts.isExternalModuleReference(node.moduleReference) ? [[node.name.text, { statement, name: '=' }]] : [];
  }
  if (!ts.isImportDeclaration(node) || node.importClause === undefined) return [];
  const links: [string, ImportLink][] = [];
  const { name, namedBindings } = node.importClause;
  if (name) links.push([name.text, { statement, name: 'default' }]);
  if (namedBindings && ts.isNamespaceImport(namedBindings)) {
    links.push([namedBindings.name.text, { statement, name: '*' }]);
  } else {
    for (const { name: local, propertyName } of namedBindings?.elements ?? []) {
      links.push([local.text, { statement, name: (propertyName ?? local).text }]);
    }
  }
  return links;
}

function linkExports(statement: LinkedStatement): [string, ExportLink][] {
  const { node } = statement;
  if (ts.isExportAssignment(node)) return [[node.isExportEquals ? '=' : 'default', { statement }]];
  if (ts.isExportDeclaration(node)) return linkExportDeclaration(statement, node);
  const modifiers = ts.canHaveModifiers(node) ? (node.modifiers ?? []) : [];
  if (!modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword)) {
    const name = 'name' in node ? (node.name as ts.Identifier | undefined) : undefined;
    return [['default', name ? { statement, local: name.text } : { statement }]];
  }
  return statement.facts.declares.map((local) => [local, { statement, local }]);
}

function linkExportDeclaration(statement: LinkedStatement, node: ts.ExportDeclaration): [string, ExportLink][] {
  const { exportClause } = node;
  if (exportClause === undefined) return [];
  if (ts.isNamespaceExport(exportClause)) return [[exportClause.name.text, { statement, from: '*' }]];
  return exportClause.elements.map(({ name, propertyName }) => {
    const source = (propertyName ?? name).text;
    return [name.text, node.moduleSpecifier ? { statement, from: source } : { statement, local: source }];
  });
}

/** Whether a part of a statement is in the slices that need the statement: initial values that travel are not. */
export function isInSlice({ node, facts }: LinkedStatement, span: Span): boolean {
  if (facts.unstable || !isWithin(span, { start: node.pos, end: node.end })) return false;
  const part = facts.given?.parts.find((one) => isWithin(span, one.span));
  return part === undefined || part.members.some((member) => isWithin(span, member));
}

function isWithin(inner: Span, outer: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
