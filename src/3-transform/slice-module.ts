import { posix } from 'node:path';
import type { AssetOutput, CutPlan, FunctionFacts, FunctionId, ModuleId, OutputFile, Span } from '../types.ts';
import { editCut } from './app.ts';
import { editAssets } from './assets.ts';
import { editClasses } from './class-guard.ts';
import { type ModuleContext, openModule, useRuntime } from './context.ts';
import { applyEdits, joinParts } from './edits.ts';
import type { ModuleParts } from './facts-index.ts';
import { editHeader } from './header.ts';
import { isInSlice, type LinkedModule } from './links.ts';
import type { Need } from './needs.ts';
import { editNamelessClass, emitShareLine } from './share.ts';
import { emitFactories, type SiteNode } from './site-factories.ts';
import { editSites } from './site-tags.ts';
import type { SliceSource } from './slice.ts';
import { relativeSpecifier, STUBS, slicePath } from './slice-paths.ts';
import type { UnitParts } from './slice-places.ts';
import { editStatements } from './slice-statements.ts';
import { spanKey } from './syntax.ts';

/** Where the slices find the runtime, from the output folder. */
const RUNTIME = 'runtime/registry.ts';
const WATCH = 'runtime/late.ts';
const STUB_NAMES: ReadonlySet<string> = new Set(['cut', 'cutAsync', 'cutPromise']);

/** A module's part on its way. */
export interface SliceEmit {
  source: SliceSource;
  parts: UnitParts;
  /** The files of the unit's slice. */
  paths: ReadonlyMap<ModuleId, string>;
}

/** The part of a module, with its map and with copies of the files that it imports; by path from the output folder. */
export interface SlicedModule {
  files: OutputFile[];
  /** Files that its code reads. */
  assets: AssetOutput[];
}

/** Original text apart from what is left out; with the share line, the class guards and the factories of code sites. */
export function emitModule({ source, parts, paths }: SliceEmit, module: LinkedModule, need: Need): SlicedModule {
  const own = source.index.modules.get(module.id);
  const path = paths.get(module.id);
  if (!own || path === undefined) return { files: [], assets: [] };
  const context = openModule(own.facts, module);
  context.runtimeObject = undefined;
  const copied = editStatements(context.edits, { modules: source.modules, paths }, module, need);
  editClasses(context, own.classes, module.classes, parts.guarded);
  const sites = listSites(own, parts.made, module);
  const call = sites.length > 0 ? useRuntime(context, 'sites') : '';
  editNested(context, { cuts: source.cuts, nested: parts.nested }, own, module, need);
  const assets = editAssets(own.facts, module, need, sites);
  context.edits.push(...assets.kept);
  const leaving = listKept(own, parts.leaving, module, need);
  editSites(context, module.functions, leaving);
  const functions = new Set([...parts.shares.functions, ...leaving.map(({ id }) => id)]);
  const shares = { ...parts.shares, functions };
  editNamelessClass(context, own, module.classes, shares, parts.given);
  if (parts.watches) editStarts(context, own, module, need);
  const runtime = relativeSpecifier(path, RUNTIME);
  const watch = relativeSpecifier(path, WATCH);
  const stubs = relativeSpecifier(path, posix.join('units', parts.unit, STUBS));
  editHeader(
    context,
    (name) => (STUB_NAMES.has(name) ? stubs : name === 'started' ? watch : runtime),
    emitShareLine(context, own, shares, parts.given),
  );
  const name = posix.basename(path);
  const original = posix.join(posix.relative(posix.dirname(path), '.'), source.sources, module.file);
  const texts = [
    applyEdits(module.text, context.edits).trim(),
    ...emitFactories({ ...module, fixed: assets.made }, sites, [`${call}({`, '});']),
  ];
  const { text, map } = joinParts(texts, name, original);
  return {
    files: [
      { path, text: `${text}\n//# sourceMappingURL=${name}.map\n` },
      { path: `${path}.map`, text: map },
      ...copied.map((file) => ({ path: slicePath(file), text: source.readText(file) })),
    ],
    assets: assets.files,
  };
}

/** What the edits of calls that leave the unit look up. */
interface Leaving {
  cuts: ReadonlyMap<FunctionId, CutPlan>;
  nested: ReadonlySet<FunctionId>;
}

/** Calls that leave the unit: as in the app, but here nothing has become async. */
function editNested(
  context: ModuleContext,
  { cuts, nested }: Leaving,
  parts: ModuleParts,
  module: LinkedModule,
  need: Need,
): void {
  for (const facts of listKept(parts, nested, module, need)) {
    const cut = cuts.get(facts.id);
    const node = module.functions.get(spanKey(facts.body));
    if (cut && node) editCut(context, node, facts, cut.form === 'coloured' ? { ...cut, form: 'blocking' } : cut);
  }
}

/** `load(name)` → `started(load(name))`, where it may give a promise that nobody waits for. */
function editStarts(context: ModuleContext, { starts }: ModuleParts, module: LinkedModule, need: Need): void {
  const isKept = makeKept(module, need);
  for (const span of starts.filter(isKept)) {
    context.edits.push({ kind: 'wrap', span, before: `${useRuntime(context, 'started')}(`, after: ')' });
  }
}

/** Whether text of the module is in the slice. */
function makeKept(module: LinkedModule, need: Need): (span: Span) => boolean {
  const kept = module.statements.filter(({ index }) => need.statements.has(index));
  return (span) => kept.some((statement) => isInSlice(statement, span));
}

/** Those of the functions whose text is in the slice. */
function listKept(
  { functions }: ModuleParts,
  ids: ReadonlySet<FunctionId>,
  module: LinkedModule,
  need: Need,
): FunctionFacts[] {
  if (ids.size === 0) return [];
  const isKept = makeKept(module, need);
  return functions.filter((fn) => ids.has(fn.id) && isKept(fn.body));
}

function listSites({ functions }: ModuleParts, ids: ReadonlySet<FunctionId>, module: LinkedModule): SiteNode[] {
  return functions.flatMap((facts) => {
    const node = ids.has(facts.id) ? module.functions.get(spanKey(facts.body)) : undefined;
    return facts.site && node ? [{ facts, site: facts.site, node }] : [];
  });
}
