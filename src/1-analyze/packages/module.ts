/** One JavaScript file of a package: its names, what they are given, and what it exports. By name and scope only, no types. */

import ts from 'typescript';
import { noteGiven, spreadChanges } from './assignments.ts';
import { declare, findBinding, isReference, type Scope } from './declarations.ts';
import { type PackageFunction, walkTree } from './syntax.ts';

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
  walkTree(source, (node) => noteGiven(node, module));
  spreadChanges(module);
  return module;
}
