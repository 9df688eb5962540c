/** From a piece of a package's code to the functions that it may be. */

import ts from 'typescript';
import { rootBinding } from './assignments.ts';
import type { Found, Imported, PackageGraph } from './graph.ts';
import type { Binding, PackageModule } from './module.ts';
import { findPolyfill } from './polyfills.ts';
import { inlineCall, isChoice, isFunction, requiredSpecifier, returnsOf, skipParens } from './syntax.ts';
import { givenTo } from './values.ts';

export class PackageFunctions {
  readonly #graph: PackageGraph;
  readonly #known = new Map<ts.Node, Found[]>();
  /** What is found while nothing can be said about tables. */
  readonly #withoutTables = new Map<ts.Node, Found[]>();

  constructor(graph: PackageGraph) {
    this.#graph = graph;
  }

  /** The functions and classes that a value may be or, if it is made by a call, may call. */
  of(found: Found): Found[] {
    const answers = this.#graph.writes.isCollecting ? this.#withoutTables : this.#known;
    const known = answers.get(found.node);
    if (known) return known;
    const all = this.#in(found, new Set());
    const unique = [...new Map(all.map((one) => [one.node, one])).values()];
    answers.set(found.node, unique);
    return unique;
  }

  #in(found: Found, seen: Set<ts.Node>): Found[] {
    const { module } = found;
    if (seen.has(found.node)) return [];
    seen.add(found.node);
    const more = (nodes: readonly ts.Node[]) => nodes.flatMap((node) => this.#in({ node, module }, seen));
    const { node } = found;
    const own = findPolyfill(node);
    if (own) return more([own]);
    if (isFunction(node) || ts.isClassLike(node)) return [found];
    if (ts.isIdentifier(node)) return this.#ofName(node, module, seen);
    if (ts.isParenthesizedExpression(node)) return more([node.expression]);
    if (ts.isConditionalExpression(node)) return more([node.whenTrue, node.whenFalse]);
    if (ts.isBinaryExpression(node)) return more(isChoice(node) ? [node.left, node.right] : [node.right]);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) return this.#ofCall(node, module, seen);
    if (ts.isPropertyAccessExpression(node)) return this.#ofMember(node, module, seen);
    if (ts.isElementAccessExpression(node)) return this.#ofTable(node, module, seen);
    return [];
  }

  /** `TABLE[key]` of `const TABLE = { a: f, b: g }`: any of them; nothing if one of them cannot be told. */
  #ofTable(node: ts.ElementAccessExpression, module: PackageModule, seen: Set<ts.Node>): Found[] {
    const [table, ...others] = this.#graph.writes.isCollecting
      ? []
      : this.#graph.values.of({ node: node.expression, module });
    if (!table || others.length > 0 || !ts.isObjectLiteralExpression(table.node)) return [];
    const found = table.node.properties.map((item) => {
      const value = givenTo(item);
      return value ? this.#in({ node: value, module: table.module }, new Set(seen)) : [];
    });
    return found.every((one) => one.length > 0) ? found.flat() : [];
  }

  #ofName(name: ts.Identifier, module: PackageModule, seen: Set<ts.Node>): Found[] {
    const binding = module.bindingOf(name);
    if (!binding) return [];
    if (binding.imported) {
      const target = this.#graph.import(binding.imported.specifier, binding.imported.name, module);
      return this.ofImport(target, seen);
    }
    const given = binding.parameter && inlineCall(binding.parameter.of)?.arguments[binding.parameter.index];
    const values = given ? [...binding.values, given] : binding.values;
    return values.flatMap((node) => this.#in({ node, module }, seen));
  }

  ofImport(target: Imported, seen = new Set<ts.Node>()): Found[] {
    if (target.kind === 'namespace') return this.ofImport(this.#graph.exported(target.module, 'default'), seen);
    return target.kind === 'code' ? target.found.flatMap((found) => this.#in(found, seen)) : [];
  }

  /** `make(f)`: `f`, and what `make` returns. */
  #ofCall(node: ts.CallExpression | ts.NewExpression, module: PackageModule, seen: Set<ts.Node>): Found[] {
    const specifier = requiredSpecifier(node);
    if (specifier !== undefined) return this.ofImport(this.#graph.import(specifier, '*', module), seen);
    const given = (node.arguments ?? []).flatMap((argument) => this.#in({ node: argument, module }, seen));
    if (ts.isNewExpression(node)) return given;
    const callee = skipParens(node.expression);
    const isWrapped = ts.isPropertyAccessExpression(callee) && /^(call|apply|bind)$/.test(callee.name.text);
    const makers = this.#in({ node: isWrapped ? callee.expression : callee, module }, new Set(seen));
    if (isWrapped && callee.name.text === 'bind') return [...given, ...makers];
    const made = makers.flatMap((maker) =>
      returnsOf(maker.node).flatMap((value) => this.#in({ node: value, module: maker.module }, seen)),
    );
    return [...given, ...made];
  }

  #ofMember(node: ts.PropertyAccessExpression, module: PackageModule, seen: Set<ts.Node>): Found[] {
    const whole = this.#graph.moduleOf(node.expression, module);
    const name = node.name.text;
    if (whole?.kind === 'namespace') return this.ofImport(this.#graph.exported(whole.module, name), seen);
    const binding = ts.isIdentifier(node.expression) ? module.bindingOf(node.expression) : undefined;
    return binding ? this.#ofProperty(binding, name, seen) : [];
  }

  /** `api.f` of `const api = { f }` or `api.f = f`. */
  #ofProperty(binding: Binding, name: string, seen: Set<ts.Node>): Found[] {
    const { module } = binding;
    const own = (module.properties.get(name) ?? []).filter((node) => isPropertyOf(node, binding));
    return own.flatMap((node) => this.#in({ node, module }, seen));
  }
}

/** In the literal or class that a variable stands for, or assigned to it. */
function isPropertyOf(node: ts.Node, binding: Binding): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return rootBinding(parent.left, binding.module) === binding;
  return binding.values.includes(parent) || binding.values.includes(parent.parent);
}
