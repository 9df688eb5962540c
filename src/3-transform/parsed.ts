import ts from 'typescript';
import { type FunctionWithBody, hasBody, spanKey, spanOf, walk } from './syntax.ts';

/** A file of the program with what the rewriting looks up in it. */
export interface ParsedModule {
  text: string;
  sourceFile: ts.SourceFile;
  /** Every name that occurs, whatever it stands for. */
  names: ReadonlySet<string>;
  /** Functions with a body by the span of that body, which no two functions share. */
  functions: ReadonlyMap<string, FunctionWithBody>;
  /** By span. */
  classes: ReadonlyMap<string, ts.ClassLikeDeclaration>;
}

/** `sourceFile` knows the parents of its nodes. */
export function indexModule(sourceFile: ts.SourceFile): ParsedModule {
  const names = new Set<string>();
  const functions = new Map<string, FunctionWithBody>();
  const classes = new Map<string, ts.ClassLikeDeclaration>();
  for (const node of walk(sourceFile)) {
    if (ts.isIdentifier(node)) names.add(node.text);
    else if (hasBody(node)) functions.set(spanKey(spanOf(node.body)), node);
    else if (ts.isClassLike(node)) classes.set(spanKey(spanOf(node)), node);
  }
  return { text: sourceFile.text, sourceFile, names, functions, classes };
}
