/** What an object in a package's code is, by the way it is made: with a known kind a method is looked up there and nowhere else. */

import ts from 'typescript';
import { accessedName } from '../names/syntax.ts';
import type { Found, PackageGraph } from './graph.ts';
import type { Binding, PackageModule } from './module.ts';
import { isFunction, returnsOf, skipParens } from './syntax.ts';

/** A built-in type by name, or the class or function of a package behind `new`. */
export type Kind = { builtin: string } | { maker: Found };

/** The global that an expression names: `Array`, `Object.keys`. */
export type FindGlobal = (expression: ts.Expression, module: PackageModule) => string | undefined;

const LIMIT = 12;

const MADE_BY_GLOBALS: Record<string, string> = {
  'Object.keys': 'Array',
  'Object.values': 'Array',
  'Object.entries': 'Array',
  'Object.getOwnPropertyNames': 'Array',
  'Array.from': 'Array',
  'Array.of': 'Array',
};

/** Called or constructed, these make one of themselves. */
const MAKERS = new Set(['Array', 'Map', 'Set', 'WeakMap', 'WeakSet', 'RegExp', 'String', 'Date', 'Error', 'Promise']);

export class KindFinder {
  readonly #graph: PackageGraph;
  readonly #globalOf: FindGlobal;
  readonly #known = new Map<ts.Node, Kind[] | undefined>();

  constructor(graph: PackageGraph, globalOf: FindGlobal) {
    this.#graph = graph;
    this.#globalOf = globalOf;
  }

  /** All that it may be, as far as it can have methods of its own; undefined if that is not known. */
  kindsOf(expression: ts.Expression, module: PackageModule): Kind[] | undefined {
    if (!this.#known.has(expression)) {
      this.#known.set(expression, undefined);
      this.#known.set(expression, this.#read(expression, module, new Set()));
    }
    return this.#known.get(expression);
  }

  #read(expression: ts.Expression, module: PackageModule, seen: Set<unknown>): Kind[] | undefined {
    const node = skipParens(expression);
    if (seen.has(node)) return [];
    if (seen.size > LIMIT * LIMIT) return undefined;
    seen.add(node);
    if (ts.isArrayLiteralExpression(node)) return [{ builtin: 'Array' }];
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) return [{ builtin: 'String' }];
    if (ts.isRegularExpressionLiteral(node)) return [{ builtin: 'RegExp' }];
    if (isNothing(node)) return [];
    if (ts.isConditionalExpression(node)) return this.#readAll([node.whenTrue, node.whenFalse], module, seen);
    if (ts.isBinaryExpression(node)) return this.#readOperator(node, module, seen);
    if (ts.isNewExpression(node)) return this.#readNew(node, module);
    if (ts.isCallExpression(node)) return this.#readCall(node, module, seen);
    if (ts.isIdentifier(node)) return this.#readName(node, module, seen);
    if (ts.isPropertyAccessExpression(node) && ts.isPrivateIdentifier(node.name)) {
      return this.#readPrivate(node.name.text, module, seen);
    }
    return undefined;
  }

  #readAll(nodes: readonly ts.Node[], module: PackageModule, seen: Set<unknown>): Kind[] | undefined {
    const kinds: Kind[] = [];
    for (const node of nodes) {
      const found = ts.isExpression(node) ? this.#read(node, module, seen) : undefined;
      if (!found) return undefined;
      kinds.push(...found);
    }
    return kinds;
  }

  #readOperator(node: ts.BinaryExpression, module: PackageModule, seen: Set<unknown>): Kind[] | undefined {
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.EqualsToken:
      case ts.SyntaxKind.AmpersandAmpersandToken:
        return this.#read(node.right, module, seen);
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.QuestionQuestionToken:
        return this.#readAll([node.left, node.right], module, seen);
      default:
        return undefined;
    }
  }

  #readNew(node: ts.NewExpression, module: PackageModule): Kind[] | undefined {
    const global = this.#globalOf(node.expression, module);
    if (global !== undefined) return MAKERS.has(global) ? [{ builtin: global }] : undefined;
    const makers = this.#graph.functions.of({ node: node.expression, module });
    return makers.length > 0 ? makers.map((maker) => ({ maker })) : undefined;
  }

  #readCall(node: ts.CallExpression, module: PackageModule, seen: Set<unknown>): Kind[] | undefined {
    const global = this.#globalOf(node.expression, module);
    if (global !== undefined) {
      const builtin = MAKERS.has(global) ? global : MADE_BY_GLOBALS[global];
      return builtin === undefined ? undefined : [{ builtin }];
    }
    const callee = skipParens(node.expression);
    const binding = ts.isIdentifier(callee) ? module.bindingOf(callee) : undefined;
    const [fn] = binding?.values ?? [];
    if (!fn || binding?.values.length !== 1 || !isFunction(fn) || fn.asteriskToken || isAsync(fn)) return undefined;
    return this.#readAll(returnsOf(fn), module, seen);
  }

  #readName(name: ts.Identifier, module: PackageModule, seen: Set<unknown>): Kind[] | undefined {
    const binding = module.bindingOf(name);
    if (!binding || binding.imported || binding.parts.length > 0 || binding.isCaught) return undefined;
    if (seen.has(binding)) return [];
    seen.add(binding);
    if (binding.parameter) return undefined;
    return this.#readAll(binding.values, module, seen);
  }

  /** `#name` can only be set where the class is written. */
  #readPrivate(name: string, module: PackageModule, seen: Set<unknown>): Kind[] | undefined {
    const values = module.properties.get(name) ?? [];
    if (seen.has(name)) return [];
    seen.add(name);
    return values.length > 0 ? this.#readAll(values, module, seen) : undefined;
  }

  /** The method of a class, or of a function's prototype, own or inherited; undefined if what it inherits from is not known. */
  methodsOf({ node, module }: Found, name: string, depth = 0): Found[] | undefined {
    if (depth > LIMIT) return undefined;
    if (ts.isClassLike(node)) {
      const own = node.members.filter((member) => member.name && nameText(member.name) === name);
      if (own.length > 0)
        return own.every(ts.isMethodDeclaration) ? own.map((at) => ({ node: at, module })) : undefined;
      const base = node.heritageClauses?.[0]?.types[0]?.expression;
      return base ? this.#inherited(base, module, name, depth) : undefined;
    }
    const own = (module.properties.get(name) ?? []).filter((value) => isOnPrototype(value, node, module));
    const found = own.flatMap((value) => this.#graph.functions.of({ node: value, module }));
    return found.length > 0 ? found : undefined;
  }

  #inherited(base: ts.Expression, module: PackageModule, name: string, depth: number): Found[] | undefined {
    const makers = this.#graph.functions.of({ node: base, module });
    const found = makers.map((maker) => this.methodsOf(maker, name, depth + 1));
    return found.length > 0 && found.every((one) => one !== undefined) ? found.flatMap((one) => one ?? []) : undefined;
  }
}

/** `undefined`, `null`, `void 0`, numbers and truth values: what is called on them is not the package's. */
function isNothing(node: ts.Expression): boolean {
  if (ts.isIdentifier(node)) return node.text === 'undefined';
  return (
    ts.isNumericLiteral(node) ||
    ts.isVoidExpression(node) ||
    node.kind === ts.SyntaxKind.NullKeyword ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword
  );
}

function isAsync(fn: ts.Node): boolean {
  return ts.canHaveModifiers(fn) && (ts.getModifiers(fn) ?? []).some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
}

function nameText(name: ts.PropertyName): string | undefined {
  return ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name) ? name.text : undefined;
}

/** `Maker.prototype.name = <value>`, with other names in between: `A.prototype.a = A.prototype.b = <value>`. */
function isOnPrototype(value: ts.Node, maker: ts.Node, module: PackageModule): boolean {
  const { parent } = value;
  if (!ts.isBinaryExpression(parent)) return false;
  const target = skipParens(parent.left);
  if (!ts.isPropertyAccessExpression(target)) return false;
  const owner = skipParens(target.expression);
  if (accessedName(owner) !== 'prototype' || !ts.isPropertyAccessExpression(owner)) return false;
  const root = skipParens(owner.expression);
  const binding: Binding | undefined = ts.isIdentifier(root) ? module.bindingOf(root) : undefined;
  return binding?.values.includes(maker) ?? false;
}
