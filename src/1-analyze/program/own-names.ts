/**
 * To the compiler a file without an import or export shares its names with the whole world, to Node it is a module like any
 * other: `class Node { … }` is nobody else's, though the compiler takes it for part of a class of browsers.
 */

import ts from 'typescript';
import { hasModifier, namesIn } from '../names/syntax.ts';

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

/**
 * Files of the program without an import or export in which a name of a value stands for something of another file as well, or
 * one of a type for something of a browser or a package. `interface Array<T> { last(): T }` means that of the language.
 */
export function findSharedNames(program: ts.Program, isOwn: (file: ts.SourceFile) => boolean): ReadonlySet<string> {
  const scripts = program.getSourceFiles().filter((file) => isOwn(file) && !ts.isExternalModule(file));
  const shared = scripts.filter((file) => {
    const names = listNames(file);
    if (names.values.size + names.types.size === 0) return false;
    const scope = program.getTypeChecker().getSymbolsInScope(file, ts.SymbolFlags.Value | ts.SymbolFlags.Type);
    return scope.some(({ name, declarations = [] }) => {
      const others = declarations.map((at) => at.getSourceFile()).filter((other) => other !== file);
      if (names.values.has(name)) return others.length > 0;
      return names.types.has(name) && others.some((other) => !isOwn(other) && !OF_THE_LANGUAGE.test(other.fileName));
    });
  });
  return new Set(shared.map(({ fileName }) => fileName));
}

const OF_THE_LANGUAGE = /\/lib\.(?:es|decorators)[^/]*\.d\.ts$/;

interface OwnNames {
  values: ReadonlySet<string>;
  types: ReadonlySet<string>;
}

/** Functions, classes, enums and variables at the top level, and interfaces and other types; what is merely declared is somebody else's. */
function listNames(file: ts.SourceFile): OwnNames {
  const values = new Set<string>();
  const types = new Set<string>();
  for (const statement of file.statements) {
    if (hasModifier(statement, ts.SyntaxKind.DeclareKeyword)) continue;
    for (const { name } of ts.isVariableStatement(statement) ? statement.declarationList.declarations : []) {
      for (const { text } of namesIn(name)) values.add(text);
    }
    if (isNamed(statement) && statement.name) values.add(statement.name.text);
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) types.add(statement.name.text);
  }
  return { values, types };
}

function isNamed(
  statement: ts.Statement,
): statement is ts.FunctionDeclaration | ts.ClassDeclaration | ts.EnumDeclaration {
  return ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement);
}
