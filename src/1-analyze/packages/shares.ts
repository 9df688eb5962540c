/** Who else has what a file of a package declares: by imports, by `exports.name`, by the names of members. */

import ts from 'typescript';
import { accessedName } from '../names/syntax.ts';
import type { Found, Imported, PackageGraph } from './graph.ts';
import type { Binding, PackageModule } from './module.ts';
import { isAccess, requiredSpecifier, skipParens, walkTree } from './syntax.ts';

/** A variable of the file that exports it, or the expression that makes what is exported. */
export type Key = Binding | ts.Node;

/** What is behind an imported name. */
export interface Home {
  key: Key;
  module: PackageModule;
}

/** A place where another file has something by an import; `isPart` if only as a member of the whole module. */
export interface Share extends Found {
  node: ts.Expression;
  isPart: boolean;
}

/** What a use of an import stands for: the expression that is it, or has it as a part. */
interface Meant {
  home: Home;
  node: ts.Expression;
  isPart: boolean;
}

export type Access = ts.PropertyAccessExpression | ts.ElementAccessExpression;

/** What of a file can be found by a name. */
interface Names {
  accesses: Map<string, Access[]>;
  /** `{ name }` of `const { name } = …` */
  elements: Map<string, ts.BindingElement[]>;
  /** `require('x')` where it is used at once: `require('x').name`. */
  required: ts.CallExpression[];
}

export class PackageShares {
  readonly #graph: PackageGraph;
  readonly #names = new Map<PackageModule, Names>();
  readonly #shares = new Map<readonly PackageModule[], ReadonlyMap<Key, Share[]>>();
  readonly #shown = new Map<readonly PackageModule[], ReadonlyMap<Key, Set<string>>>();

  constructor(graph: PackageGraph) {
    this.#graph = graph;
  }

  /** The places in files of a package that have it from another file. */
  sharesOf({ key, module }: Home): Share[] {
    const modules = this.#graph.modulesAround(module);
    const known = this.#shares.get(modules) ?? this.#collect([...modules, ...this.#graph.importersOf(module)]);
    this.#shares.set(modules, known);
    return known.get(key) ?? [];
  }

  /** The names by which whoever imports the package has it. */
  shownAs({ key, module }: Home): ReadonlySet<string> {
    const modules = this.#graph.modulesAround(module);
    const known = this.#shown.get(modules) ?? this.#collectShown(module);
    this.#shown.set(modules, known);
    return known.get(key) ?? new Set();
  }

  accesses(name: string, module: PackageModule): (Found & { node: Access })[] {
    return this.#graph
      .modulesAround(module)
      .flatMap((at) => (this.#namesOf(at).accesses.get(name) ?? []).map((node) => ({ node, module: at })));
  }

  elements(name: string, module: PackageModule): (Found & { node: ts.BindingElement })[] {
    return this.#graph
      .modulesAround(module)
      .flatMap((at) => (this.#namesOf(at).elements.get(name) ?? []).map((node) => ({ node, module: at })));
  }

  #collect(modules: readonly PackageModule[]): Map<Key, Share[]> {
    const shares = new Map<Key, Share[]>();
    const add = (use: ts.Expression, module: PackageModule, target: Imported | undefined) => {
      for (const { home, node, isPart } of this.#meantBy(use, target)) {
        const list = shares.get(home.key) ?? [];
        list.push({ node, module, isPart });
        shares.set(home.key, list);
      }
    };
    for (const module of modules) {
      for (const binding of module.bindings) {
        const target = this.targetOf(binding);
        if (target) for (const use of binding.uses) add(use, module, target);
      }
      for (const call of this.#namesOf(module).required) {
        const specifier = requiredSpecifier(call);
        if (specifier !== undefined) add(call, module, this.#graph.import(specifier, '*', module));
      }
    }
    return shares;
  }

  #collectShown(module: PackageModule): Map<Key, Set<string>> {
    const shown = new Map<Key, Set<string>>();
    for (const entry of this.#graph.entriesOf(module)) {
      for (const name of this.#graph.exportNames(entry)) {
        for (const { key } of this.homesOfExport(entry, name)) {
          shown.set(key, (shown.get(key) ?? new Set()).add(name));
        }
      }
    }
    return shown;
  }

  #namesOf(module: PackageModule): Names {
    const known = this.#names.get(module);
    if (known) return known;
    const names: Names = { accesses: new Map(), elements: new Map(), required: [] };
    walkTree(module.source, (node) => {
      if (isAccess(node)) addNamed(names.accesses, accessedName(node), node);
      else if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
        const key = node.propertyName ?? node.name;
        if (ts.isIdentifier(key)) addNamed(names.elements, key.text, node);
      } else if (ts.isCallExpression(node) && isAccess(node.parent) && requiredSpecifier(node) !== undefined) {
        names.required.push(node);
      }
    });
    this.#names.set(module, names);
    return names;
  }

  // ------------------------------------------------------------------------------------------------- homes

  /** Imported, or the whole of what is required. */
  targetOf({ imported, values, module }: Binding): Imported | undefined {
    if (imported) return this.#graph.import(imported.specifier, imported.name, module);
    const required = values.map((value) => (ts.isExpression(value) ? requiredSpecifier(value) : undefined));
    const specifier = required.find((one) => one !== undefined);
    return specifier === undefined ? undefined : this.#graph.import(specifier, '*', module);
  }

  /** What a use of a name stands for in the file that exports it; of `all.name` only the one. */
  homesOf(use: ts.Identifier, binding: Binding): Home[] {
    return this.#meantBy(use, this.targetOf(binding)).map(({ home }) => home);
  }

  #meantBy(use: ts.Expression, target: Imported | undefined): Meant[] {
    if (target?.kind !== 'namespace') {
      const homes = target ? this.#homesOfTarget(target) : [];
      return homes.map((home) => ({ home, node: use, isPart: false }));
    }
    const { module } = target;
    const whole = this.#wholeOf(module);
    const member = memberOf(use);
    const names = member === undefined ? this.#graph.exportNames(module) : [member.name];
    const parts = names.flatMap((name) => this.homesOfExport(module, name));
    return [
      ...whole.map((home) => ({ home, node: use, isPart: false })),
      ...parts.map((home) => ({ home, node: member?.node ?? use, isPart: member === undefined })),
    ];
  }

  /** `module.exports = …` */
  #wholeOf(module: PackageModule): Home[] {
    return /\bmodule\.exports\s*=/.test(module.source.text) ? this.homesOfExport(module, 'default') : [];
  }

  /** `all.name`, where `all` is the whole of a module. */
  membersOf(module: PackageModule, name: string): Home[] {
    return [...this.#wholeOf(module), ...this.homesOfExport(module, name)];
  }

  homesOfExport(module: PackageModule, name: string): Home[] {
    return this.#homesOfTarget(this.#graph.exported(module, name));
  }

  #homesOfTarget(target: Imported, depth = 0): Home[] {
    if (target.kind !== 'code' || depth > 8) return [];
    return target.found.flatMap(({ node, module }): Home[] => {
      const binding = ts.isIdentifier(node) ? module.bindingOf(node) : undefined;
      const again = binding && this.targetOf(binding);
      if (again && again.kind !== 'namespace') return this.#homesOfTarget(again, depth + 1);
      return [{ key: binding ?? node, module }];
    });
  }
}

/** `all.name` of the whole of a module. */
function memberOf(use: ts.Expression): { name: string; node: ts.Expression } | undefined {
  const { parent } = use;
  const name = isAccess(parent) && skipParens(parent.expression) === use ? accessedName(parent) : undefined;
  return name === undefined || !isAccess(parent) ? undefined : { name, node: parent };
}

function addNamed<Node>(map: Map<string, Node[]>, name: string | undefined, node: Node): void {
  if (name === undefined) return;
  const list = map.get(name);
  if (list) list.push(node);
  else map.set(name, [node]);
}
