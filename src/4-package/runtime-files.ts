/** The runtime and the templates of providers, as they lie in the installation and in every output folder. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getInstallation } from '../installation.ts';
import { findHandlerTemplate, type LoadedProvider, listTemplates } from '../providers/index.ts';
import type { OutputFile } from '../types.ts';
import { formatJson, writeText } from './files.ts';

export interface RuntimeFiles {
  /** The folder that the paths begin at. */
  home: string;
  /** Sorted by path. */
  files: readonly OutputFile[];
}

const RUNTIME = 'runtime';
/** Of the installation, by path. They are read once: no build changes them. */
const texts = new Map<string, string>();

/** What handlers and entries of these providers import. */
export function readRuntime(providers: readonly LoadedProvider[]): RuntimeFiles {
  const home = join(getInstallation(), 'templates');
  const own = [findHandlerTemplate(providers), ...providers.flatMap(({ name }) => listTemplates(name))];
  const names = readdirSync(join(home, RUNTIME)).filter((name) => name.endsWith('.ts'));
  const paths = new Set([...own, ...names.map((name) => `${RUNTIME}/${name}`)]);
  return { home, files: [...paths].sort().map((path) => ({ path, text: readOnce(join(home, path)) })) };
}

function readOnce(file: string): string {
  const text = texts.get(file) ?? readFileSync(file, 'utf8');
  texts.set(file, text);
  return text;
}

export function writeRuntime({ files }: RuntimeFiles, temp: string): void {
  for (const { path, text } of files) writeText(join(temp, path), text);
  // What a unit does not use of the runtime is left out of it.
  writeText(join(temp, RUNTIME, 'package.json'), formatJson({ type: 'module', sideEffects: false }));
}
