/** Types that the user left to the compiler, as text. */

import ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import { type FunctionNode, walk } from '../names/syntax.ts';

/** What `: T` would say in the head of a function; null if the head cannot name something in it. */
export function writeType({ checker }: ProgramIndex, node: FunctionNode, type: ts.Type): string | null {
  const text = checker.typeToString(type, node, ts.TypeFormatFlags.NoTruncation);
  if (/\bimport\(|\btypeof\b|\bunique symbol\b/.test(text)) return null;
  const known = new Map(checker.getSymbolsInScope(node, NAMES_OF_TYPES).map((symbol) => [symbol.name, symbol]));
  return listTypeNames(text).every((name) => isAround(node, known.get(name))) ? text : null;
}

const NAMES_OF_TYPES = ts.SymbolFlags.Type | ts.SymbolFlags.Namespace | ts.SymbolFlags.Alias;

/** `Map` and `N` of `Map<string, N.Row>` */
function listTypeNames(text: string): string[] {
  const names: string[] = [];
  walk(ts.createSourceFile('type.ts', `type T = ${text};`, ts.ScriptTarget.Latest, true), (node) => {
    if (!ts.isTypeReferenceNode(node)) return undefined;
    let first: ts.EntityName = node.typeName;
    while (ts.isQualifiedName(first)) first = first.left;
    names.push(first.text);
    return undefined;
  });
  return names;
}

/** Declared somewhere else than in the body. */
function isAround({ body }: FunctionNode, symbol: ts.Symbol | undefined): boolean {
  if (!symbol || !body) return false;
  return (symbol.declarations ?? []).every(
    (declaration) =>
      declaration.getSourceFile() !== body.getSourceFile() || declaration.pos < body.pos || declaration.end > body.end,
  );
}
