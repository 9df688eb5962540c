/** From a loaded program to facts about it. Nothing is decided here. */

import ts from 'typescript';
import type { Analysis, AssetFacts, ClassFacts, FunctionFacts, ModuleFacts, ModuleId } from '../types.ts';
import { describeClass } from './classes/classes.ts';
import { describeImportedClass, findImportedClasses, type ImportedClasses } from './classes/imported-classes.ts';
import { describeBinds } from './flow/binds.ts';
import { buildHierarchy, type Hierarchy } from './flow/callees.ts';
import { followFunctions } from './flow/flow.ts';
import { describeCalls, describeLoops } from './functions/calls.ts';
import { findStarts } from './functions/concurrency.ts';
import type { FunctionContext } from './functions/context.ts';
import { describeFunction } from './functions/functions.ts';
import { isGenerator } from './functions/generators.ts';
import { findGivenProperties } from './functions/given-properties.ts';
import { findInherited } from './functions/inherited.ts';
import { findReplacements } from './functions/replaced.ts';
import { findImplicits } from './implicit/implicit.ts';
import { type FunctionEntry, indexProgram, type ProgramIndex, type VariableEntry } from './names/program-index.ts';
import { collectReferences } from './names/references.ts';
import { findPatched } from './outside/patched.ts';
import { consultedFor, openPackages } from './packages/use.ts';
import type { LoadedProgram } from './program/load.ts';
import { findChangedParts } from './regions/changed-parts.ts';
import { listRegionNodes, type Summaries, solveEffects } from './regions/fix-point.ts';
import { touchHeld } from './regions/held-holders.ts';
import type { Region, RegionContext } from './regions/region.ts';
import { makeResults } from './regions/results.ts';
import { describeStarts } from './regions/starts.ts';
import { describeRegion } from './regions/visitor.ts';
import { createShapes, type Shapes } from './shapes/shapes.ts';
import { listStacksTakenApart } from './texts/stacks.ts';
import { findReadTexts } from './texts/texts.ts';
import { settleAssets } from './variables/assets.ts';
import { describeModule, moduleOfSpecifier } from './variables/statements.ts';
import { describeVariable, findStateChanges, isGiven } from './variables/variables.ts';

/** `writesTypes`: types that are not written down will have to be. `pure`: packages that only compute from what they are given. */
export function analyze(loaded: LoadedProgram, writesTypes = false, pure: readonly string[] = []): Analysis {
  const index = indexProgram(loaded);
  openPackages(index, pure);
  const hierarchy = buildHierarchy(index);
  const context = makeContext(index, hierarchy);
  const regions = listRegionNodes(index).map(({ node, owner }) => describeRegion(context, node, owner));
  touchHeld(regions);
  const assets = settleAssets(index, regions);
  const summaries = solveEffects(index, hierarchy, regions, context.replacements);
  const state = findStateChanges(index, summaries, context.references);
  const { importedClasses } = context;
  const shapes = makeShapes(index, importedClasses);
  const imported = findImportedFiles(index);
  const given = (variable: VariableEntry) => isGiven(index, state, variable);
  const modules = loaded.files.map((file) => ({
    ...describeModule(index, summaries, given, file, imported.has(file)),
    ...findAssets(assets, loaded.moduleId(file)),
  }));
  const entries = new Set(loaded.files.filter((_, position) => modules[position]?.isEntry));
  const isEntry = (file: ts.SourceFile) => entries.has(file);
  const loops = describeLoops(context, isEntry);
  const isPublic = makePublic(index, imported, isEntry, regions);
  const loopCallbacks = groupCallbacks(loaded, loops);
  const starts = findStarts(context, isEntry, isPublic);
  const hasGenerators = index.functions.some(({ node }) => isGenerator(node));
  const isOpen = index.functions.some(isPublic);
  const functionContext = { ...context, writesTypes, hasGenerators, shapes, state, isPublic, isOpen, loopCallbacks };
  return {
    modules,
    functions: describeFunctions(functionContext, summaries, isEntry),
    classes: describeClasses(context, shapes),
    variables: index.variables.map((variable) => describeVariable(context, shapes, state, variable)),
    topCalls: regions.filter(({ owner }) => !owner).flatMap((region) => describeCalls(context, region, isEntry)),
    loops,
    binds: describeBinds(index, context.hierarchy, (node) => context.texts.findReading(node) === undefined),
    starts: describeStarts(index, regions),
    concurrency: starts.map(({ node, how }) => ({ ...loaded.place(node), ...(how && { how }) })),
    changed: findChangedParts(
      functionContext,
      regions,
      starts.map(({ node }) => node),
    ),
    patched: findPatched(regions),
    problems: loaded.problems,
    ...findConsulted(index),
  };
}

function findConsulted(index: ProgramIndex): Pick<Analysis, 'consulted'> {
  const consulted = consultedFor(index);
  return consulted ? { consulted } : {};
}

function findAssets(assets: ReadonlyMap<ModuleId, AssetFacts[]>, id: ModuleId): Pick<ModuleFacts, 'assets'> {
  const found = assets.get(id);
  return found ? { assets: found } : {};
}

function makeContext(index: ProgramIndex, hierarchy: Hierarchy): RegionContext {
  const references = collectReferences(index);
  const replacements = findReplacements(index, references);
  const inherited = findInherited(index, hierarchy);
  const givenProperties = findGivenProperties(index);
  const flow = followFunctions(index, hierarchy, references);
  const accessors = new Set(index.functions.flatMap(({ node }) => (ts.isAccessor(node) ? [node.name.getText()] : [])));
  const importedClasses = findImportedClasses(index);
  const implicits = findImplicits(index, hierarchy);
  const rooted = { index, hierarchy, flow, references, implicits, enclosing: new Map() };
  const texts = findReadTexts(rooted);
  const stacks = listStacksTakenApart(index, references);
  const results = makeResults(rooted);
  return { ...rooted, texts, stacks, results, replacements, inherited, givenProperties, accessors, importedClasses };
}

function describeClasses({ index, hierarchy, importedClasses, texts }: RegionContext, shapes: Shapes): ClassFacts[] {
  const own = index.classes.map((entry) => ({
    ...describeClass(index, hierarchy, entry, importedClasses),
    ...(texts.findReading(entry.node) && { isTextRead: true as const }),
  }));
  const foreign = [...importedClasses.found.values()];
  const bases = [
    ...own.flatMap(({ id, base }) => (base?.kind === 'program' ? [[base.id, id] as const] : [])),
    ...foreign.flatMap(({ id, base }) => {
      const above = typeof base === 'object' ? importedClasses.found.get(base) : undefined;
      return above ? [[above.id, id] as const] : [];
    }),
  ];
  const extending = (id: string) => bases.filter(([base]) => base === id).map(([, derived]) => derived);
  const context = { index, shapes, imported: importedClasses };
  return [...own, ...foreign.map((cls) => describeImportedClass(context, cls, extending(cls.id)))];
}

function makeShapes(index: ProgramIndex, imported: ImportedClasses): Shapes {
  return createShapes({
    checker: index.checker,
    program: index.loaded.program,
    classIdOf: (symbol) =>
      symbol.declarations?.flatMap((declaration) => index.classOf(declaration)?.id ?? [])[0] ??
      imported.found.get(symbol)?.id,
    moduleIdOf: (file) => index.loaded.moduleId(file),
    whyForeign: (symbol) => imported.refused.get(symbol),
    listClasses: () =>
      index.classes.map(({ id, node }) => ({ id, type: index.checker.getTypeAtLocation(node.name ?? node) })),
  });
}

function describeFunctions(
  context: FunctionContext,
  summaries: Summaries,
  isEntry: (file: ts.SourceFile) => boolean,
): FunctionFacts[] {
  return context.index.functions.flatMap((entry) => {
    const summary = summaries.of(entry.node);
    return summary ? [describeFunction(context, entry, summary, describeCalls(context, summary.region, isEntry))] : [];
  });
}

/** Files that another file of the program imports, statically or with `import()`; tests do not count as importers. */
function findImportedFiles(index: ProgramIndex): Set<ts.SourceFile> {
  const imported = new Set<ts.SourceFile>();
  for (const file of index.loaded.files) {
    const specifiers = (file as unknown as { imports?: readonly ts.Expression[] }).imports ?? [];
    for (const specifier of specifiers) {
      const target = moduleOfSpecifier(index, specifier);
      if (target && target !== file) imported.add(target);
    }
  }
  return imported;
}

/**
 * Exported from a module that nobody of the program imports and that does nothing by itself: a library's front door.
 * Re-exports are followed; the methods of an exported class are public as well. Where tests are part of the program, its doors
 * are the modules that other files import. Where there are tests, JSX or JavaScript beside the sources, or modules loaded by
 * computed names, anything may be called.
 */
function makePublic(
  index: ProgramIndex,
  imported: ReadonlySet<ts.SourceFile>,
  isEntry: (file: ts.SourceFile) => boolean,
  regions: readonly Region[],
): (entry: FunctionEntry) => boolean {
  const open = new Set<ts.Node>();
  const doors = index.loaded.rewritesTests
    ? index.loaded.outsiders.map((outsider) => outsider.imported)
    : index.files.filter((file) => !imported.has(file) && !isEntry(file));
  for (const file of doors) {
    const symbol = index.checker.getSymbolAtLocation(file);
    for (const exported of symbol ? index.checker.getExportsOfModule(symbol) : []) {
      const target = exported.flags & ts.SymbolFlags.Alias ? index.checker.getAliasedSymbol(exported) : exported;
      for (const declaration of target.declarations ?? []) open.add(declaration);
    }
  }
  for (const symbol of regions.flatMap(({ handedOut }) => [...handedOut])) {
    for (const declaration of symbol.declarations ?? []) open.add(declaration);
  }
  const isOpen = index.files.length < index.loaded.files.length || index.loaded.others.length > 0;
  const mayBeCalled = isOpen || loadsModulesByName(index);
  return ({ node, parent }) => {
    if (parent) return false;
    if (mayBeCalled) return true;
    for (let at: ts.Node = node; at && !ts.isSourceFile(at); at = at.parent) if (open.has(at)) return true;
    return false;
  };
}

/** `import(name)` and `require(name)` with a computed name: whatever is loaded may import anything of the program. */
function loadsModulesByName(index: ProgramIndex): boolean {
  return index.nodes.some((node) => {
    if (!ts.isCallExpression(node)) return false;
    const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
    const [specifier] = node.arguments;
    return (isImport || isRequire) && specifier !== undefined && !ts.isStringLiteralLike(specifier);
  });
}

function groupCallbacks(loaded: LoadedProgram, loops: Analysis['loops']): Map<ts.SourceFile, Set<number>> {
  const files = new Map(loaded.files.map((file) => [loaded.moduleId(file), file]));
  const groups = new Map<ts.SourceFile, Set<number>>();
  for (const loop of loops) {
    const file = files.get(loop.module);
    if (!file) continue;
    const group = groups.get(file) ?? new Set();
    groups.set(file, group.add(loop.callback.start));
  }
  return groups;
}
