/**
 * To the compiler a file without an import or export shares its names with the whole world, to Node it is a module like any
 * other: `class Node { … }` is nobody else's, though the compiler takes it for part of a class of browsers.
 */

import ts from 'typescript';

type ReadSource = ts.CompilerHost['getSourceFile'];

const made = new WeakSet<ts.SourceFile>();

/** Written with an import or export, or all that `moduleDetection` takes for a module. */
export function isWrittenAsModule(file: ts.SourceFile): boolean {
  return ts.isExternalModule(file) && !made.has(file);
}

/** Reads these files as modules. */
export function readAsModules(read: ReadSource, files: ReadonlySet<string>): ReadSource {
  return (name, language, ...rest) => {
    if (!files.has(name)) return read(name, language, ...rest);
    const asked = typeof language === 'object' ? language : { languageVersion: language };
    const setExternalModuleIndicator = (file: ts.SourceFile) => Object.assign(file, { externalModuleIndicator: true });
    const file = read(name, { ...asked, setExternalModuleIndicator }, ...rest);
    if (file) made.add(file);
    return file;
  };
}

/** Files of the program without an import or export in which a name of a value stands for something of another file as well. */
export function findSharedNames(program: ts.Program, isOwn: (file: ts.SourceFile) => boolean): ReadonlySet<string> {
  const scripts = program.getSourceFiles().filter((file) => isOwn(file) && !ts.isExternalModule(file));
  const shared = scripts.filter((file) => {
    const names = listValues(file);
    if (names.size === 0) return false;
    const scope = program.getTypeChecker().getSymbolsInScope(file, ts.SymbolFlags.Value | ts.SymbolFlags.Type);
    return scope.some((symbol) => names.has(symbol.name) && isOfOthers(symbol, file));
  });
  return new Set(shared.map(({ fileName }) => fileName));
}

function isOfOthers({ declarations }: ts.Symbol, file: ts.SourceFile): boolean {
  return declarations?.some((declaration) => declaration.getSourceFile() !== file) ?? false;
}

/** Functions, classes, enums and variables at the top level; what is merely declared is somebody else's. */
function listValues(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (name: ts.BindingName): void => {
    if (ts.isIdentifier(name)) names.add(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) add(element.name);
  };
  for (const statement of file.statements) {
    if (isAmbient(statement)) continue;
    if (ts.isVariableStatement(statement)) for (const { name } of statement.declarationList.declarations) add(name);
    else if (isNamed(statement) && statement.name) add(statement.name);
  }
  return names;
}

function isNamed(
  statement: ts.Statement,
): statement is ts.FunctionDeclaration | ts.ClassDeclaration | ts.EnumDeclaration {
  return ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement);
}

function isAmbient(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false;
}
