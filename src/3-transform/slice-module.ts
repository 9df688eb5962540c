import { posix } from 'node:path';
import type { ClassId, FunctionFacts, FunctionId, OutputFile, VariableId } from '../types.ts';
import { editCut } from './app.ts';
import { editClasses } from './class-guard.ts';
import { type ModuleContext, openModule, useRuntime } from './context.ts';
import { applyEdits, joinParts } from './edits.ts';
import type { ModuleParts } from './facts-index.ts';
import { editHeader } from './header.ts';
import type { LinkedModule } from './links.ts';
import type { Need } from './needs.ts';
import { emitShareLine, type Shares } from './share.ts';
import { emitFactories, type SiteNode } from './site-factories.ts';
import type { SliceSource } from './slice.ts';
import { relativeSpecifier, STUBS, slicePath } from './slice-paths.ts';
import { editStatements } from './slice-statements.ts';
import { spanKey } from './syntax.ts';

/** Where the slices find the runtime, from the output folder. */
const RUNTIME = 'runtime/registry.ts';
/** Where every unit's files are, from the output folder. */
const HOME = 'units/any';
const STUB_NAMES: ReadonlySet<string> = new Set(['cut', 'cutAsync', 'cutPromise']);

/** What is said of one unit, for all modules of its slice. */
export interface SliceEmit {
  source: SliceSource;
  guarded: ReadonlySet<ClassId>;
  shares: Shares;
  given: ReadonlySet<VariableId>;
  nested: ReadonlySet<FunctionId>;
}

/** The part of a module that a unit needs, with its map; by path from the unit's folder. */
export interface SlicedModule {
  files: OutputFile[];
  /** Files that go along as they are: JSON that is imported. */
  copied: ReadonlySet<string>;
}

/** Original text apart from what is left out; with the share line, the class guards and the factories of code sites. */
export function emitModule(emit: SliceEmit, module: LinkedModule, need: Need): SlicedModule | undefined {
  const { sliced, index } = emit.source;
  const parts = index.modules.get(module.id);
  if (!parts) return undefined;
  const key = emitKey(emit, parts, need);
  const known = sliced.get(key) ?? writeModule(emit, module, parts, need);
  sliced.set(key, known);
  return known;
}

/** All that the text of a module's slice depends on. */
function emitKey({ guarded, shares, given, nested }: SliceEmit, parts: ModuleParts, need: Need): string {
  const idsIn = (facts: readonly { id: string }[], ids: ReadonlySet<string>) =>
    facts.flatMap(({ id }) => (ids.has(id) ? [id] : []));
  return JSON.stringify([
    parts.facts.id,
    [...need.statements].sort((a, b) => a - b),
    [...need.bindings].map(([statement, names]) => [statement, ...[...names].sort()]).sort(),
    [...need.exported].sort(),
    idsIn(parts.classes, guarded),
    idsIn(parts.variables, shares.variables),
    idsIn(parts.classes, shares.classes),
    idsIn(parts.functions, shares.functions),
    idsIn(parts.variables, given),
    idsIn(parts.functions, nested),
  ]);
}

function writeModule(emit: SliceEmit, module: LinkedModule, parts: ModuleParts, need: Need): SlicedModule {
  const path = slicePath(module.file);
  const context = openModule(parts.facts, module);
  context.runtimeObject = undefined;
  const copied = editStatements(context.edits, emit.source.modules, module, need);
  editClasses(context, parts.classes, module.classes, emit.guarded);
  const home = posix.join(HOME, path);
  const sites = listSites(parts, emit.shares.functions, module);
  const call = sites.length > 0 ? useRuntime(context, 'sites') : '';
  editNested(context, emit, parts, module, need);
  const [runtime, stubs] = [relativeSpecifier(home, RUNTIME), relativeSpecifier(path, STUBS)];
  editHeader(
    context,
    (name) => (STUB_NAMES.has(name) ? stubs : runtime),
    emitShareLine(context, parts, emit.shares, emit.given),
  );
  const name = posix.basename(path);
  const original = posix.join(posix.relative(posix.dirname(home), '.'), emit.source.sources, module.file);
  const texts = [applyEdits(module.text, context.edits).trim(), ...emitFactories(module, call, sites)];
  const { text, map } = joinParts(texts, name, original);
  return {
    files: [
      { path, text: `${text}\n//# sourceMappingURL=${name}.map\n` },
      { path: `${path}.map`, text: map },
    ],
    copied,
  };
}

/** Calls that leave the unit: as in the app, but here nothing has become async. */
function editNested(
  context: ModuleContext,
  { source, nested }: SliceEmit,
  parts: ModuleParts,
  module: LinkedModule,
  need: Need,
): void {
  if (nested.size === 0) return;
  const kept = module.statements.filter(({ index, facts }) => need.statements.has(index) && !facts.unstable);
  const isKept = ({ body }: FunctionFacts) => kept.some(({ node }) => node.pos <= body.start && body.end <= node.end);
  for (const facts of parts.functions) {
    const cut = nested.has(facts.id) ? source.cuts.get(facts.id) : undefined;
    const node = module.functions.get(spanKey(facts.body));
    if (!cut || !node || !isKept(facts)) continue;
    editCut(context, node, facts, cut.form === 'coloured' ? { ...cut, form: 'blocking' } : cut);
  }
}

function listSites({ functions }: ModuleParts, ids: ReadonlySet<FunctionId>, module: LinkedModule): SiteNode[] {
  return functions.flatMap((facts) => {
    const node = ids.has(facts.id) ? module.functions.get(spanKey(facts.body)) : undefined;
    return facts.site && node ? [{ facts, site: facts.site, node }] : [];
  });
}
