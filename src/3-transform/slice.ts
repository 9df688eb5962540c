import type { AssetOutput, CutPlan, FunctionFacts, FunctionId, ModuleId, SiteFacts, UnitPlan } from '../types.ts';
import { findGuardedClasses } from './class-guard.ts';
import type { FactsIndex } from './facts-index.ts';
import type { LinkedModule } from './links.ts';
import {
  type Modules,
  type Needs,
  needBareImports,
  needEffects,
  needExport,
  needName,
  startNeeds,
  touch,
} from './needs.ts';
import { emitModule, type SlicedModule } from './slice-module.ts';
import { placeSlice, type SlicePlaces, type UnitParts } from './slice-places.ts';
import { spanKey } from './syntax.ts';

/** What the slices of all units are made from. */
export interface SliceSource {
  index: FactsIndex;
  modules: Modules;
  /** Text of a file of the program that is not a module. */
  readText(file: string): string;
  /** Path from the output folder to the source root. */
  sources: string;
  cuts: ReadonlyMap<FunctionId, CutPlan>;
  /** Units that need the same part of a module share the file. */
  places: SlicePlaces;
  /** What has been written, by path from the output folder. */
  written: Map<string, SlicedModule>;
}

export interface Slice {
  needs: Needs;
  /** The file that has the unit's part of each module, from the output folder. */
  paths: ReadonlyMap<ModuleId, string>;
  /** All files of the slice, from the output folder: those, their maps, and copies of what they import. */
  files: string[];
  /** Files that its code reads, by path. */
  assets: AssetOutput[];
}

/**
 * The parts of the program's modules that a unit needs: from its functions, classes, variables and code sites along every
 * name they mention. Original text apart from what is left out; the share lines and class guards are added. What no unit
 * before has needed just so is written.
 */
export function cutSlice(source: SliceSource, unit: UnitPlan): Slice {
  const needs = findNeeds(source, unit);
  const parts = listParts(source, unit);
  const paths = placeSlice(source, needs, parts);
  const files = new Set<string>();
  const assets = new Map<string, AssetOutput>();
  for (const [id, need] of needs.byModule) {
    const module = needs.modules.get(id);
    const path = paths.get(id);
    if (!module || path === undefined) continue;
    const sliced = source.written.get(path) ?? emitModule({ source, parts, paths }, module, need);
    source.written.set(path, sliced);
    for (const file of sliced.files) files.add(file.path);
    for (const asset of sliced.assets) assets.set(asset.path, asset);
  }
  const read = [...assets.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { needs, paths, files: [...files].sort(), assets: read };
}

function listParts({ index }: SliceSource, unit: UnitPlan): UnitParts {
  return {
    unit: unit.name,
    guarded: findGuardedClasses(index.classes, unit.classes),
    shares: {
      variables: new Set(unit.variables),
      classes: new Set(unit.classes),
      functions: new Set(unit.sites),
    },
    given: new Set(unit.given),
    nested: new Set(unit.nested),
    made: new Set(listMade(unit)),
    leaving: new Set(unit.leaving),
    watches: unit.watched.length + unit.brief.length > 0,
  };
}

/** Functions that are made there: those that may arrive with calls or from units that are called, and closures that are called. */
function listMade({ sites, closures, leaving, nested }: UnitPlan): FunctionId[] {
  return [...new Set([...sites, ...closures, ...(nested.length > 0 ? leaving : [])])];
}

function findNeeds(source: SliceSource, unit: UnitPlan): Needs {
  const needs = startNeeds(source.modules);
  for (const id of unit.functions) needFunction(source, needs, id, true);
  for (const id of listMade(unit)) needFunction(source, needs, id, false);
  const { classes, variables } = source.index;
  for (const cls of unit.classes.flatMap((id) => classes.get(id) ?? [])) {
    if (cls.reach !== undefined) needRoot(needs, cls.module, cls.reach);
  }
  for (const variable of unit.variables.flatMap((id) => variables.get(id) ?? [])) {
    needRoot(needs, variable.module, variable.expression);
  }
  needEffects(needs, new Set(unit.sent));
  needBareImports(needs);
  return needs;
}

function needRoot(needs: Needs, moduleId: ModuleId, expression: string): void {
  const module = needs.modules.get(moduleId);
  if (module) needName(needs, module, expression.split('.')[0] ?? expression);
}

function needFunction(source: SliceSource, needs: Needs, id: string, isEntry: boolean): void {
  const fn = source.index.functions.get(id);
  const module = fn && needs.modules.get(fn.module);
  if (!fn || !module) return;
  if (fn.reach.kind === 'default') needExport(needs, module, 'default');
  if (fn.site) needSite(needs, module, fn.site, fn);
  if (!('root' in fn.reach)) return;
  needName(needs, module, fn.reach.root);
  if (isEntry) exportRoot(needs, module, fn.reach);
}

/** A code site stands by itself: all it needs is what its text names. */
function needSite(needs: Needs, module: LinkedModule, { mentions }: SiteFacts, fn: FunctionFacts): void {
  touch(needs, module);
  const node = module.functions.get(spanKey(fn.body));
  for (const name of mentions) needName(needs, module, name, node);
}

/** The handler imports it: under the name it is exported by, or one that the slice adds. */
function exportRoot(
  needs: Needs,
  module: LinkedModule,
  reach: Extract<FunctionFacts['reach'], { root: string }>,
): void {
  const exported = reach.root === 'default' ? 'default' : findExportName(module, reach.root);
  if (exported === undefined) touch(needs, module).exported.add(reach.root);
  else needExport(needs, module, exported);
}

/** The name under which a module exports one of its own names; itself if it can be had. */
export function findExportName(module: LinkedModule, local: string): string | undefined {
  const names = [...module.exports].filter(([, link]) => link.local === local).map(([name]) => name);
  return names.includes(local) ? local : names[0];
}
