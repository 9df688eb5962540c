import { existsSync, readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { describeFunctions } from '../4-package/manifest.ts';
import { readOptions } from '../options.ts';
import type { ManifestFunction, Output, Problem, Settings } from '../types.ts';
import { loadAsked } from './asked-providers.ts';
import type { BuildRequest } from './build.ts';

/** What a build would write, as far as a person wants to read it. */
export interface DryRun {
  settings: Settings;
  /** The source root, absolute. */
  root: string;
  functions: ManifestFunction[];
  problems: Problem[];
  /** Files of the app that differ from the user's; paths relative to the source root. */
  changes: { file: string; before: string; after: string }[];
  /** Paths relative to the output folder. */
  handlers: { file: string; text: string }[];
}

/** Everything a build does short of bundling. Nothing is written and nothing of the program is executed. */
export async function dryRun({ src, cwd, flags }: BuildRequest): Promise<DryRun> {
  const { settings, ...options } = await readOptions(resolve(cwd, src), flags, cwd);
  const { readProgram, rewriteProgram } = await import('./phases.ts');
  const program = readProgram({ path: src, cwd, ...options }, settings);
  const providers = await loadAsked(settings, program.analysis);
  const { plan, output, problems } = await rewriteProgram(program, { settings, providers });
  const { root } = program.folders;
  const called = new Set(providers.map(({ name }) => `${name}.ts`));
  return {
    settings,
    root,
    functions: describeFunctions(plan),
    problems,
    changes: listChanges(output, root),
    handlers: output.units.flatMap(({ name, files, entry }) =>
      files
        .filter(({ path }) => path === entry || called.has(path))
        .map(({ path, text }) => ({ file: `units/${name}/${path}`, text })),
    ),
  };
}

function listChanges({ app }: Output, root: string): DryRun['changes'] {
  return app
    .map(({ path, text }) => {
      const file = posix.relative('app', path);
      const original = join(root, file);
      return { file, before: existsSync(original) ? readFileSync(original, 'utf8') : '', after: text };
    })
    .filter(({ before, after }) => before !== after);
}
