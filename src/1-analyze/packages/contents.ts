/**
 * Where an object of a package goes from where it is made or named, and whether its contents can change there once the package
 * is loaded. What cannot be followed is lost.
 */

import ts from 'typescript';
import type { CallFinder } from './call-sites.ts';
import type { CallResolver } from './calls.ts';
import { isAtom, isFlat, treeOf } from './flat.ts';
import type { Found, PackageGraph } from './graph.ts';
import { Extent, Grips, HOLDER, SELF } from './grips.ts';
import { Handed } from './handed.ts';
import { homeOf, isSuspended, runsAtLoading } from './loading.ts';
import type { Binding, PackageModule } from './module.ts';
import { isWritten } from './positions.ts';
import { isCheckedPrimitive } from './primitives.ts';
import type { PackageReach } from './reach.ts';
import type { Home, Key, PackageShares } from './shares.ts';
import type { Sources } from './sources.ts';
import { Steps } from './steps.ts';
import { functionAround, thisesOf } from './syntax.ts';

/** A value on its way. `isNew`: only the run that makes it, when the package is loaded, has it so far. */
export interface Value extends Found {
  node: ts.Expression;
  /** How it has the object (Grips). */
  level: number;
  isNew: boolean;
}

export interface Fate {
  /** What is set, added or removed. */
  changed: Extent;
  /** What is somewhere where it cannot be followed, or where code outside of the package has it. */
  lost: Extent;
  /** Code outside of the package can have the object, and change by its name what it has. */
  isShown: boolean;
}

export interface Surroundings {
  graph: PackageGraph;
  shares: PackageShares;
  reach: PackageReach;
  resolver: CallResolver;
  calls: CallFinder;
}

/** More places than can be looked at for one object. */
const LIMIT = 4000;

/** What becomes of the objects that a name stands for, or of what an expression makes. `isByNameOnly`: as far as names show it. */
export function followContents(around: Surroundings, home: Home, sources: Sources, isByNameOnly: boolean): Fate {
  const first = new ContentFlow(around, home, sources, { isByNameOnly, isFlat: true });
  const fate = first.run();
  return first.isDeep ? new ContentFlow(around, home, sources, { isByNameOnly, isFlat: false }).run() : fate;
}

/** `isFlat`: what is known of the object by how it is made is taken to hold, until something else is put into it. */
interface Assumed {
  isByNameOnly: boolean;
  isFlat: boolean;
}

export class ContentFlow {
  readonly around: Surroundings;
  readonly fate: Fate = { changed: new Extent(), lost: new Extent(), isShown: false };
  /** Something other than primitives and functions is put into it. */
  isDeep = false;
  readonly #start: Key;
  readonly #module: PackageModule;
  readonly #sources: Sources;
  readonly #isFlat: boolean;
  /** Of an object that is written with all that it holds: by name, whether only primitives and functions are behind it. */
  readonly #tree: ReadonlyMap<string, boolean> | undefined;
  readonly #home: ts.Node;
  readonly handed: Handed;
  readonly steps: Steps;
  readonly #grips = new Grips();
  readonly #queue: Value[] = [];
  readonly #seen = new Map<ts.Node | Binding, Set<number>>();
  #steps = 0;

  constructor(around: Surroundings, { key, module }: Home, sources: Sources, assumed: Assumed) {
    this.around = around;
    this.#start = key;
    this.#module = module;
    this.#sources = sources;
    this.#home = homeOf('owner' in key ? key.owner : functionAround(key), true);
    this.#isFlat = assumed.isFlat && isFlat(key, sources.made, module);
    this.#tree = assumed.isFlat && !this.#isFlat ? treeOf(key, sources.made, module) : undefined;
    this.isDeep = assumed.isFlat && !this.#isFlat && !this.#tree;
    this.handed = new Handed(this);
    this.steps = new Steps(this, sources, assumed.isByNameOnly);
  }

  run(): Fate {
    if (this.isDeep) return this.fate;
    if ('owner' in this.#start) this.addBinding(this.#start, SELF, false);
    else if (ts.isExpression(this.#start))
      this.add({ node: this.#start, module: this.#module, level: SELF, isNew: false });
    if (!('owner' in this.#start)) this.addKey(this.#start, this.#module, SELF);
    for (const { node, module } of this.#sources.made) this.#addMade(node, module);
    for (let value = this.#queue.pop(); value; value = this.#queue.pop()) {
      if (this.#steps++ > LIMIT) this.lose(HOLDER);
      if (this.fate.changed.isAll || this.fate.lost.isAll || this.isDeep) break;
      this.steps.follow(value);
    }
    return this.fate;
  }

  // ------------------------------------------------------------------------------------------------- adding

  add(value: Value): void {
    if (value.level === 0 || !this.#isUnseen(value.node, value.level, value.isNew)) return;
    if (ts.isIdentifier(value.node) && isCheckedPrimitive(value.node)) return;
    this.#queue.push(value);
  }

  #isUnseen(key: ts.Node | Binding, level: number, isNew: boolean): boolean {
    const seen = this.#seen.get(key) ?? new Set();
    this.#seen.set(key, seen);
    const state = level * 2 + Number(isNew);
    return !seen.has(state) && Boolean(seen.add(state));
  }

  addBinding(binding: Binding, level: number, isNew: boolean): void {
    if (level === 0 || !this.#isUnseen(binding, level, isNew)) return;
    const { module } = binding;
    const home = homeOf(binding.owner, true);
    for (const node of binding.uses) {
      this.add({ node, module, level, isNew: isNew && homeOf(node) === home && !isSuspended(home) });
    }
    if (ts.isSourceFile(home)) this.addKey(binding, module, level);
  }

  /** What is exported, wherever it is imported. */
  addKey(key: Key, module: PackageModule, level: number): void {
    const { shares, reach } = this.around;
    for (const share of shares.sharesOf({ key, module })) {
      this.add({ node: share.node, module: share.module, level: share.isPart ? HOLDER : level, isNew: false });
    }
    const names = [...shares.shownAs({ key, module })];
    if (names.some((name) => reach.isKnownOutside(name, module))) this.show(level);
    if (!('owner' in key))
      for (const node of ownExports(key, module, shares)) this.add({ node, module, level, isNew: false });
  }

  /** What a constructor may do with what it makes. */
  #addMade(node: ts.Node, module: PackageModule): void {
    if (!ts.isExpression(node)) return;
    this.add({ node, module, level: SELF, isNew: true });
    if (ts.isNewExpression(node)) this.handed.construct(node, module);
  }

  /** Of all functions with the name that are called on it. */
  addThis(fn: ts.Node, module: PackageModule, level: number, isNew: boolean): void {
    if (level === 0 || !this.#isUnseen(fn, level, isNew)) return;
    for (const node of thisesOf(fn)) {
      this.add({ node, module, level, isNew: isNew && homeOf(node) === fn && !isSuspended(fn) });
    }
  }

  // ------------------------------------------------------------------------------------------------ levels

  /** Of something that is read from it, by a name if that is known. */
  partOf(level: number, name?: string): number {
    if (level === 0 || (this.#isFlat && !(level & HOLDER))) return 0;
    if (name !== undefined && !(level & HOLDER) && this.#isAlwaysAtom(name)) return 0;
    return this.#grips.partOf(level, name);
  }

  /** Nobody gives anything else to a property of this name. */
  #isAlwaysAtom(name: string): boolean {
    if (this.#tree) return this.#tree.get(name) ?? true;
    const values = this.around.graph.properties(name, this.#module);
    return values.length > 0 && values.every(({ node, module }) => isAtom(node, module));
  }

  /** Of something that has the same parts. */
  copyOf(level: number): number {
    return this.partOf(level) === 0 ? 0 : HOLDER;
  }

  /** Of what may be the object, or lead to it. */
  kinOf(level: number): number {
    return level & HOLDER ? this.join(level, this.partOf(level)) : level;
  }

  join(a: number, b: number): number {
    return this.#grips.join(a, b);
  }

  lose(level: number): void {
    if (level !== 0) this.fate.lost.add(level & HOLDER ? undefined : this.#grips.nameOf(level) || undefined);
  }

  /** Code outside of the package has it. */
  show(level: number): void {
    if (level & HOLDER || this.#grips.nameOf(level) === '') this.fate.isShown = true;
    else this.lose(level);
  }

  /** Set at a node, with `given` as new contents, of the property `name` if that is known. */
  change({ module, level, isNew }: Value, at: ts.Node, given: readonly ts.Expression[], name?: string): void {
    if (!(level & SELF)) return;
    if (!isNew && this.#isLater(at, module)) {
      this.fate.changed.add(this.#grips.nameOf(level) || (this.#grips.nameOf(level) === '' ? name : undefined));
    } else if ((this.#isFlat || this.#tree) && !given.every((value) => isAtom(value, module))) this.isDeep = true;
  }

  #isLater(node: ts.Node, module: PackageModule): boolean {
    if (homeOf(node) === this.#home || runsAtLoading(node, module.source, module)) return false;
    return this.around.reach.mayRun(node, module);
  }
}

/** `exports.name`, where the file has put it. */
function ownExports(key: ts.Node, module: PackageModule, shares: PackageShares): ts.Expression[] {
  return [...module.exports].flatMap(([name, nodes]) => {
    if (!nodes.includes(key)) return [];
    const accesses = shares.accesses(name, module).filter((access) => access.module === module);
    const own = accesses.filter(({ node }) => /^(module\.)?exports$/.test(node.expression.getText(module.source)));
    return own.map(({ node }) => node).filter((node) => !isWritten(node));
  });
}
