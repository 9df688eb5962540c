import { posix } from 'node:path';
import type { Analysis, Output, OutputFile, Plan, UnitOutput } from '../types.ts';
import { prepareApp, rewriteModule } from './app.ts';
import { type Convention, emitHandler } from './handler.ts';
import { linkModule } from './links.ts';
import { cutSlice, type SliceSource } from './slice.ts';

export interface TransformInput {
  analysis: Analysis;
  plan: Plan;
  /** The text of a file of the program, by path from the source root. */
  texts(file: string): string;
  provider: Convention;
  /** Path from the output folder to the source root, posix separators: `../src`. */
  sources: string;
}

/**
 * The texts of a build: the files of the app that change (at `app/<path from the source root>`), and every unit with its
 * handler and slices. Nothing is read but `texts`.
 */
export function transform(input: TransformInput): Output {
  return { app: rewriteApp(input), units: writeUnits(input) };
}

function rewriteApp({ analysis, plan, texts, sources }: TransformInput): OutputFile[] {
  const app = prepareApp(analysis, plan);
  const plans = new Map(plan.modules.map((module) => [module.module, module]));
  const files: OutputFile[] = [];
  for (const facts of analysis.modules) {
    const module = plans.get(facts.id);
    const path = `app/${facts.file}`;
    const original = posix.join(posix.relative(posix.dirname(path), '.'), sources, facts.file);
    const edited = module && rewriteModule(app, facts, texts(facts.file), module, original);
    if (edited) files.push({ path, ...edited });
  }
  return files;
}

function writeUnits({ analysis, plan, texts, provider, sources }: TransformInput): UnitOutput[] {
  const modules = new Map(analysis.modules.map((facts) => [facts.id, linkModule(facts, texts(facts.file))]));
  const source: SliceSource = { analysis, modules, readText: texts, sources };
  const functions = new Map(analysis.functions.map((fn) => [fn.id, fn]));
  const cuts = new Map(plan.cuts.map((cut) => [cut.fn, cut]));
  return plan.units.map((unit) => {
    const slice = cutSlice(source, unit);
    const handler = emitHandler({ unit, slice, convention: provider, functions, cuts, sources });
    const files = [...handler, ...slice.files, ...(provider.describeUnit?.(unit) ?? [])];
    return { name: unit.name, files, entry: 'handler.ts' };
  });
}
