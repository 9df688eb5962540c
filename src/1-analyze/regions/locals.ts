/** What the variables of a piece of code may hold: every value that is written to them anywhere in it, in whatever order. */

import ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import { argumentsOf, withoutFunctions } from '../names/references.ts';
import { assignedTargets, assignedValue, isAccess, isFunctionNode, unwrap, walk } from '../names/syntax.ts';

/** Values a local variable may hold, and values that may have been put inside what it holds. */
export interface LocalFacts {
  values: ts.Expression[];
  /** Holds an element or a property of these. */
  parts: ts.Expression[];
  stored: ts.Expression[];
  opaque: boolean;
}

export type Locals = ReadonlyMap<ts.Symbol, LocalFacts>;

export function collectLocals(index: ProgramIndex, region: ts.Node): Locals {
  const collector = new LocalCollector(index);
  walk(region, (node) => {
    collector.visit(node);
    return undefined;
  });
  return collector.finish();
}

class LocalCollector {
  readonly #index: ProgramIndex;
  readonly #locals = new Map<ts.Symbol, LocalFacts>();

  constructor(index: ProgramIndex) {
    this.#index = index;
  }

  visit(node: ts.Node): void {
    if (ts.isVariableDeclaration(node)) this.#declaration(node);
    for (const target of assignedTargets(node)) this.#assignment(target, node);
    if (ts.isBinaryExpression(node) && isPattern(node.left)) this.#defaults(node.left);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) this.#call(node);
  }

  /** `const q = o; q.p = x`: then `x` is inside of `o` as well. */
  finish(): Locals {
    for (const facts of this.#locals.values()) {
      if (facts.stored.length === 0) continue;
      for (const value of [...facts.values, ...facts.parts]) {
        for (const other of this.#mentioned(value)) if (other !== facts) other.stored.push(...facts.stored);
      }
    }
    return this.#locals;
  }

  #factsOf(symbol: ts.Symbol): LocalFacts {
    const known = this.#locals.get(symbol) ?? { values: [], parts: [], stored: [], opaque: false };
    this.#locals.set(symbol, known);
    return known;
  }

  #declaration({ name, initializer, parent }: ts.VariableDeclaration): void {
    const loop = parent.parent;
    if (ts.isCatchClause(parent)) this.#caught(name);
    else if (ts.isForOfStatement(loop) || ts.isForInStatement(loop)) this.#bind(name, loop.expression, 'parts');
    else this.#bind(name, initializer, 'values');
  }

  #bind(name: ts.BindingName, value: ts.Expression | undefined, kind: 'values' | 'parts'): void {
    if (ts.isIdentifier(name)) {
      const symbol = this.#index.checker.getSymbolAtLocation(name);
      const facts = symbol && this.#factsOf(symbol);
      if (value) facts?.[kind].push(value);
      return;
    }
    for (const element of name.elements) {
      if (!ts.isBindingElement(element)) continue;
      this.#bind(element.name, value, 'parts');
      if (element.initializer) this.#bind(element.name, element.initializer, 'values');
    }
  }

  #caught(name: ts.BindingName): void {
    if (ts.isIdentifier(name)) {
      const symbol = this.#index.checker.getSymbolAtLocation(name);
      if (symbol) this.#factsOf(symbol).opaque = true;
      return;
    }
    for (const element of name.elements) if (ts.isBindingElement(element)) this.#caught(element.name);
  }

  /** `local = x`, `parameter = x`, `local.a.b = x`, `pick(local).a = x` */
  #assignment(target: ts.Expression, node: ts.Node): void {
    const value = assignedValue(node);
    if (!value) return;
    if (!ts.isIdentifier(target)) {
      for (const facts of this.#mentioned(target)) facts.stored.push(value);
      return;
    }
    const symbol = this.#index.symbolAt(target);
    if (!symbol || !(this.#isLocal(symbol) || isParameter(symbol))) return;
    const isWhole = ts.isBinaryExpression(node) && unwrap(node.left) === target;
    this.#factsOf(symbol)[isWhole ? 'values' : 'parts'].push(value);
  }

  /** `[a = x] = list`, `({ a = x } = options)`: the values that are taken where there are none. */
  #defaults(pattern: ts.Expression): void {
    walk(pattern, (node) => {
      if (isFunctionNode(node)) return false;
      const isShorthand = ts.isShorthandPropertyAssignment(node);
      const value = isShorthand ? node.objectAssignmentInitializer : undefined;
      const symbol = value && isShorthand ? this.#index.symbolAt(node.name) : undefined;
      if (value && symbol && (this.#isLocal(symbol) || isParameter(symbol))) this.#factsOf(symbol).values.push(value);
      return undefined;
    });
  }

  /** `local.push(x)`, `f(local, x)`, `Object.assign(local, x)`: each may be put into each. */
  #call(node: ts.CallExpression | ts.NewExpression): void {
    const receiver = isAccess(node.expression) ? [node.expression.expression] : [];
    const given = withoutFunctions([...receiver, ...argumentsOf(node)]);
    if (given.length < 2) return;
    for (const part of given) {
      const others = given.filter((other) => other !== part);
      for (const facts of this.#mentioned(part)) facts.stored.push(...others);
    }
  }

  /** The variables in an expression, outside of functions. */
  #mentioned(expression: ts.Expression): Set<LocalFacts> {
    const found = new Set<LocalFacts>();
    walk(expression, (node) => {
      if (isFunctionNode(node)) return false;
      const symbol = ts.isIdentifier(node) ? this.#index.symbolAt(node) : undefined;
      if (symbol && this.#isLocal(symbol)) found.add(this.#factsOf(symbol));
      return undefined;
    });
    return found;
  }

  /** Not of a module, a namespace or a class: nothing but code around it has a name for it. */
  #isLocal(symbol: ts.Symbol): boolean {
    const declaration = symbol.valueDeclaration;
    if (!declaration || !(ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration))) return false;
    return this.#index.loaded.isOwn(declaration.getSourceFile()) && !this.#index.variableOf(symbol);
  }
}

function isPattern(left: ts.Expression): boolean {
  const target = unwrap(left);
  return ts.isArrayLiteralExpression(target) || ts.isObjectLiteralExpression(target);
}

function isParameter({ valueDeclaration }: ts.Symbol): boolean {
  return valueDeclaration !== undefined && ts.isParameter(valueDeclaration);
}

/** `a` of `a.b[c]` */
export function baseIdentifier(expression: ts.Expression): ts.Identifier | undefined {
  let at = unwrap(expression);
  while (isAccess(at)) at = unwrap(at.expression);
  return ts.isIdentifier(at) ? at : undefined;
}
