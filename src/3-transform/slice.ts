import { posix } from 'node:path';
import type {
  Analysis,
  CutPlan,
  FunctionFacts,
  FunctionId,
  ModuleId,
  OutputFile,
  ShareSet,
  SiteFacts,
  UnitPlan,
} from '../types.ts';
import { editCut } from './app.ts';
import { editClasses, findGuardedClasses } from './class-guard.ts';
import { type ModuleContext, openModule, useRuntime } from './context.ts';
import { applyEdits, joinParts } from './edits.ts';
import { editHeader } from './header.ts';
import type { LinkedModule } from './links.ts';
import {
  type Modules,
  type Need,
  type Needs,
  needBareImports,
  needEffects,
  needExport,
  needName,
  startNeeds,
  touch,
} from './needs.ts';
import { emitShareLine } from './share.ts';
import { emitFactories, type SiteNode } from './site-factories.ts';
import { relativeSpecifier, STUBS, slicePath } from './slice-paths.ts';
import { editStatements } from './slice-statements.ts';
import { spanKey } from './syntax.ts';

/** Where the slices find the runtime, from the output folder. */
const RUNTIME = 'runtime/registry.ts';
const STUB_NAMES: ReadonlySet<string> = new Set(['cut', 'cutAsync', 'cutPromise']);

/** What the slices of all units are made from. */
export interface SliceSource {
  analysis: Analysis;
  modules: Modules;
  /** Text of a file of the program that is not a module. */
  readText(file: string): string;
  /** Path from the output folder to the source root. */
  sources: string;
  cuts: ReadonlyMap<FunctionId, CutPlan>;
}

export interface Slice {
  needs: Needs;
  /** The parts of the modules that the unit needs, and their maps; by path from the unit's folder. */
  files: OutputFile[];
}

/**
 * The parts of the program's modules that a unit needs: from its functions, classes, variables and code sites along every
 * name they mention. Original text apart from what is left out; the share lines and class guards are added.
 */
export function cutSlice(source: SliceSource, unit: UnitPlan): Slice {
  const needs = startNeeds(source.modules);
  for (const id of unit.functions) needFunction(source, needs, id, true);
  for (const id of unit.sites) needFunction(source, needs, id, false);
  for (const cls of source.analysis.classes) {
    if (unit.classes.includes(cls.id) && cls.reach !== undefined) needRoot(needs, cls.module, cls.reach);
  }
  for (const variable of source.analysis.variables) {
    if (unit.variables.includes(variable.id)) needRoot(needs, variable.module, variable.expression);
  }
  needEffects(needs, new Set(unit.sent));
  needBareImports(needs);
  return { needs, files: emitFiles(source, needs, unit) };
}

function needRoot(needs: Needs, moduleId: ModuleId, expression: string): void {
  const module = needs.modules.get(moduleId);
  if (module) needName(needs, module, expression.split('.')[0] ?? expression);
}

function needFunction(source: SliceSource, needs: Needs, id: string, isEntry: boolean): void {
  const fn = source.analysis.functions.find((candidate) => candidate.id === id);
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
  const exported = findExportName(module, reach.root);
  if (exported === undefined) touch(needs, module).exported.add(reach.root);
  else needExport(needs, module, exported);
}

/** The name under which a module exports one of its own names; itself if it can be had. */
export function findExportName(module: LinkedModule, local: string): string | undefined {
  const names = [...module.exports].filter(([, link]) => link.local === local).map(([name]) => name);
  return names.includes(local) ? local : names[0];
}

function emitFiles(source: SliceSource, needs: Needs, unit: UnitPlan): OutputFile[] {
  const guarded = findGuardedClasses(source.analysis, unit.classes);
  const files: OutputFile[] = [];
  const copied = new Set<string>();
  for (const [id, need] of [...needs.byModule].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const module = needs.modules.get(id);
    if (module) files.push(...emitModule({ source, needs, unit, guarded, copied }, module, need));
  }
  for (const file of [...copied].sort()) files.push({ path: slicePath(file), text: source.readText(file) });
  return files;
}

export interface SliceEmit {
  source: SliceSource;
  needs: Needs;
  unit: UnitPlan;
  guarded: ReadonlySet<string>;
  /** Files that go along as they are: JSON that is imported. */
  copied: Set<string>;
}

function emitModule(emit: SliceEmit, module: LinkedModule, need: Need): OutputFile[] {
  const { source, unit, guarded } = emit;
  const path = slicePath(module.file);
  const facts = source.analysis.modules.find(({ id }) => id === module.id);
  if (!facts) return [];
  const context = openModule(facts, module);
  context.runtimeObject = undefined;
  editStatements(context.edits, emit, module, need);
  editClasses(context, source.analysis, module.classes, guarded);
  const home = posix.join('units', unit.name, path);
  const sites = listSites(source.analysis, unit, module);
  const call = sites.length > 0 ? useRuntime(context, 'sites') : '';
  editNested(context, emit, module, need);
  const [runtime, stubs] = [relativeSpecifier(home, RUNTIME), relativeSpecifier(path, STUBS)];
  editHeader(
    context,
    (name) => (STUB_NAMES.has(name) ? stubs : runtime),
    emitShareLine(context, source.analysis, sharesOf(unit, module.id), unit.given),
  );
  const name = posix.basename(path);
  const original = posix.join(posix.relative(posix.dirname(home), '.'), source.sources, module.file);
  const parts = [applyEdits(module.text, context.edits).trim(), ...emitFactories(module, call, sites)];
  const { text, map } = joinParts(parts, name, original);
  return [
    { path, text: `${text}\n//# sourceMappingURL=${name}.map\n` },
    { path: `${path}.map`, text: map },
  ];
}

/** Calls that leave the unit: as in the app, but here nothing has become async. */
function editNested(context: ModuleContext, { source, unit }: SliceEmit, module: LinkedModule, need: Need): void {
  const kept = module.statements.filter(({ index, facts }) => need.statements.has(index) && !facts.unstable);
  const isKept = ({ body }: FunctionFacts) => kept.some(({ node }) => node.pos <= body.start && body.end <= node.end);
  for (const facts of source.analysis.functions) {
    const cut = source.cuts.get(facts.id);
    const node = module.functions.get(spanKey(facts.body));
    if (facts.module !== module.id || !unit.nested.includes(facts.id) || !cut || !node || !isKept(facts)) continue;
    editCut(context, node, facts, cut.form === 'coloured' ? { ...cut, form: 'blocking' } : cut);
  }
}

function listSites({ functions }: Analysis, unit: UnitPlan, module: LinkedModule): SiteNode[] {
  return functions.flatMap((facts) => {
    const node = module.functions.get(spanKey(facts.body));
    const isHere = facts.module === module.id && unit.sites.includes(facts.id);
    return isHere && facts.site && node ? [{ facts, site: facts.site, node }] : [];
  });
}

function sharesOf(unit: UnitPlan, module: ModuleId): ShareSet {
  const own = (ids: string[]): string[] => ids.filter((id) => id.startsWith(`${module}#`));
  return { variables: own(unit.variables), classes: own(unit.classes), functions: own(unit.sites) };
}
