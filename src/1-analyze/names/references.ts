/** Where every name and every property of the program is used: built in one walk, asked by the flow and the colours. */

import ts from 'typescript';
import { append, collectHolders, type Holders } from './holders.ts';
import type { FunctionEntry, ProgramIndex } from './program-index.ts';
import { isConstant, isFunctionNode, isNameOnly, isTypeOnly, unwrap, walk, wrapped } from './syntax.ts';

export interface References {
  /** Identifiers that evaluate a symbol (not declarations, not types). */
  to(symbol: ts.Symbol): readonly ts.Identifier[];
  /** Where it is named through its module or namespace: `shapes.area`. */
  throughModule(symbol: ts.Symbol): readonly ts.Expression[];
  /** Modules, namespaces and classes as objects. */
  holders: Holders;
  /** `x.name`, also as a destructured `{ name }`. */
  toProperty(name: string): readonly (ts.PropertyAccessExpression | ts.BindingElement)[];
  /** `x[…]` with anything but a literal. */
  elementAccesses: readonly ts.ElementAccessExpression[];
  /** Symbols used in `typeof x` types. */
  typeQueried: ReadonlySet<ts.Symbol>;
  /** Symbols that tests mention. */
  inTests: ReadonlySet<ts.Symbol>;
}

export function collectReferences(index: ProgramIndex): References {
  const bySymbol = new Map<ts.Symbol, ts.Identifier[]>();
  const byName = new Map<string, (ts.PropertyAccessExpression | ts.BindingElement)[]>();
  const elementAccesses: ts.ElementAccessExpression[] = [];
  const typeQueried = new Set<ts.Symbol>();
  const visit = (node: ts.Node): boolean | undefined => {
    if (ts.isTypeQueryNode(node)) {
      const symbol = index.symbolAt(ts.isQualifiedName(node.exprName) ? node.exprName.right : node.exprName);
      if (symbol) typeQueried.add(symbol);
      return false;
    }
    if (ts.isPropertyAccessExpression(node)) append(byName, node.name.text, node);
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent) && ts.isIdentifier(node.name)) {
      append(byName, bindingKey(node, node.name), node);
    }
    if (ts.isElementAccessExpression(node)) elementAccesses.push(node);
    if (ts.isIdentifier(node) && !isNameOnly(node) && !isTypeOnly(node)) {
      const symbol = index.symbolAt(node);
      if (symbol) append(bySymbol, symbol, node);
    }
    return undefined;
  };
  for (const file of index.files) walk(file, visit);
  const holders = collectHolders(index);
  const throughModule = new Map<ts.Symbol, ts.Expression[]>();
  for (const [access, symbol] of holders.named) append(throughModule, symbol, access);
  return {
    to: (symbol) => bySymbol.get(symbol) ?? [],
    throughModule: (symbol) => throughModule.get(symbol) ?? [],
    holders,
    toProperty: (name) => byName.get(name) ?? [],
    elementAccesses,
    typeQueried,
    inTests: collectInTests(index),
  };
}

/** Names that tests import: enough to know what they may call or change. */
function collectInTests(index: ProgramIndex): Set<ts.Symbol> {
  const found = new Set<ts.Symbol>();
  const analysed = new Set(index.files);
  for (const file of index.loaded.files) {
    if (analysed.has(file)) continue;
    walk(file, (node) => {
      const isImported = ts.isImportSpecifier(node) || ts.isImportClause(node);
      const symbol = isImported && node.name ? index.symbolAt(node.name) : undefined;
      if (symbol) found.add(symbol);
      return ts.isStatement(node) && !ts.isImportDeclaration(node) ? false : undefined;
    });
  }
  return found;
}

function bindingKey(node: ts.BindingElement, name: ts.Identifier): string {
  return node.propertyName && ts.isIdentifier(node.propertyName) ? node.propertyName.text : name.text;
}

/** The symbol a function is known by: its own name, the variable it is the initial value of, or what its module exports as `default`. */
export function symbolOfFunction(index: ProgramIndex, entry: FunctionEntry): ts.Symbol | undefined {
  const { node } = entry;
  if (ts.isFunctionDeclaration(node)) return node.name ? index.symbolAt(node.name) : findDefaultExport(index, node);
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) return index.checker.getSymbolAtLocation(node.name);
  if (ts.isConstructorDeclaration(node)) return undefined;
  const outer = wrapped(node);
  const { parent } = outer;
  if (ts.isVariableDeclaration(parent) && parent.initializer === outer && ts.isIdentifier(parent.name)) {
    return isConstant(parent) ? index.checker.getSymbolAtLocation(parent.name) : undefined;
  }
  if (ts.isPropertyDeclaration(parent)) return index.checker.getSymbolAtLocation(parent.name);
  return ts.isExportAssignment(parent) && !parent.isExportEquals ? findDefaultExport(index, node) : undefined;
}

function findDefaultExport(index: ProgramIndex, node: ts.Node): ts.Symbol | undefined {
  return index.checker.getSymbolAtLocation(node.getSourceFile())?.exports?.get(ts.InternalSymbolName.Default);
}

/** The call whose callee an expression is, through parentheses and `!`. */
export function callOf(
  expression: ts.Expression,
): ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression | undefined {
  const outer = wrapped(expression);
  const { parent } = outer;
  if ((ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression === outer) return parent;
  return ts.isTaggedTemplateExpression(parent) && parent.tag === outer ? parent : undefined;
}

/** What is called, without parentheses and assertions. */
export function calleeOf(call: ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression): ts.Expression {
  return unwrap(ts.isTaggedTemplateExpression(call) ? call.tag : call.expression);
}

export function argumentsOf(
  call: ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression,
): readonly ts.Expression[] {
  if (!ts.isTaggedTemplateExpression(call)) return call.arguments ?? [];
  const { template } = call;
  const values = ts.isTemplateExpression(template) ? template.templateSpans.map((span) => span.expression) : [];
  return [template, ...values];
}

/** Those of some expressions that are not functions written out. */
export function withoutFunctions(parts: readonly ts.Expression[]): ts.Expression[] {
  return parts.filter((part) => !isFunctionNode(unwrap(part)));
}
