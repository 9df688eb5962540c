/** What may change between two calls into a package: variables of its files that are set again, and what they hold. */

import ts from 'typescript';
import type { Imported, PackageGraph } from './graph.ts';
import { type Binding, isContentChange, type PackageModule } from './module.ts';
import { isInside } from './origin.ts';
import { isRemembering } from './patterns.ts';
import { findPolyfill } from './polyfills.ts';
import { isConstant } from './primitives.ts';
import type { PackageReach } from './reach.ts';
import {
  accessedName,
  functionAround,
  inlineCall,
  isAccess,
  isFunction,
  requiredSpecifier,
  skipParens,
} from './syntax.ts';

/** What is behind an imported name: a variable of the file that exports it, or the expression that makes it. */
interface Home {
  key: Binding | ts.Node;
  module: PackageModule;
}

/** `this.n++`, `this.list.push(x)`, `++this.n`, or another method of it that may do so. */
const CHANGES_THIS =
  /\bthis\b[\w$.#[\]'"?!]*\s*([-+*/%&|^?<>]*=(?![=>])|\+\+|--|\()|(\+\+|--|\bdelete\s+)this\b|[(,=]\s*this\s*[,);]/;

export class PackageWrites {
  readonly #graph: PackageGraph;
  readonly #reach: PackageReach;
  readonly #own = new Map<Binding, boolean>();
  /** By package: what is changed in another file than the one that has it. */
  readonly #elsewhere = new Map<string, ReadonlySet<Home['key']>>();
  #collecting = 0;

  constructor(graph: PackageGraph, reach: PackageReach) {
    this.#graph = graph;
    this.#reach = reach;
  }

  /** While it is being found out what changes nothing can be said to be only read. */
  get isCollecting(): boolean {
    return this.#collecting > 0;
  }

  /**
   * True if a call may find another value behind a name, or other contents, than the one before. Functions that are declared
   * do not change.
   */
  isMutable(use: ts.Identifier, binding: Binding): boolean {
    return this.#isChanged({ key: binding, module: binding.module }) || this.#isChangedHome(use, binding);
  }

  /** The same for what another file exports under the name. */
  #isChangedHome(use: ts.Identifier, binding: Binding): boolean {
    return this.#homesOf(use, binding).some((home) => this.#isChanged(home));
  }

  #isChanged({ key, module }: Home): boolean {
    return this.#changedElsewhere(module).has(key) || ('owner' in key && this.#isChangedAtHome(key));
  }

  #isChangedAtHome(binding: Binding): boolean {
    const known = this.#own.get(binding) ?? this.#findChange(binding);
    this.#own.set(binding, known);
    return known;
  }

  #findChange(binding: Binding): boolean {
    const home = homeOf(binding.owner, true);
    const { module } = binding;
    const replacing = binding.values.filter((value) => findPolyfill(value) !== undefined);
    const isReplacing = (node: ts.Node) => replacing.some((value) => isInside(node, value));
    const isLater = (node: ts.Node) => !runsAtLoading(node, home, module) && this.#reach.mayRun(node, module);
    const isWrittenLater = binding.writes.some((node) => isLater(node) && !isReplacing(node));
    if (isWrittenLater || isRemembering(binding)) return true;
    const isHanded = (use: ts.Identifier) => this.#isChangedThrough(use, module) && isLater(use);
    return !isConstant(binding) && binding.uses.some(isHanded);
  }

  /** By a function that is given it, or by a method of its own: `put(table)`, `store.add(x)`. */
  #isChangedThrough(use: ts.Identifier, module: PackageModule): boolean {
    return this.#isHandedToWriter(use, module) || this.#isCalledOnWriter(use, module);
  }

  /** `store.add(x)`, or `store.items.add(x)`, where the package has a method of the name that changes `this`. */
  #isCalledOnWriter(use: ts.Identifier, module: PackageModule): boolean {
    let at: ts.Node = use;
    while (isAccess(at.parent) && at.parent.expression === at) at = at.parent;
    const isCalled = ts.isCallExpression(at.parent) && at.parent.expression === at;
    const method = isCalled && isAccess(at) ? accessedName(at) : undefined;
    if (method === undefined) return false;
    return this.#graph
      .properties(method, module)
      .flatMap((found) => this.#graph.functionsOf(found))
      .some(({ node }) => CHANGES_THIS.test(node.getText()));
  }

  /** `put(table, …)` where `put` changes its parameter, or hands it on to a function that does. */
  #isHandedToWriter(use: ts.Identifier, module: PackageModule, depth = 0): boolean {
    const call = use.parent;
    if (!ts.isCallExpression(call) || call.expression === use || depth > 3) return false;
    const index = call.arguments.indexOf(use);
    const callee = skipParens(call.expression);
    return this.#graph.functionsOf({ node: callee, module }).some(({ node, module: at }) => {
      const name = isFunction(node) ? node.parameters[index]?.name : undefined;
      const parameter = name && ts.isIdentifier(name) ? at.bindingOf(name) : undefined;
      if (!parameter) return false;
      return (
        parameter.writes.some(isContentChange) ||
        parameter.uses.some((inner) => this.#isHandedToWriter(inner, at, depth + 1))
      );
    });
  }

  // ------------------------------------------------------------------------------------------- between files

  #changedElsewhere(module: PackageModule): ReadonlySet<Home['key']> {
    const folder = this.#graph.folderOf(module);
    const known = this.#elsewhere.get(folder);
    if (known) return known;
    const changed = new Set<Home['key']>();
    this.#elsewhere.set(folder, changed);
    this.#collecting += 1;
    for (const at of this.#graph.modulesAround(module)) for (const { key } of this.#changedBy(at)) changed.add(key);
    this.#collecting -= 1;
    return changed;
  }

  /** What a file changes of what others export, later than when it is loaded; and of its own exports by their names. */
  #changedBy(module: PackageModule): Home[] {
    const isLater = (node: ts.Node) => !runsAtLoading(node, module.source, module) && this.#reach.mayRun(node, module);
    const own = [...module.changedExports].flatMap((name) => this.#homesOfExport(module, name));
    const imported = module.bindings.filter((binding) => this.#targetOf(binding));
    const others = imported.flatMap((binding) => {
      const changes = binding.writes.filter((write) => isContentChange(write) && isLater(write));
      const direct = binding.uses.filter((use) => changes.some((write) => isInside(use, write)));
      const through = direct.length < changes.length ? binding.uses : direct;
      const handed = binding.uses.filter((use) => this.#isChangedThrough(use, module) && isLater(use));
      return [...(changes.length > 0 ? through : []), ...handed].flatMap((use) => this.#homesOf(use, binding));
    });
    return [...own, ...others];
  }

  /** Imported, or the whole of what is required. */
  #targetOf({ imported, values, module }: Binding): Imported | undefined {
    if (imported) return this.#graph.import(imported.specifier, imported.name, module);
    const required = values.map((value) => (ts.isExpression(value) ? requiredSpecifier(value) : undefined));
    const specifier = required.find((one) => one !== undefined);
    return specifier === undefined ? undefined : this.#graph.import(specifier, '*', module);
  }

  #homesOf(use: ts.Identifier, binding: Binding): Home[] {
    const target = this.#targetOf(binding);
    if (target?.kind !== 'namespace') return target ? this.#homesOfTarget(target) : [];
    const { parent } = use;
    const isAccess = ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent);
    const member = isAccess && parent.expression === use ? accessedName(parent) : undefined;
    const names = member === undefined ? [...target.module.exports.keys()] : [member, 'default'];
    return names.flatMap((name) => this.#homesOfExport(target.module, name));
  }

  #homesOfExport(module: PackageModule, name: string): Home[] {
    return this.#homesOfTarget(this.#graph.exported(module, name));
  }

  #homesOfTarget(target: Imported, depth = 0): Home[] {
    if (target.kind !== 'code' || depth > 8) return [];
    return target.found.flatMap(({ node, module }): Home[] => {
      const binding = ts.isIdentifier(node) ? module.bindingOf(node) : undefined;
      const again = binding && this.#targetOf(binding);
      if (again && again.kind !== 'namespace') return this.#homesOfTarget(again, depth + 1);
      return [{ key: binding ?? node, module }];
    });
  }
}

/** The function a piece of code runs in; functions called where they are written count as part of the one around them. */
export function homeOf(node: ts.Node, isOwner = false): ts.Node {
  let at = isOwner ? node : functionAround(node);
  while (!ts.isSourceFile(at) && (inlineCall(at) || isLoopBody(at))) at = functionAround(at);
  return at;
}

/** `list.forEach(fn)`, `each(list, fn)`: by their names, these call at once. */
function isLoopBody(fn: ts.Node): boolean {
  const call = fn.parent;
  if (!ts.isCallExpression(call) || call.expression === fn) return false;
  const { expression } = call;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  return ts.isIdentifier(name) && /(each|forOwn|forIn)$/i.test(name.text);
}

/** In the code that declares, or in a function that only this code calls. */
function runsAtLoading(node: ts.Node, home: ts.Node, module: PackageModule, depth = 0): boolean {
  const at = homeOf(node);
  if (at === home) return true;
  const name = isFunction(at) ? nameOfPrivate(at, module) : undefined;
  if (depth > 3 || !name) return false;
  const uses = module.bindingOf(name)?.uses.filter((use) => use !== name) ?? [];
  const isCalled = (use: ts.Identifier) => ts.isCallExpression(use.parent) && use.parent.expression === use;
  return uses.length > 0 && uses.every((use) => isCalled(use) && runsAtLoading(use, home, module, depth + 1));
}

/** The one name of a function that is not exported where it is written: `function f() {}`, `const f = () => {}`. */
function nameOfPrivate(fn: ts.Node, module: PackageModule): ts.Identifier | undefined {
  if (ts.isFunctionDeclaration(fn)) return ts.getModifiers(fn)?.length ? undefined : fn.name;
  const { parent } = fn;
  if (!ts.isVariableDeclaration(parent) || !ts.isIdentifier(parent.name)) return undefined;
  const statement = parent.parent.parent;
  const isExported = ts.isVariableStatement(statement) && ts.getModifiers(statement)?.length;
  return isExported || module.bindingOf(parent.name)?.values.length !== 1 ? undefined : parent.name;
}
