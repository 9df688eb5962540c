/** Classes of packages whose instances can be made again, by the name that a module of the program imports them with. */

import ts from 'typescript';
import type { ClassFacts, ClassId } from '../../types.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { isAssignmentOperator, isNameOnly, isTypeOnly, walk } from '../names/syntax.ts';
import { packagesOf } from '../packages/use.ts';
import type { Shapes } from '../shapes/shapes.ts';
import { spanOf } from './classes.ts';

export interface ImportedClass {
  id: ClassId;
  file: ts.SourceFile;
  /** In the import. */
  name: ts.Identifier;
  type: ts.Type;
  /** The built-in class that it extends, or the class of a package. */
  base?: string | ts.Symbol;
}

export interface ImportedClasses {
  /** By the symbol of the class; of several imports the first one. */
  found: Map<ts.Symbol, ImportedClass>;
  /** Why instances of the others cannot be made again. */
  refused: Map<ts.Symbol, string>;
}

/** What a class extends has to have a name in the program, too. */
export function findImportedClasses(index: ProgramIndex): ImportedClasses {
  const classes: ImportedClasses = { found: new Map(), refused: new Map() };
  for (const file of index.files) {
    for (const statement of file.statements) {
      if (ts.isImportDeclaration(statement)) findInImport(index, statement, classes);
    }
  }
  const { found, refused } = classes;
  let size: number;
  do {
    size = found.size;
    for (const [symbol, { base }] of found) {
      if (typeof base !== 'object' || found.has(base)) continue;
      found.delete(symbol);
      refused.set(
        symbol,
        `it extends ${base.name}, which no module of the program imports, or of which the same is true`,
      );
    }
  } while (found.size < size);
  return classes;
}

function findInImport(index: ProgramIndex, statement: ts.ImportDeclaration, { found, refused }: ImportedClasses): void {
  const { importClause, moduleSpecifier } = statement;
  if (!importClause || importClause.isTypeOnly || !ts.isStringLiteral(moduleSpecifier)) return;
  for (const { name, exported } of listBindings(importClause)) {
    const symbol = index.symbolAt(name);
    if (!symbol || found.has(symbol) || !isOfPackage(index, symbol) || !isUsedAsValue(name)) continue;
    const file = name.getSourceFile();
    const proven = packagesOf(index).classOf(moduleSpecifier.text, file.fileName, exported);
    const why = proven.kind === 'other' ? proven.why : findUse(index, symbol, name.text, proven.stateful);
    if (proven.kind === 'other' || why !== undefined) {
      refused.set(symbol, why ?? '');
      continue;
    }
    const type = index.checker.getDeclaredTypeOfSymbol(symbol);
    const base = proven.isDerived ? findBase(index, type) : proven.extends;
    if (proven.isDerived && base === undefined) continue;
    found.set(symbol, { id: `${index.loaded.moduleId(file)}#${name.text}`, file, name, type, ...(base && { base }) });
  }
}

/** What the program does with the class, or may do with its instances, that the proof has not seen. */
function findUse(index: ProgramIndex, cls: ts.Symbol, local: string, stateful: string[]): string | undefined {
  if (isHandedOn(index, cls, local)) return 'the program changes it, or hands it to code that may';
  const method = stateful.find((name) => isNamedElsewhere(index, name));
  return method && `its method ${method} has effects, and may be called where only its name is known`;
}

function findBase(index: ProgramIndex, type: ts.Type): ts.Symbol | undefined {
  const [base] = type.isClassOrInterface() ? index.checker.getBaseTypes(type) : [];
  return base?.getSymbol();
}

function listBindings({ name, namedBindings }: ts.ImportClause): { name: ts.Identifier; exported: string }[] {
  const own = name ? [{ name, exported: 'default' }] : [];
  if (!namedBindings || !ts.isNamedImports(namedBindings)) return own;
  const named = namedBindings.elements.filter((element) => !element.isTypeOnly);
  return [
    ...own,
    ...named.map((element) => ({ name: element.name, exported: (element.propertyName ?? element.name).text })),
  ];
}

/** A class that is declared for a package, once. */
function isOfPackage(index: ProgramIndex, symbol: ts.Symbol): boolean {
  const { declarations = [], flags } = symbol;
  const isClass = (flags & ts.SymbolFlags.Class) !== 0 && declarations.length === 1;
  return (
    isClass &&
    declarations.every((at) => !index.loaded.isOwn(at.getSourceFile()) && at.getSourceFile().isDeclarationFile)
  );
}

/** Else the import would not be there when the program runs. */
function isUsedAsValue(name: ts.Identifier): boolean {
  return hasNode([name.getSourceFile()], [name.text], (node) => {
    return ts.isIdentifier(node) && node !== name && !isNameOnly(node) && !isTypeOnly(node);
  });
}

/** Whoever has the class may change it: `Money.prototype.show = …`, `extend(Money)`. */
function isHandedOn(index: ProgramIndex, cls: ts.Symbol, local: string): boolean {
  return hasNode(index.loaded.files, [local, cls.name], (name) => {
    return ts.isIdentifier(name) && !isTypeOnly(name) && index.symbolAt(name) === cls && !isHarmlessUse(name);
  });
}

/** Some identifier or string of one of these texts, in files that have it at all. */
function hasNode(
  files: readonly ts.SourceFile[],
  texts: readonly string[],
  isMeant: (node: ts.Identifier | ts.StringLiteralLike) => boolean,
): boolean {
  let isFound = false;
  for (const file of files.filter(({ text }) => texts.some((one) => text.includes(one)))) {
    walk(file, (node) => {
      const isName = ts.isIdentifier(node) || ts.isStringLiteralLike(node);
      isFound ||= isName && texts.includes(node.text) && isMeant(node);
      return undefined;
    });
  }
  return isFound;
}

/** An import, `new Money()`, `x instanceof Money`, `extends Money`, `Money.of(…)`, `x === Money`. */
function isHarmlessUse(name: ts.Identifier): boolean {
  if (ts.isImportSpecifier(name.parent) || ts.isImportClause(name.parent)) return true;
  const node = ts.isPropertyAccessExpression(name.parent) && name.parent.name === name ? name.parent : name;
  const { parent } = node;
  if (ts.isNewExpression(parent) || ts.isCallExpression(parent)) return parent.expression === node;
  if (ts.isExpressionWithTypeArguments(parent)) return true;
  if (ts.isPropertyAccessExpression(parent)) return isHarmlessRead(parent);
  return ts.isBinaryExpression(parent) && !isAssignmentOperator(parent.operatorToken.kind) && !isChoice(parent);
}

/** Of a static member; its prototype may only be compared. */
function isHarmlessRead(node: ts.PropertyAccessExpression): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent) && parent.left === node && isAssignmentOperator(parent.operatorToken.kind))
    return false;
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent) || ts.isDeleteExpression(parent))
    return false;
  return node.name.text !== 'prototype' || (ts.isBinaryExpression(parent) && !isChoice(parent));
}

function isChoice({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  const { BarBarToken, AmpersandAmpersandToken, QuestionQuestionToken, CommaToken } = ts.SyntaxKind;
  return [BarBarToken, AmpersandAmpersandToken, QuestionQuestionToken, CommaToken].some((choice) => choice === kind);
}

/** `.plus` of something that the program itself declares, or of anything: an instance may be what it finds at run time. */
function isNamedElsewhere(index: ProgramIndex, method: string): boolean {
  return hasNode(index.files, [method], (name) => !isDeclaredOutside(index, name));
}

function isDeclaredOutside(index: ProgramIndex, node: ts.Node): boolean {
  const declarations = index.checker.getSymbolAtLocation(node)?.declarations ?? [];
  return declarations.length > 0 && declarations.every((at) => !index.loaded.isOwn(at.getSourceFile()));
}

/** As a class without anything to guard: it has no constructor of the program's, and no private fields. */
export function describeImportedClass(
  { index, shapes, imported }: { index: ProgramIndex; shapes: Shapes; imported: ImportedClasses },
  { id, file, name, type, base }: ImportedClass,
  subclasses: readonly ClassId[],
): ClassFacts {
  const baseId = typeof base === 'object' ? imported.found.get(base)?.id : undefined;
  const fields = type.getProperties().filter(({ flags }) => flags & ts.SymbolFlags.Property);
  return {
    id,
    module: index.loaded.moduleId(file),
    name: name.text,
    at: index.loaded.place(name),
    span: spanOf(name),
    body: spanOf(name),
    reach: name.text,
    ...(typeof base === 'string' && { base: { kind: 'builtin' as const, name: base } }),
    ...(baseId !== undefined && { base: { kind: 'program' as const, id: baseId } }),
    subclasses: [...subclasses].sort(),
    privateFields: [],
    fields: [],
    isAbstract: false,
    imported: { fields: fields.map((field) => shapes.shapeOf(index.checker.getTypeOfSymbol(field))) },
  };
}
