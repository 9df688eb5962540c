/** What a call into an npm package may do, from reading the package's own JavaScript. */

import type { Place } from '../../types.ts';
import type { ApiFacts } from '../outside/api-facts.ts';
import { placeIn, posixRelative } from '../program/files.ts';
import { findPackageClass, type PackageClass } from './classes.ts';
import { EffectSolver, type PackageEffect, type Unit } from './effects.ts';
import { type Found, PackageGraph, packageFolder } from './graph.ts';
import type { PackageModule } from './module.ts';
import { argumentBit, argumentPartBit, OUTER, RECEIVER, RECEIVER_PART } from './provenance.ts';
import type { Callers } from './reach.ts';

export interface PackageFacts {
  /** It keeps something between calls, reads what others of its calls may have changed, or is not understood. */
  state: boolean;
  effects: PackageEffect[];
  /** Calls functions or methods of what it is given. */
  callsBack: 'never' | 'now' | 'later';
  /** Arguments it may change, or something they hold. */
  changes: number[];
  changesReceiver: boolean;
  /** May return an object that the package keeps, so that changing it is seen by later calls. */
  returnsOwn: boolean;
  /** Why `state` is true, and where: `uuid/dist/v4.js`. */
  reason?: string;
  place?: Place;
  /** Nothing else is known of it, either. */
  isUnknown?: true;
}

export interface Packages {
  /**
   * What calling `exportName` (undefined: the module itself), or the member at `memberPath` of it, may do. `resolvedFile` is
   * the JavaScript that the import leads to at run time.
   */
  packageEffects(resolvedFile: string, exportName: string | undefined, memberPath: readonly string[]): PackageFacts;
  /** What is known of the class that `from` imports with this specifier by this name. */
  classOf(specifier: string, from: string, name: string): PackageClass;
  /** The JavaScript that an import leads to at run time. `from` is a path of an importing file. */
  resolvePackage(specifier: string, from: string): string | undefined;
}

/**
 * Files that have been read are kept. `entries` are the files of packages that the program imports: what any of them leads
 * to may change what others read.
 */
export function createPackages(entries: readonly string[] = [], callers?: Callers): Packages {
  const graph = new PackageGraph(callers);
  for (const entry of entries) graph.addEntry(entry);
  const solver = new EffectSolver(graph);
  const known = new Map<string, PackageFacts>();
  return {
    resolvePackage: (specifier, from) => graph.resolve(specifier, from),
    classOf: (specifier, from, name) => findClass(graph, solver, graph.resolve(specifier, from), name),
    packageEffects(resolvedFile, exportName, memberPath) {
      const path = [...(exportName === undefined ? [] : [exportName]), ...memberPath];
      const key = [resolvedFile, ...path].join('\0');
      graph.addEntry(resolvedFile);
      const facts = known.get(key) ?? keepOwnObject(findFacts(graph, solver, resolvedFile, path), exportName);
      known.set(key, facts);
      return facts;
    },
  };
}

function findClass(graph: PackageGraph, solver: EffectSolver, file: string | undefined, name: string): PackageClass {
  if (file === undefined) return { kind: 'other', why: 'it cannot be found' };
  try {
    return findPackageClass(graph, solver, file, name);
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'other', why: 'its code is nested too deep' };
    throw error;
  }
}

function findFacts(graph: PackageGraph, solver: EffectSolver, file: string, path: readonly string[]): PackageFacts {
  try {
    const seeds = findSeeds(graph, file, path);
    if (seeds.length === 0) return notUnderstood(`${whyNoCode(graph, file)}${hintAt(graph, file)}`);
    return describeUnits(solver.solve(seeds));
  } catch (error) {
    if (error instanceof RangeError) return notUnderstood('has code that is nested too deep');
    throw error;
  }
}

function whyNoCode(graph: PackageGraph, file: string): string {
  const module = graph.read(file);
  return module && !graph.isWhole(module) ? 'is in a package with too much code' : NO_CODE;
}

const NO_CODE = 'has no code that can be found';

/** Of native code nobody but the user can tell what it does. */
function hintAt(graph: PackageGraph, file: string): string {
  const isNative = /\.node['"`]/.test(graph.read(file)?.source.text ?? '');
  return isNative ? ', which is native: if it only computes, name its package in the setting native' : '';
}

/** The worst case. */
function notUnderstood(reason: string): PackageFacts {
  return {
    state: true,
    effects: [],
    callsBack: 'later',
    changes: [],
    changesReceiver: true,
    returnsOwn: true,
    reason,
    isUnknown: true,
  };
}

/** What is called on an export changes the export itself: an object of the package. */
function keepOwnObject(facts: PackageFacts, exportName: string | undefined): PackageFacts {
  if (exportName === undefined || !facts.changesReceiver || facts.state) return facts;
  return { ...facts, state: true, reason: `changes ${exportName}, which belongs to the package` };
}

/** The functions an import's member may be. */
function findSeeds(graph: PackageGraph, file: string, path: readonly string[]): Found[] {
  const module = graph.read(file);
  const names = path.filter((name) => name !== 'default' && name !== '*' && name !== 'prototype');
  return module ? findMember(graph, module, names) : [];
}

function findMember(graph: PackageGraph, module: PackageModule, names: readonly string[]): Found[] {
  const [first, ...rest] = names;
  const last = names.at(-1);
  if (first === undefined || last === undefined) return graph.functions.ofImport(graph.exported(module, 'default'));
  const target = graph.exported(module, first);
  if (target.kind === 'namespace' && rest.length > 0) return findMember(graph, target.module, rest);
  const exported = graph.functions.ofImport(target);
  if (rest.length === 0 && exported.length > 0) return exported;
  for (const at of [exported[0]?.module ?? module, module]) {
    if (!graph.isWhole(at)) continue;
    const found = graph.properties(last, at).flatMap((property) => graph.functions.of(property));
    if (found.length > 0) return [...new Map(found.map((one) => [one.node, one])).values()];
  }
  return [];
}

function describeUnits(units: readonly Unit[]): PackageFacts {
  const changes = units.reduce((mask, unit) => mask | unit.changes, 0);
  const state = units.find((unit) => unit.state)?.state;
  const callers = units.filter((unit) => unit.called !== 0);
  return {
    state: state !== undefined,
    effects: [...new Set(units.flatMap((unit) => [...unit.effects]))].sort(),
    callsBack: callers.some((unit) => unit.callsLater) ? 'later' : callers.length > 0 ? 'now' : 'never',
    changes: [0, 1, 2, 3, 4, 5, 6, 7, 8].filter((index) => changes & (argumentBit(index) | argumentPartBit(index))),
    changesReceiver: (changes & (RECEIVER | RECEIVER_PART)) !== 0,
    returnsOwn: units.some((unit) => (unit.returns.self & OUTER) !== 0),
    ...(state && { reason: state.reason, place: placeOf(state.at) }),
    ...(state?.isUnknown && { isUnknown: true as const }),
  };
}

function placeOf({ node, module }: Found): Place {
  const folder = packageFolder(module.path) ?? module.path;
  const place = placeIn(folder, module.source, node.getStart(module.source));
  const [, installed] = /.*\/node_modules\/(.*)/.exec(module.path) ?? [];
  return { ...place, file: installed ?? posixRelative(folder, module.path) };
}

/** How the program comes to something of a package. */
export interface PackageUse {
  path: readonly string[];
  /** From an import, whose first name is the export, with `new`, or as a method of an object that the package has made. */
  form: 'import' | 'new' | 'method';
  /** For people: `parse of csv-parse`. */
  called: string;
  /** It is not called. */
  isRead?: boolean;
}

/** The same in the form of the tables for built-in code. */
export function packageApi(packages: Packages, file: string | undefined, use: PackageUse): ApiFacts {
  const { form, path, called } = use;
  const first = form === 'import' ? path[0] : undefined;
  const rest = form === 'import' ? path.slice(1) : path;
  const facts = file === undefined ? notUnderstood('cannot be found') : packages.packageEffects(file, first, rest);
  return {
    effects: [
      ...listEffects(facts).map((effect) => describeEffect(effect, called)),
      ...(facts.state ? [{ kind: 'package' as const, subject: describeState(facts, use) }] : []),
    ],
    callsBack: facts.callsBack,
    changes: facts.changes,
    changesReceiver: form === 'method' && facts.changesReceiver,
    returns: facts.returnsOwn ? 'own' : 'other',
    known: facts.isUnknown !== true,
    called,
  };
}

/** `parse of csv-parse (it reads last, which can change, at lib/index.js:3:5)` */
function describeState({ reason, place }: PackageFacts, { called, isRead }: PackageUse): string {
  if (reason === undefined) return called;
  const why = isRead && reason === NO_CODE ? 'is data that may change' : reason;
  return `${called} (it ${why}${place ? `, at ${place.file}:${place.line}:${place.column}` : ''})`;
}

/** Variables of the environment keep their names, so that they can go along. */
function describeEffect(effect: PackageEffect, subject: string): ApiFacts['effects'][number] {
  return isVariable(effect) ? { kind: 'env', subject: effect } : { kind: effect, subject };
}

function isVariable(effect: PackageEffect): effect is `process.env.${string}` {
  return effect.startsWith('process.env.');
}

/** What becomes of a date that it makes itself is not looked at. */
function listEffects({ effects }: PackageFacts): PackageEffect[] {
  return effects.includes('dates') ? [...new Set<PackageEffect>([...effects, 'texts'])] : effects;
}
