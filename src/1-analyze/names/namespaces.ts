/** TypeScript namespaces: what can be named from the top level of a module, and how. */

import ts from 'typescript';
import { hasModifier } from './syntax.ts';

/** `''` at the top of a file, `N.` inside a namespace, undefined elsewhere. */
export function namespacePath(node: ts.Node): string | undefined {
  if (ts.isSourceFile(node)) return '';
  if (!ts.isModuleBlock(node)) return undefined;
  let path = '';
  let at: ts.Node = node.parent;
  while (ts.isModuleDeclaration(at)) {
    path = `${at.name.text}.${path}`;
    at = at.parent;
  }
  if (ts.isModuleBlock(at)) {
    const outer = namespacePath(at);
    return outer === undefined ? undefined : outer + path;
  }
  return path;
}

/** `namespace N { let count = 0; }`: only what stands inside can name it, since a namespace around it does not export it. */
export function isHidden(statement: ts.Node): boolean {
  if (!ts.isModuleBlock(statement.parent)) return false;
  if (!hasModifier(statement, ts.SyntaxKind.ExportKeyword)) return true;
  let namespace: ts.Node = statement.parent.parent;
  while (ts.isModuleDeclaration(namespace.parent)) namespace = namespace.parent; // `namespace A.B { … }`
  return isHidden(namespace);
}

/** The same for what a variable, a static field or an enum stands for. */
export function isDeclaredHidden(declaration: ts.Node): boolean {
  for (let at = declaration; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isModuleBlock(at.parent)) return isHidden(at);
  }
  return false;
}
