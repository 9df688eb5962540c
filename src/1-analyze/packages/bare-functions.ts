/** Functions of packages that nobody uses as objects: whoever is given one can reach nothing else by it. */

import ts from 'typescript';
import type { PackageGraph } from './graph.ts';
import type { Binding, PackageModule } from './module.ts';
import { isFunction } from './syntax.ts';

export class BareFunctions {
  readonly #graph: PackageGraph;
  /** By package: functions that files of it put something into. */
  readonly #filled = new Map<string, ReadonlySet<Binding>>();

  constructor(graph: PackageGraph) {
    this.#graph = graph;
  }

  /** `f` of `function f() {}`, and of `const f = require('./f')` where that file exports such a function. */
  isBare(name: ts.Identifier, module: PackageModule): boolean {
    const origin = this.#graph.originOf(name, module);
    if (!origin || origin.parameter || origin.parts.length > 0 || origin.values.length === 0) return false;
    return (
      origin.values.every(isFunction) && !isFilledByExports(origin) && !this.#findFilled(origin.module).has(origin)
    );
  }

  #findFilled(module: PackageModule): ReadonlySet<Binding> {
    const folder = this.#graph.folderOf(module);
    const known = this.#filled.get(folder);
    if (known) return known;
    const filling = this.#graph.modulesAround(module).flatMap((at) => at.bindings.filter(({ stores }) => stores[0]));
    const filled = new Set(filling.flatMap((binding) => [binding, ...this.#sourcesOf(binding)]));
    this.#filled.set(folder, filled);
    return filled;
  }

  /** What it is another name of. */
  #sourcesOf(binding: Binding): Binding[] {
    const target = this.#graph.sourceOf(binding);
    const nodes =
      target?.kind === 'code' ? target.found : binding.values.map((node) => ({ node, module: binding.module }));
    return nodes.flatMap(({ node, module }) =>
      ts.isIdentifier(node) ? (this.#graph.originOf(node, module) ?? []) : [],
    );
  }
}

/** `module.exports = f; module.exports.log = [];` */
function isFilledByExports(binding: Binding): boolean {
  const { exports, changedExports } = binding.module;
  const isWhole = (exports.get('default') ?? []).some(
    (node) => ts.isIdentifier(node) && binding.module.bindingOf(node) === binding,
  );
  return changedExports.size > 0 || (isWhole && exports.size > 1);
}
