import { join, posix, relative, sep } from 'node:path';
import type ts from 'typescript';
import { nameBundle } from '../2-plan/bundle-name.ts';
import { findHandlerTemplate, type LoadedProvider } from '../providers/index.ts';
import type { Analysis, ModuleId, Output, OutputFile, Plan, Settings } from '../types.ts';
import { prepareApp, rewriteModule } from './app.ts';
import { emitEntries } from './entries.ts';
import { type FactsIndex, indexFacts } from './facts-index.ts';
import { emitHandler } from './handler.ts';
import { linkModule } from './links.ts';
import { findLoadOrder } from './load-order.ts';
import { indexModule, type ParsedModule } from './parsed.ts';
import { cutSlice, type SliceSource } from './slice.ts';
import { startPlaces } from './slice-places.ts';
import { emitStubs, findCalls } from './stubs.ts';

/** The texts of the program, already read. */
export interface Sources {
  /** The source root, absolute. */
  root: string;
  program: Pick<ts.Program, 'getSourceFile'>;
}

interface Inputs {
  analysis: Analysis;
  index: FactsIndex;
  plan: Plan;
  /** The modules of the program, by id. */
  parsed: ReadonlyMap<ModuleId, ParsedModule>;
  /** The text of a file of the program, by path from the source root. */
  readText(file: string): string;
  providers: readonly LoadedProvider[];
  /** Path from the output folder to the source root: `../src`. */
  sources: string;
}

/**
 * The texts of a build: the files of the app that change (at `app/<path from the source root>`), and every unit with its
 * handler and slices. The units are made when they are first asked for: to know whether the app compiles takes none.
 */
export function transform(
  { root, program }: Sources,
  analysis: Analysis,
  plan: Plan,
  { providers, out }: Pick<Settings, 'out'> & { providers: readonly LoadedProvider[] },
): Output {
  const find = (file: string) => program.getSourceFile(join(root, file));
  const inputs: Inputs = {
    analysis,
    index: indexFacts(analysis),
    plan,
    parsed: parseModules(analysis, find),
    readText: (file) => find(file)?.text ?? '',
    providers,
    sources: relative(out, root).replaceAll(sep, '/'),
  };
  let made: ReturnType<typeof writeUnits> | undefined;
  const write = () => {
    made ??= writeUnits(inputs);
    return made;
  };
  return {
    app: rewriteApp(inputs),
    get units() {
      return write().units;
    },
    get slices() {
      return write().slices;
    },
  };
}

function parseModules(
  { modules }: Analysis,
  find: (file: string) => ts.SourceFile | undefined,
): Map<ModuleId, ParsedModule> {
  return new Map(
    modules.flatMap(({ id, file }) => {
      const sourceFile = find(file);
      return sourceFile ? [[id, indexModule(sourceFile)] as const] : [];
    }),
  );
}

function rewriteApp({ index, plan, parsed, sources }: Inputs): OutputFile[] {
  const app = prepareApp(index, plan);
  const plans = new Map(plan.modules.map((module) => [module.module, module]));
  const files: OutputFile[] = [];
  for (const [id, parts] of index.modules) {
    const module = plans.get(id);
    const source = parsed.get(id);
    const path = `app/${parts.facts.file}`;
    const original = posix.join(posix.relative(posix.dirname(path), '.'), sources, parts.facts.file);
    const edited = module && source && rewriteModule(app, parts, source, module, original);
    if (edited) files.push({ path, ...edited });
  }
  return files;
}

function writeUnits(inputs: Inputs): Pick<Output, 'units' | 'slices'> {
  const { analysis, index, plan, parsed, readText, providers, sources } = inputs;
  const template = findHandlerTemplate(providers);
  const modules = new Map(
    analysis.modules.flatMap((facts) => {
      const source = facts.isTest ? undefined : parsed.get(facts.id);
      return source ? [[facts.id, linkModule(facts, source)] as const] : [];
    }),
  );
  const { functions } = index;
  const cuts = new Map(plan.cuts.map((cut) => [cut.fn, cut]));
  const places = startPlaces(modules);
  const order = findLoadOrder(analysis.modules);
  const source: SliceSource = { index, modules, readText, sources, cuts, places, written: new Map() };
  const units = plan.units.map((unit) => {
    const slice = cutSlice(source, unit);
    const handler = emitHandler({ unit, slice, template, functions, cuts, sources, order });
    const stubs = emitStubs(unit, plan);
    const calls = findCalls(unit, plan);
    return {
      name: unit.name,
      bundle: nameBundle(unit),
      files: [...handler, ...stubs, ...emitEntries(unit, plan, providers)],
      slices: slice.files,
      entry: 'handler.ts',
      assets: slice.assets,
      ...(calls && { calls }),
    };
  });
  const slices = new Map([...source.written.values()].flatMap(({ files }) => files.map((file) => [file.path, file])));
  return { units, slices: [...slices.values()].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}
