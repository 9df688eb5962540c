/** What functions of packages do when they are called: a fix point over everything they may call. */

import ts from 'typescript';
import type { EffectKind } from '../../types.ts';
import { isWithin } from '../names/syntax.ts';
import type { ApiFacts } from '../outside/api-facts.ts';
import { type AnyCall, type ApiPath, apiOfPath, CallResolver, isBuiltinPath } from './calls.ts';
import type { Found, PackageGraph } from './graph.ts';
import type { Binding } from './module.ts';
import { exportAround, findVariable, isCapturedParameter, isForeignGlobal, isMentionOnly } from './name-uses.ts';
import { Tracer } from './origin.ts';
import { FRESH, GIVEN, join, OUTER, OUTSIDE, type Provenance, type Summary, substitute } from './provenance.ts';
import { collectSites, type Sites } from './sites.ts';
import { isSharedField, loadingEffects } from './state.ts';
import { isAccess, isCalledUnnamed, isGlobalObject, returnsOf, skipParens } from './syntax.ts';

/** Of the environment by itself: any variable of it. */
export type PackageEffect = EffectKind | `process.env.${string}`;

/** One function that can be entered from outside of it, with all that is written inside. */
export interface Unit extends Summary {
  found: Found;
  sites: Sites;
  tracer: Tracer;
  effects: Set<PackageEffect>;
  /** What of its receiver and arguments it calls, or calls methods of. */
  called: number;
  /** Some of that after it has returned. */
  callsLater: boolean;
  /** Why a call can tell whether there was another one before. */
  state?: { reason: string; at: Found; isUnknown?: true };
}

/** Of what one call leads to, apart from what is solved already. */
const LIMITS = { units: 900, passes: 12 };
/** The result of a cached function stays in the cache. */
const KEPT: Summary = { returns: OUTSIDE, changes: 0 };
const ANYTHING: Provenance = { self: GIVEN, parts: GIVEN };

export class EffectSolver {
  readonly #resolver: CallResolver;
  readonly #units = new Map<ts.Node, Unit>();
  readonly #loading = new Map<Binding, Set<EffectKind>>();
  /** Solved, with everything they lead to. */
  readonly #solved = new Set<Unit>();
  #grew = false;

  constructor(graph: PackageGraph) {
    this.#resolver = new CallResolver(graph);
  }

  /** The units of the seeds, with everything they lead to solved. */
  solve(seeds: readonly Found[]): Unit[] {
    const result = seeds.map((seed) => this.#enter(seed));
    for (let pass = 0; pass < LIMITS.passes; pass++) {
      this.#grew = false;
      for (const unit of this.#units.values()) if (!this.#solved.has(unit)) this.#pass(unit);
      if (this.#units.size - this.#solved.size > LIMITS.units)
        return this.#giveUp(result, 'calls too much to be understood');
      if (!this.#grew) break;
    }
    if (this.#grew) return this.#giveUp(result, 'is too entangled to be understood');
    for (const unit of this.#units.values()) this.#solved.add(unit);
    return result;
  }

  /** What is half solved is forgotten: other calls may lead to a part of it that is small enough. */
  #giveUp(units: readonly Unit[], why: string): Unit[] {
    for (const unit of units) this.#setUnknown(unit, why, unit.found.node);
    for (const [node, unit] of this.#units) if (!this.#solved.has(unit)) this.#units.delete(node);
    return [...units];
  }

  #pass(unit: Unit): void {
    unit.tracer.startPass();
    this.#walk(unit);
    if (unit.tracer.grew) this.#grew = true;
  }

  #enter(found: Found): Unit {
    const known = this.#units.get(found.node);
    if (known) return known;
    const { module } = found;
    const tracer = new Tracer(found.node, module, {
      apiOf: (call) => this.#resolver.apiOf(call, module),
      isShared: (access) => isSharedField(access, module),
      isBareFunction: (name) => this.#resolver.graph.bare.isBare(name, module),
      summariesOf: (call) =>
        this.#resolver.cachedOf(call, module)
          ? [KEPT]
          : this.#targets(found.node, call, found).map((target) => this.#enter(target)),
    });
    const unit: Unit = {
      found,
      sites: collectSites(found.node, (condition) => this.#resolver.isThere(condition, module)),
      tracer,
      returns: FRESH,
      changes: 0,
      effects: new Set(),
      called: 0,
      callsLater: false,
    };
    this.#units.set(found.node, unit);
    this.#grew = true;
    return unit;
  }

  /** What is written inside the unit runs as part of it. */
  #targets(unit: ts.Node, call: AnyCall, { module }: Found): Found[] {
    return this.#resolver.targetsOf(call, module).filter(({ node }) => !isWithin(node, unit));
  }

  // --------------------------------------------------------------------------------------------- one function

  #walk(unit: Unit): void {
    const { tracer, sites } = unit;
    for (const name of sites.assigned) this.#walkAssignment(unit, name);
    for (const object of sites.changed) this.#walkChange(unit, object);
    for (const call of sites.calls) this.#walkCall(unit, call);
    for (const name of sites.names) this.#walkName(unit, name);
    for (const chain of sites.chains) this.#walkChain(unit, chain);
    if (ts.isClassLike(unit.found.node)) this.#walkUnnamed(unit, unit.found.node);
    for (const { node, why } of sites.opaque) this.#setUnknown(unit, `uses ${why}, which is not understood`, node);
    const returns = join([unit.returns, ...returnsOf(unit.found.node).map((value) => tracer.trace(value))]);
    if (returns.self !== unit.returns.self || returns.parts !== unit.returns.parts) {
      unit.returns = returns;
      this.#grew = true;
    }
  }

  /** Whoever has an object may run them without a call that shows it: reading `money.text` is enough. */
  #walkUnnamed(unit: Unit, cls: ts.ClassLikeDeclaration): void {
    const { module } = unit.found;
    const base = cls.heritageClauses?.[0]?.types[0]?.expression;
    const bases = base ? this.#resolver.graph.functions.of({ node: base, module }) : [];
    const members = cls.members.filter(isCalledUnnamed).map((node) => ({ node, module }));
    for (const found of [...members, ...bases]) this.#addAll(unit, this.#enter(found));
  }

  #walkAssignment(unit: Unit, name: ts.Identifier): void {
    const binding = unit.found.module.bindingOf(name);
    if (!binding) this.#addEffect(unit, 'global');
    else if (!unit.tracer.isLocal(binding)) this.#setState(unit, `sets ${name.text}`, name);
  }

  #walkChange(unit: Unit, object: ts.Expression): void {
    const path = this.#resolver.pathOf(object, unit.found.module);
    if (path) this.#addEffect(unit, path.names[0] === 'process' ? 'process' : 'global');
    else this.#addChanges(unit, unit.tracer.trace(object).self, object);
  }

  #walkCall(unit: Unit, call: AnyCall): void {
    const { module } = unit.found;
    const callee = skipParens(call.expression);
    const cached = this.#resolver.cachedOf(call, module);
    if (cached) return this.#addCached(unit, this.#enter(cached), call);
    const targets = this.#resolver.targetsOf(call, module);
    for (const target of this.#targets(unit.found.node, call, unit.found))
      this.#addCallee(unit, this.#enter(target), call);
    const api = this.#resolver.apiOf(call, module);
    if (api) this.#addApi(unit, api, call);
    if (api || targets.length > 0 || callee.kind === ts.SyntaxKind.SuperKeyword) return;
    if (this.#resolver.pathOf(callee, module)) return this.#setUnknown(unit, callOf(callee), call);
    const { self } = unit.tracer.trace(callee);
    const isOwn = ts.isPropertyAccessExpression(callee) && /^(call|apply|bind)$/.test(callee.name.text);
    const from = isOwn ? unit.tracer.trace(callee.expression).self : self;
    if (from & GIVEN) this.#callBack(unit, from, false);
    else if (from & OUTER && !isCapturedParameter(callee, module)) this.#setUnknown(unit, callOf(callee), call);
  }

  #addCallee(unit: Unit, callee: Unit, call: AnyCall): void {
    const { receiver, values } = unit.tracer.actualCall(call);
    const isNew = ts.isNewExpression(call);
    const target = isNew
      ? FRESH
      : call.expression.kind === ts.SyntaxKind.SuperKeyword
        ? unit.tracer.trace(call.expression)
        : receiver;
    this.#addChanges(unit, substitute(callee.changes, target, values), call);
    this.#callBack(unit, substitute(callee.called, target, values), callee.callsLater);
    this.#addAll(unit, callee);
  }

  /** What was computed before is still right if the function only computes and its argument is a primitive, or new each time. */
  #addCached(unit: Unit, callee: Unit, call: AnyCall): void {
    this.#addAll(unit, callee);
    const [argument] = unit.tracer.actualCall(call).values;
    const isSame =
      (argument?.self ?? 0) === 0 && callee.effects.size === 0 && callee.changes === 0 && callee.called === 0;
    if (!isSame) this.#setState(unit, `may take an older result of ${textOf(call.expression)}`, call);
  }

  #addAll(unit: Unit, callee: Unit): void {
    for (const kind of callee.effects) this.#addEffect(unit, kind);
    if (callee.state && !unit.state) {
      unit.state = callee.state;
      this.#grew = true;
    }
  }

  #addApi(unit: Unit, api: ApiFacts, call: AnyCall): void {
    for (const { kind } of api.effects) if (kind !== 'callback') this.#addEffect(unit, kind);
    const { receiver, values } = unit.tracer.actualCall(call);
    if (api.changesReceiver) this.#addChanges(unit, receiver.self, call);
    for (const index of api.changes) this.#addChanges(unit, values[index]?.self ?? 0, call);
    const given = join(values);
    if (api.callsBack !== 'never') this.#callBack(unit, given.self, api.callsBack === 'later');
    if (!api.known) this.#setUnknown(unit, callOf(call.expression), call);
  }

  /** A name of something that outlives the call: a function that may be called, or data. */
  #walkName(unit: Unit, name: ts.Identifier): void {
    const { module } = unit.found;
    const binding = module.bindingOf(name);
    if (!binding) return this.#walkUndeclared(unit, name);
    if (unit.tracer.isLocal(binding)) return;
    if (isAccess(name.parent) && this.#resolver.pathOf(name.parent, module)) return;
    if (this.#resolver.graph.writes.isMutable(name, binding))
      this.#setState(unit, `reads ${name.text}, which can change`, name);
    if (isMentionOnly(name)) {
      const functions = this.#resolver.graph.functions.of({ node: name, module });
      for (const found of functions)
        if (!isWithin(found.node, unit.found.node)) this.#addMention(unit, this.#enter(found), name);
    }
    for (const kind of this.#loadingOf(binding)) {
      if (kind === 'zone') this.#setState(unit, `reads ${name.text}, which was made in the time zone of then`, name);
      else this.#addEffect(unit, kind);
    }
  }

  /** What the file itself exports, and what anybody may have put where everybody finds it. */
  #walkUndeclared(unit: Unit, name: ts.Identifier): void {
    const { module } = unit.found;
    const own = exportAround(name, module);
    if (own && this.#resolver.graph.writes.isExportMutable(own, module))
      this.#setState(unit, `reads ${textOf(own)}, which can change`, name);
    const { parent } = name;
    if (isForeignGlobal(name)) this.#setState(unit, `reads ${name.text}, which can change`, name);
    if (!isGlobalObject(name) || !isAccess(parent) || parent.expression !== name) return;
    if (!isBuiltinPath(this.#resolver.pathOf(parent, module)))
      this.#setState(unit, `reads ${textOf(parent)}, which can change`, name);
  }

  /** `each(list, f)`: `f` gets what the call is given; elsewhere anything. */
  #addMention(unit: Unit, callee: Unit, name: ts.Identifier): void {
    const { parent } = name;
    const isArgument = (ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression !== name;
    const given = isArgument ? unit.tracer.givenToCallback(parent) : ANYTHING;
    const values = Array(9).fill(given);
    const changes = substitute(callee.changes, given, values);
    this.#callBack(unit, substitute(callee.called, given, values), callee.callsLater);
    this.#addChanges(unit, changes, name);
    this.#addAll(unit, callee);
  }

  /** `process.env.X`, `process.env[name]`, or `Math.random` handed on. */
  #walkChain(unit: Unit, chain: ts.Expression): void {
    const path = this.#findPath(unit, chain);
    if (!path || path.names.length + (path.from === 'global' ? 0 : 1) < 2) return;
    const variable = findVariable(path);
    if (variable) return this.#addEffect(unit, variable);
    for (const { kind } of apiOfPath(path)?.effects ?? []) if (kind !== 'callback') this.#addEffect(unit, kind);
  }

  /** `process.env.*` of `process.env[name].length` */
  #findPath(unit: Unit, chain: ts.Expression): ApiPath | undefined {
    const path = this.#resolver.pathOf(chain, unit.found.module);
    if (path || !isAccess(chain)) return path;
    const inner = this.#findPath(unit, chain.expression);
    return inner && { from: inner.from, names: [...inner.names, '*'] };
  }

  /** What was computed when the package was loaded may depend on where that was. */
  #loadingOf(binding: Binding): Set<EffectKind> {
    const known = this.#loading.get(binding) ?? loadingEffects(binding, this.#resolver);
    this.#loading.set(binding, known);
    return known;
  }

  // ------------------------------------------------------------------------------------------------- growing

  #addChanges(unit: Unit, mask: number, node: ts.Node): void {
    if (mask & OUTER) this.#setState(unit, `changes ${textOf(node)}, which outlives the call`, node);
    const changes = unit.changes | (mask & ~OUTER);
    if (changes === unit.changes) return;
    unit.changes = changes;
    this.#grew = true;
  }

  #addEffect(unit: Unit, kind: PackageEffect): void {
    if (unit.effects.has(kind)) return;
    unit.effects.add(kind);
    this.#grew = true;
  }

  /** Only what comes from the caller counts: other functions are found by their names. */
  #callBack(unit: Unit, mask: number, isLater: boolean): void {
    const called = unit.called | (mask & GIVEN);
    const callsLater = unit.callsLater || (isLater && (mask & GIVEN) !== 0);
    if (called === unit.called && callsLater === unit.callsLater) return;
    unit.called = called;
    unit.callsLater = callsLater;
    this.#grew = true;
  }

  #setState(unit: Unit, reason: string, node: ts.Node): void {
    if (unit.state) return;
    unit.state = { reason, at: { node, module: unit.found.module } };
    this.#grew = true;
  }

  #setUnknown(unit: Unit, reason: string, node: ts.Node): void {
    this.#setState(unit, reason, node);
    if (unit.state?.reason === reason) unit.state.isUnknown = true;
  }
}

function callOf(callee: ts.Expression): string {
  return `calls ${textOf(callee)}, which is not understood`;
}

function textOf(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, ' ');
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
