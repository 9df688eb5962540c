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
import {
  callOf,
  givenBy,
  isConverting,
  isHandedUp,
  isItem,
  isLogicalAssignment,
  isWritten,
  nameOfElement,
  targetAround,
} from './positions.ts';
import { isCheckedPrimitive } from './primitives.ts';
import type { PackageReach } from './reach.ts';
import type { Home, Key, PackageShares } from './shares.ts';
import { type Sources, SourceTracer } from './sources.ts';
import {
  accessedName,
  functionAround,
  isAccess,
  isAssignment,
  isChoice,
  isExportsTarget,
  isFunction,
  isRewound,
  propertyName,
  skipParens,
  thisesOf,
} from './syntax.ts';

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

const ITERATORS = ['[Symbol.iterator]', '[Symbol.asyncIterator]'];
/** Members that lead to what belongs to the object, and bytes that it shows. */
const KIN = /^(prototype|constructor|__proto__|buffer)$/;
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
  readonly #isByNameOnly: boolean;
  readonly #handed: Handed;
  readonly #grips = new Grips();
  readonly #queue: Value[] = [];
  readonly #seen = new Map<ts.Node | Binding, Set<number>>();
  #steps = 0;

  constructor(around: Surroundings, { key, module }: Home, sources: Sources, assumed: Assumed) {
    this.around = around;
    this.#start = key;
    this.#module = module;
    this.#sources = sources;
    this.#isByNameOnly = assumed.isByNameOnly;
    this.#home = homeOf('owner' in key ? key.owner : functionAround(key), true);
    this.#isFlat = assumed.isFlat && isFlat(key, sources.made, module);
    this.#tree = assumed.isFlat && !this.#isFlat ? treeOf(key, sources.made, module) : undefined;
    this.isDeep = assumed.isFlat && !this.#isFlat && !this.#tree;
    this.#handed = new Handed(this);
  }

  run(): Fate {
    if (this.isDeep) return this.fate;
    if ('owner' in this.#start) this.addBinding(this.#start, SELF, false);
    else if (ts.isExpression(this.#start))
      this.add({ node: this.#start, module: this.#module, level: SELF, isNew: false });
    if (!('owner' in this.#start)) this.#addKey(this.#start, this.#module, SELF);
    for (const { node, module } of this.#sources.made) this.#addMade(node, module);
    for (let value = this.#queue.pop(); value; value = this.#queue.pop()) {
      if (this.#steps++ > LIMIT) this.lose(HOLDER);
      if (this.fate.changed.isAll || this.fate.lost.isAll || this.isDeep) break;
      this.#follow(value);
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
    if (ts.isSourceFile(home)) this.#addKey(binding, module, level);
  }

  /** What is exported, wherever it is imported. */
  #addKey(key: Key, module: PackageModule, level: number): void {
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
    if (ts.isNewExpression(node)) this.#handed.construct(node, module);
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
  #kinOf(level: number): number {
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

  // ----------------------------------------------------------------------------------------------- following

  #follow(value: Value): void {
    const { node } = value;
    const { parent } = node;
    if (ts.isAwaitExpression(parent)) this.add({ ...value, node: parent, level: this.#kinOf(value.level) });
    else if (isHandedUp(parent, node)) this.add({ ...value, node: parent });
    else if (isAccess(parent)) this.#followAccess(value, parent);
    else if (this.#isByNameOnly) this.#followName(value);
    else if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) this.#handed.follow(value, parent);
    else if (ts.isBinaryExpression(parent)) this.#followBinary(value, parent);
    else if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) {
      if (parent.initializer === node) this.addPattern(parent.name, value, value.level);
    } else if (isItem(parent, node)) this.#followItem(value, parent);
    else if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === node))
      this.#followReturn(value);
    else if (ts.isForOfStatement(parent) && parent.expression === node) this.#followLoop(value, parent);
    else if (ts.isPropertyDeclaration(parent)) this.#followField(value, parent);
    else if (ts.isExpressionWithTypeArguments(parent)) this.#followBase(value, parent);
    else if (ts.isExportAssignment(parent)) this.#addKey(node, value.module, value.level);
    else if (ts.isYieldExpression(parent) || ts.isThrowStatement(parent)) this.lose(value.level);
    else if (ts.isTemplateSpan(parent)) this.#followText(value, parent);
  }

  /** `const other = value` */
  #followName(value: Value): void {
    const { parent } = value.node;
    const isNamed = ts.isVariableDeclaration(parent) && parent.initializer === value.node;
    if (isNamed) this.addPattern(parent.name, value, value.level);
  }

  #followAccess(value: Value, access: ts.PropertyAccessExpression | ts.ElementAccessExpression): void {
    if (access.expression !== value.node) return;
    const target = targetAround(access);
    const name = accessedName(access);
    for (const accessor of this.#accessorsOf(name, value.module))
      this.addThis(accessor.node, accessor.module, value.level, false);
    if (target) {
      if (!(ts.isBinaryExpression(target) && isRewound(target))) this.change(value, target, givenBy(target), name);
      if (!ts.isBinaryExpression(target) || !isLogicalAssignment(target)) return;
      return this.add({ ...value, node: target, level: this.partOf(value.level, name) });
    }
    const call = callOf(access);
    if (call && this.#isByNameOnly) return;
    if (call) return this.#handed.followMethod(value, access, call);
    const isKin = name !== undefined && KIN.test(name);
    const level = isKin ? this.#kinOf(value.level) : name === 'length' ? 0 : this.partOf(value.level, name);
    this.add({ ...value, node: access, level });
  }

  #accessorsOf(name: string | undefined, module: PackageModule): Found[] {
    if (name === undefined) return [];
    return this.around.graph.properties(name, module).filter(({ node }) => ts.isAccessor(node));
  }

  #followBinary(value: Value, parent: ts.BinaryExpression): void {
    if (isConverting(parent)) return this.#handed.callUnnamed(value, ['toString', 'valueOf']);
    if (isChoice(parent)) return this.add({ ...value, node: parent });
    if (!isAssignment(parent.operatorToken.kind) || parent.right !== value.node) return;
    this.add({ ...value, node: parent });
    this.#assign(skipParens(parent.left), value);
  }

  #assign(target: ts.Expression, value: Value): void {
    const { module, level, isNew } = value;
    if (ts.isIdentifier(target)) {
      const binding = module.bindingOf(target);
      return binding ? this.addBinding(binding, level, isNew) : this.lose(level);
    }
    if (isAccess(target)) return this.store(target, value);
    this.lose(this.partOf(level));
  }

  /** `target.name = <value>` */
  store(target: ts.PropertyAccessExpression | ts.ElementAccessExpression, value: Value): void {
    const { module, level } = value;
    const text = target.expression.getText(module.source);
    for (const setter of this.#accessorsOf(accessedName(target), module)) this.#handed.giveTo(setter, value, 0);
    if (isExportsTarget(target, module.source)) return this.#addKey(value.node, module, level);
    const name = accessedName(target);
    const isByName = /(^this|\.prototype|^(globalThis|global|root|self|window|context))$/.test(text);
    if (!isByName) return this.storeIn(target.expression, value);
    if (name === undefined) return this.lose(level);
    this.#addField(name, value);
  }

  /** Whoever has an instance, or what everybody has, finds it by the name. */
  #addField(name: string, value: Value): void {
    const { module, level } = value;
    const { shares, reach } = this.around;
    for (const { node, module: at } of shares.accesses(name, module)) this.#addRead(node, at, level);
    for (const { node, module: at } of shares.elements(name, module)) {
      this.addPattern(node.name, { ...value, module: at, isNew: false }, level);
    }
    if (reach.isKnownOutside(name, module)) this.show(level);
  }

  #addRead(node: ts.Expression, module: PackageModule, level: number): void {
    if (!isWritten(node)) this.add({ node, module, level, isNew: false });
  }

  /** Becomes a part of what an expression stands for. */
  storeIn(holder: ts.Expression, { module, level }: Value): void {
    const sources = new SourceTracer(this.around, true).trace([{ node: holder, module }]);
    if (sources.isUnknown) return this.lose(level);
    for (const binding of sources.bindings) this.addBinding(binding, HOLDER, false);
    for (const made of sources.made) {
      if (ts.isExpression(made.node)) this.add({ node: made.node, module: made.module, level: HOLDER, isNew: false });
    }
  }

  addPattern(name: ts.BindingName, value: Value, level: number): void {
    if (ts.isIdentifier(name)) {
      const binding = value.module.bindingOf(name);
      if (binding) this.addBinding(binding, level, value.isNew);
      return;
    }
    if (ts.isArrayBindingPattern(name)) this.#handed.callUnnamed({ ...value, level }, ITERATORS);
    for (const element of name.elements) {
      if (!ts.isBindingElement(element)) continue;
      const part = element.dotDotDotToken ? this.copyOf(level) : this.partOf(level, nameOfElement(element));
      this.addPattern(element.name, value, part);
    }
  }

  #followItem(value: Value, item: ts.Node): void {
    const isSpread = ts.isSpreadElement(item) || ts.isSpreadAssignment(item);
    if (ts.isSpreadElement(item)) this.#handed.callUnnamed(value, ITERATORS);
    if (ts.isSpreadElement(item) && (ts.isCallExpression(item.parent) || ts.isNewExpression(item.parent))) {
      return this.#handed.followSpread(value, item, item.parent);
    }
    const literal = ts.isArrayLiteralExpression(item) ? item : item.parent;
    const level = isSpread ? this.copyOf(value.level) : HOLDER;
    if (ts.isExpression(literal)) this.add({ ...value, node: literal, level, isNew: false });
    if (!isSpread) this.#addKey(value.node, value.module, value.level);
  }

  #followText(value: Value, span: ts.TemplateSpan): void {
    if (ts.isTaggedTemplateExpression(span.parent.parent)) this.lose(value.level);
    else this.#handed.callUnnamed(value, ['toString', 'valueOf']);
  }

  #followLoop(value: Value, loop: ts.ForOfStatement): void {
    const level = this.partOf(value.level);
    this.#handed.callUnnamed(value, ITERATORS);
    const { initializer } = loop;
    if (!ts.isVariableDeclarationList(initializer)) return this.#assign(skipParens(initializer), { ...value, level });
    for (const { name } of initializer.declarations) this.addPattern(name, value, level);
  }

  /** `class { static field = value; field = value; }` */
  #followField(value: Value, field: ts.PropertyDeclaration): void {
    if (field.initializer !== value.node) return;
    const name = propertyName(field.name);
    if (name === undefined) return this.lose(value.level);
    this.#addField(name, value);
  }

  /** `class Sub extends Base`: what is static is found at both. */
  #followBase(value: Value, type: ts.ExpressionWithTypeArguments): void {
    const cls = type.parent.parent;
    if (!ts.isClassLike(cls)) return;
    const binding = cls.name && value.module.bindingOf(cls.name);
    if (binding) this.addBinding(binding, value.level, false);
    if (ts.isClassExpression(cls)) this.add({ ...value, node: cls });
  }

  // ------------------------------------------------------------------------------------------------ returning

  #followReturn(value: Value): void {
    const fn = ts.isArrowFunction(value.node.parent) ? value.node.parent : functionAround(value.node);
    if (!isFunction(fn) || ts.isConstructorDeclaration(fn)) return;
    if (fn.asteriskToken) return this.lose(value.level);
    this.returnTo(fn, value);
  }

  /** Wherever the function is called; what it has made itself is only found at the call for which it is looked at. */
  returnTo(fn: ts.Node, { module, level, isNew }: Value): void {
    const { calls, reach } = this.around;
    const only = isNew ? this.#sources.through.get(fn) : undefined;
    const found = calls.callsOf(fn, module);
    for (const { node, module: at } of only ?? found.calls) {
      const isInMaker = isNew && this.#sources.through.has(homeOf(node));
      const held = isSuspended(fn) ? level | HOLDER : level;
      if (ts.isExpression(node)) this.add({ node, module: at, level: held, isNew: isInMaker });
    }
    if (only) return;
    if (!found.isKnown) this.lose(level);
    if ([...found.names].some((name) => reach.isKnownOutside(name, module))) this.show(level);
  }

  /** `value[key](…)`: any function that it is made with. */
  callMember({ level }: Value): void {
    const literals = this.#sources.made.filter(({ node }) => ts.isObjectLiteralExpression(node));
    if (literals.length < this.#sources.made.length || literals.length === 0) this.lose(level);
    for (const { node, module } of literals) {
      ts.forEachChild(node, (item) => {
        const fn = ts.isPropertyAssignment(item) ? item.initializer : item;
        if (isFunction(fn)) this.addThis(fn, module, level, false);
      });
    }
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
