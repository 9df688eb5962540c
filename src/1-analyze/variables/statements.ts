/** Top-level statements as facts: enough to cut slices out of a module without asking for types again. */

import ts from 'typescript';
import type { BindingFacts, EffectKind, ExportTarget, ModuleFacts, StatementFacts, VariableId } from '../../types.ts';
import { spanOf } from '../classes/classes.ts';
import { findCompleted } from '../names/completed.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { mentionedNames } from '../names/scopes.ts';
import { hasModifier, namesIn } from '../names/syntax.ts';
import type { Summaries } from '../regions/fix-point.ts';
import type { Summary } from '../regions/summary.ts';
import { describeGiven, type Given } from './given.ts';

/** Effects that make a top-level statement part of the entry: it talks to the world, so it never runs in a unit. */
const ENTRY_EFFECTS: ReadonlySet<EffectKind> = new Set<EffectKind>([
  'output',
  'input',
  'files',
  'argv',
  'net',
  'timers',
  'exit',
  'process',
  'global',
  'loads',
]);

export function describeModule(
  index: ProgramIndex,
  summaries: Summaries,
  given: Given,
  file: ts.SourceFile,
  isImported: boolean,
): ModuleFacts {
  const names = moduleNames(file);
  const statements = index.files.includes(file)
    ? file.statements.map((statement) => describeStatement(index, summaries, given, statement, names))
    : [];
  return {
    id: index.loaded.moduleId(file),
    file: index.loaded.place(file, 0).file,
    format: index.loaded.format(file),
    ...(index.loaded.isSloppy(file) && { isSloppy: true }),
    isEntry: !isImported && statements.some(({ kind }) => kind === 'effect'),
    isScript: !ts.isExternalModule(file),
    isTest: index.tests.has(file),
    statements,
    exports: describeExports(index, file),
  };
}

/** Names that module scope gives a meaning: declared or imported at the top level. */
function moduleNames(file: ts.SourceFile): ReadonlySet<string> {
  return new Set(file.statements.flatMap((statement) => declaredNames(statement)));
}

function describeStatement(
  index: ProgramIndex,
  summaries: Summaries,
  given: Given,
  statement: ts.Statement,
  names: ReadonlySet<string>,
): StatementFacts {
  const base = {
    span: spanOf(statement),
    declares: declaredNames(statement),
    mentions: mentionedNames(index, statement, names),
  };
  if (isOtherName(statement)) return { kind: 'declaration', ...base };
  if (ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement)) {
    return { kind: 'import', ...base, ...describeImport(index, statement) };
  }
  if (ts.isExportDeclaration(statement)) {
    const source = statement.moduleSpecifier;
    if (!source) return { kind: 'export-list', ...base, bindings: exportBindings(statement) };
    return { kind: 'export-from', ...base, bindings: exportBindings(statement), ...specifierFacts(index, source) };
  }
  if (isTypeStatement(statement)) return { kind: 'type', ...base };
  const summary = summaries.of(statement);
  if (declaresValues(statement)) {
    const sets = summary && ts.isVariableStatement(statement) ? setsOf(summary, given) : [];
    return {
      kind: 'declaration',
      ...base,
      ...(summary && sets.length > 0 && { sets, entry: isEntryCode(summary) }),
      ...(!ts.isFunctionDeclaration(statement) && touchesOf(summary)),
      ...(ts.isVariableStatement(statement) && describeGiven(index, given, statement, names)),
    };
  }
  const completed = findCompleted(index, statement);
  return {
    kind: 'effect',
    ...base,
    entry: summary ? isEntryCode(summary, completed?.target) : false,
    sets: [...(completed ? [completed.id] : []), ...(summary ? setsOf(summary, given) : [])],
    ...touchesOf(summary),
  };
}

/** `import Cart = shop.Cart`: imports nothing. */
function isOtherName(statement: ts.Node): statement is ts.ImportEqualsDeclaration {
  return ts.isImportEqualsDeclaration(statement) && !ts.isExternalModuleReference(statement.moduleReference);
}

function touchesOf(summary: Summary | undefined): { touches?: VariableId[] } {
  const touches = [...(summary?.touches ?? [])].map(({ id }) => id).sort();
  return touches.length > 0 ? { touches } : {};
}

/** `completed`: what the statement adds to a declaration is no business of anybody else. */
export function isEntryCode(summary: Summary, completed?: string): boolean {
  return [...summary.effects.values()].some(
    ({ kind, subject }) => ENTRY_EFFECTS.has(kind) && !(kind === 'global' && subject === completed),
  );
}

/** What a unit must repeat to have the same. */
function setsOf(summary: Summary, given: Given): string[] {
  const changed = [...new Set([...summary.assigned, ...summary.mutated])];
  return changed
    .filter((variable) => !given(variable))
    .map(({ id }) => id)
    .sort();
}

function isTypeStatement(statement: ts.Statement): boolean {
  return (
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    hasModifier(statement, ts.SyntaxKind.DeclareKeyword) ||
    (ts.isFunctionDeclaration(statement) && !statement.body)
  );
}

function declaresValues(statement: ts.Statement): boolean {
  return (
    ts.isVariableStatement(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement) ||
    ts.isExportAssignment(statement)
  );
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name)).map(({ text }) => text);
  if (ts.isImportDeclaration(statement)) return importBindings(statement).map(({ local }) => local);
  if (ts.isImportEqualsDeclaration(statement)) return [statement.name.text];
  if (ts.isExportAssignment(statement)) return statement.isExportEquals ? ['export='] : ['default'];
  const isDefault = hasModifier(statement, ts.SyntaxKind.DefaultKeyword);
  const name = 'name' in statement && statement.name ? (statement.name as ts.Node).getText() : undefined;
  return name === undefined ? (isDefault ? ['default'] : []) : [name];
}

function importBindings(statement: ts.ImportDeclaration): BindingFacts[] {
  const clause = statement.importClause;
  if (!clause) return [];
  const typeOnly = clause.isTypeOnly;
  const bindings: BindingFacts[] = [];
  if (clause.name) bindings.push({ name: 'default', local: clause.name.text, typeOnly, span: spanOf(clause.name) });
  const named = clause.namedBindings;
  if (named && ts.isNamespaceImport(named))
    bindings.push({ name: '*', local: named.name.text, typeOnly, span: spanOf(named) });
  for (const element of named && ts.isNamedImports(named) ? named.elements : []) {
    bindings.push({
      name: (element.propertyName ?? element.name).text,
      local: element.name.text,
      typeOnly: typeOnly || element.isTypeOnly,
      span: spanOf(element),
    });
  }
  return bindings;
}

function exportBindings(statement: ts.ExportDeclaration): BindingFacts[] {
  const { exportClause } = statement;
  const typeOnly = statement.isTypeOnly;
  if (!exportClause) return [{ name: '*', local: '*', typeOnly, span: spanOf(statement) }];
  if (ts.isNamespaceExport(exportClause))
    return [{ name: exportClause.name.text, local: '*', typeOnly, span: spanOf(exportClause) }];
  return exportClause.elements.map((element) => ({
    name: element.name.text,
    local: (element.propertyName ?? element.name).text,
    typeOnly: typeOnly || element.isTypeOnly,
    span: spanOf(element),
  }));
}

function describeImport(
  index: ProgramIndex,
  statement: ts.ImportDeclaration | ts.ImportEqualsDeclaration,
): Partial<StatementFacts> {
  if (ts.isImportDeclaration(statement))
    return { bindings: importBindings(statement), ...specifierFacts(index, statement.moduleSpecifier) };
  const local = statement.name.text;
  const bindings: BindingFacts[] = [
    { name: 'export=', local, typeOnly: statement.isTypeOnly, span: spanOf(statement.name) },
  ];
  const reference = statement.moduleReference;
  return ts.isExternalModuleReference(reference)
    ? { bindings, ...specifierFacts(index, reference.expression) }
    : { bindings };
}

function specifierFacts(index: ProgramIndex, specifier: ts.Expression): Partial<StatementFacts> {
  if (!ts.isStringLiteralLike(specifier)) return {};
  const target = moduleOfSpecifier(index, specifier);
  return { specifier: specifier.text, ...(target && { target: index.loaded.moduleId(target) }) };
}

/** The source file of the program that an import leads to. */
export function moduleOfSpecifier(index: ProgramIndex, specifier: ts.Expression): ts.SourceFile | undefined {
  const symbol = index.checker.getSymbolAtLocation(specifier);
  const file = symbol?.declarations?.find(ts.isSourceFile) ?? resolvedScript(index, specifier);
  return file && index.loaded.isOwn(file) ? file : undefined;
}

/** A file without imports and exports has no module symbol. */
function resolvedScript(index: ProgramIndex, specifier: ts.Expression): ts.SourceFile | undefined {
  if (!ts.isStringLiteralLike(specifier)) return undefined;
  const { program } = index.loaded;
  const resolved = ts.resolveModuleName(
    specifier.text,
    specifier.getSourceFile().fileName,
    index.loaded.options,
    ts.sys,
  ).resolvedModule;
  return resolved && program.getSourceFile(resolved.resolvedFileName);
}

function describeExports(index: ProgramIndex, file: ts.SourceFile): Record<string, ExportTarget> {
  const symbol = index.checker.getSymbolAtLocation(file);
  const targets: [string, ExportTarget][] = [];
  for (const exported of symbol ? index.checker.getExportsOfModule(symbol) : []) {
    const target = describeExport(index, file, exported);
    if (target) targets.push([exported.name, target]);
  }
  return Object.fromEntries(targets.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function describeExport(index: ProgramIndex, file: ts.SourceFile, exported: ts.Symbol): ExportTarget | undefined {
  const symbol = followExport(index, exported);
  const declaration = symbol.declarations?.[0];
  if (!declaration) return undefined;
  const home = declaration.getSourceFile();
  const name = localNameOf(symbol, declaration);
  if (home === file) return { kind: 'local', name };
  if (index.loaded.isOwn(home)) return { kind: 'module', module: index.loaded.moduleId(home), name };
  return { kind: 'package', specifier: exported.name, name };
}

/** What an export leads to; what the module has another name for, by that name. */
function followExport({ checker }: ProgramIndex, exported: ts.Symbol): ts.Symbol {
  let symbol = exported;
  while (symbol.flags & ts.SymbolFlags.Alias && !symbol.declarations?.some(isOtherName)) {
    const next = checker.getImmediateAliasedSymbol(symbol);
    if (!next) return checker.getAliasedSymbol(exported);
    symbol = next;
  }
  return symbol;
}

function localNameOf(symbol: ts.Symbol, declaration: ts.Declaration): string {
  const name = 'name' in declaration && declaration.name ? (declaration.name as ts.Node) : undefined;
  return name && ts.isIdentifier(name) ? name.text : symbol.name;
}
