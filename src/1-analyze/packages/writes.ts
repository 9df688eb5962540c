/** What may change between two calls into a package: variables of its files that are set again, and what they hold. */

import ts from 'typescript';
import { accessedName, isWithin } from '../names/syntax.ts';
import { isContentChange } from './assignments.ts';
import { CallFinder } from './call-sites.ts';
import { CallResolver, isBuiltinPath } from './calls.ts';
import { type Fate, followContents, type Surroundings } from './contents.ts';
import { isFrozen, isOfFunction } from './flat.ts';
import type { PackageGraph } from './graph.ts';
import { homeOf, runsAtLoading } from './loading.ts';
import type { Binding, PackageModule } from './module.ts';
import { isRemembering } from './patterns.ts';
import { findPolyfill } from './polyfills.ts';
import { isConstant, isPrimitive } from './primitives.ts';
import type { PackageReach } from './reach.ts';
import { type Access, type Home, type Key, PackageShares } from './shares.ts';
import { NO_SOURCES, type Sources, SourceTracer } from './sources.ts';
import { isAccess } from './syntax.ts';

/** Every function has them. */
const OF_FUNCTIONS = /^(name|length|prototype|call|apply|bind|toString)$/;

/** What is looked at: the property of an object, if it is only that, and the name that is written. */
interface Read {
  part?: string | undefined;
  name?: string;
}

export class PackageWrites {
  readonly #around: Surroundings;
  readonly #fates = new Map<Key, Fate>();
  readonly #fatesByName = new Map<Key, Fate>();
  readonly #sources = new Map<Key, Sources>();
  #collecting = 0;

  constructor(graph: PackageGraph, reach: PackageReach) {
    const shares = new PackageShares(graph);
    const resolver = new CallResolver(graph);
    this.#around = { graph, reach, shares, resolver, calls: new CallFinder(shares) };
  }

  /** While it is being found out what changes nothing can be said to be only read. */
  get isCollecting(): boolean {
    return this.#collecting > 0;
  }

  /**
   * True if a call may find another value behind a name, or other contents, than the one before. While that is being found out
   * nothing is said to change but what is written where it is declared.
   */
  isMutable(use: ts.Identifier, binding: Binding): boolean {
    if (this.isCollecting) return false;
    return this.#collect(() => {
      if (isBuiltinPath(this.#around.resolver.pathOf(use, binding.module))) return false;
      const target = this.#around.shares.targetOf(binding);
      const homes: Home[] = target
        ? this.#around.shares.homesOf(use, binding)
        : [{ key: binding, module: binding.module }];
      const isMember = target?.kind === 'namespace';
      const read = this.#readAt(isMember && isAccess(use.parent) ? use.parent : use, binding.module);
      const isRead = !isOnlyUsed(use);
      return homes.some((home) => this.#isSetAgain(home) || this.#isChangedIn(home, read, isRead));
    });
  }

  /** The same for `exports.name` in the file that has put something there. */
  isExportMutable(access: Access, module: PackageModule): boolean {
    const name = accessedName(access);
    if (this.isCollecting || name === undefined) return false;
    return this.#collect(() => {
      const read = this.#readAt(access, module);
      const homes = this.#around.shares.homesOfExport(module, name);
      return homes.some((home) => this.#isSetAgain(home) || this.#isChangedIn(home, read, !isOnlyUsed(access)));
    });
  }

  #collect(find: () => boolean): boolean {
    this.#collecting += 1;
    try {
      return find();
    } finally {
      this.#collecting -= 1;
    }
  }

  // -------------------------------------------------------------------------------------------------- names

  #isSetAgain({ key, module }: Home): boolean {
    if (!('owner' in key)) return isReplaced(key, module.replacedExports, module.exports);
    const home = homeOf(key.owner, true);
    const replacing = key.values.filter((value) => findPolyfill(value) !== undefined);
    const isReplacing = (node: ts.Node) => replacing.some((value) => isWithin(node, value));
    const isLater = (node: ts.Node) => !runsAtLoading(node, home, module) && this.#around.reach.mayRun(node, module);
    const isSet = key.writes.some((node) => !isContentChange(node) && isLater(node) && !isReplacing(node));
    return isSet || isRemembering(key) || isReplaced(key, module.replacedExports, module.exports);
  }

  // ----------------------------------------------------------------------------------------------- contents

  #isChangedIn(home: Home, read: Read, isRead: boolean): boolean {
    if (!isRead && !this.#isOnlyCalled(home, {})) return false;
    const { bindings, homes, isUnknown } = this.#isOnlyCalled(home, read) ? NO_SOURCES : this.#sourcesOf(home);
    if (isUnknown || this.#isTold(home, read)) return true;
    const others = [...homes, ...[...bindings].map((one) => ({ key: one, module: one.module }))];
    return others.some((one) => this.#isTold(one, { ...read, part: undefined }));
  }

  #isTold(home: Home, read: Read): boolean {
    const { key, module } = home;
    if ('owner' in key ? isConstant(key) || isFrozen(key) : isPrimitive(key)) return false;
    const isGiven = 'owner' in key && key.parameter !== undefined;
    if (isGiven || this.#isOnlyCalled(home, read)) return this.#fateByName(home).changed.has(undefined);
    const { changed, lost, isShown } = this.#fateOf(home);
    if (changed.has(read.part) || lost.has(read.part)) return true;
    return isShown && (read.name === undefined || this.#around.reach.isKnownOutside(read.name, module));
  }

  #isOnlyCalled({ key, module }: Home, { part }: Read): boolean {
    const { resolver } = this.#around;
    const isBuiltin = (node: ts.Expression, at: PackageModule) => isBuiltinPath(resolver.pathOf(node, at));
    return isOfFunction(key, module, isBuiltin) && !this.#isData(part, module);
  }

  /** A property of a function that is no function itself. */
  #isData(name: string | undefined, module: PackageModule): boolean {
    if (name === undefined || OF_FUNCTIONS.test(name)) return false;
    const { graph } = this.#around;
    return graph.properties(name, module).some((value) => graph.functions.of(value).length === 0);
  }

  /** Methods and accessors look at anything in the object; to change them one has to name them. */
  #readAt(use: ts.Expression, module: PackageModule): Read {
    const { parent } = use;
    const name = isAccess(parent) && parent.expression === use ? accessedName(parent) : undefined;
    if (name === undefined) return {};
    const { graph } = this.#around;
    const isCalled = ts.isCallExpression(parent.parent) && parent.parent.expression === parent;
    if (isCalled) return graph.functions.of({ node: parent, module }).length > 0 ? { name } : {};
    return graph.properties(name, module).some(({ node }) => ts.isAccessor(node)) ? { name } : { name, part: name };
  }

  #fateOf(home: Home): Fate {
    const known = this.#fates.get(home.key) ?? followContents(this.#around, home, this.#sourcesOf(home), false);
    this.#fates.set(home.key, known);
    return known;
  }

  /** Of a function: what it has besides is changed by its names, if at all. */
  #fateByName(home: Home): Fate {
    const known = this.#fatesByName.get(home.key) ?? followContents(this.#around, home, NO_SOURCES, true);
    this.#fatesByName.set(home.key, known);
    return known;
  }

  #sourcesOf({ key, module }: Home): Sources {
    const tracer = new SourceTracer(this.#around);
    const known =
      this.#sources.get(key) ?? ('owner' in key ? tracer.traceBinding(key) : tracer.trace([{ node: key, module }]));
    this.#sources.set(key, known);
    return known;
  }
}

/** Called, compared, asked for its type: what it holds does not matter, unless that belongs to a function. */
function isOnlyUsed(use: ts.Expression): boolean {
  const { parent } = use;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression === use;
  if (ts.isTypeOfExpression(parent)) return true;
  if (isAccess(parent)) return parent.expression === use && /^(call|apply|bind)$/.test(accessedName(parent) ?? '');
  if (!ts.isBinaryExpression(parent)) return ts.isPrefixUnaryExpression(parent) || ts.isIfStatement(parent);
  const { kind } = parent.operatorToken;
  return kind >= ts.SyntaxKind.EqualsEqualsToken && kind <= ts.SyntaxKind.ExclamationEqualsEqualsToken;
}

/** `exports.name = …` in a function. */
function isReplaced(key: Key, changed: ReadonlySet<string>, exports: ReadonlyMap<string, ts.Node[]>): boolean {
  if (changed.size === 0) return false;
  const isOf = (node: ts.Node) => node === key || ('owner' in key && key.uses.some((use) => use === node));
  return [...changed].some((name) => exports.get(name)?.some(isOf));
}
