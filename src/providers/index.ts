/** Providers by name: `src/providers/<name>.ts` with its folder `templates/<name>/`. Nothing else knows which there are. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getInstallation } from '../installation.ts';
import type { Provider } from './provider.ts';

/** A provider with the templates that its units are made of. */
export interface LoadedProvider extends Provider {
  /** `lambda/handler.ts`: exports `handle`; path below `templates/`, and in the output folder. */
  handler: string;
  /** The text of `templates/<name>/index.ts`, for a provider with an entry. */
  entryText: string;
  /** That of `templates/<name>/web.ts`, which units have instead whose functions are started by requests or the clock; if there is one. */
  webText?: string;
}

const HANDLER = 'runtime/handle.ts';

const NAME = /^[a-z][a-z0-9-]*$/;

/** The embedded host, which is no provider. */
export const LOCAL = 'local';

export function isTarget(name: string): boolean {
  return name === LOCAL || (NAME.test(name) && isProviderFolder(name));
}

/** Sorted. */
export function listTargets(): string[] {
  return [LOCAL, ...readdirSync(join(getInstallation(), 'templates')).filter(isTarget)].sort();
}

function isProviderFolder(name: string): boolean {
  return ['index.ts', 'handler.ts'].some((file) => existsSync(templateOf(name, file))) && name !== 'runtime';
}

function templateOf(name: string, file: string): string {
  return join(getInstallation(), 'templates', name, file);
}

/** For a name that `isTarget` knows. */
export async function loadProvider(name: string): Promise<LoadedProvider> {
  const { provider } = (await import(/* @vite-ignore */ `./${name}.ts`)) as { provider: Provider };
  const handler = existsSync(templateOf(name, 'handler.ts')) ? `${name}/handler.ts` : HANDLER;
  const entryText = provider.entry ? readFileSync(templateOf(name, 'index.ts'), 'utf8') : '';
  const web = templateOf(name, 'web.ts');
  return { ...provider, handler, entryText, ...(existsSync(web) && { webText: readFileSync(web, 'utf8') }) };
}

/** Units there can call each other, with what begins their entries. */
export function canLead({ entry }: Provider): boolean {
  return entry !== undefined;
}

/** The handler of a unit is the same for all its providers: one that is made for AWS does for others, too. */
export function findHandlerTemplate(providers: readonly LoadedProvider[]): string {
  return providers.find(({ handler }) => handler !== HANDLER)?.handler ?? HANDLER;
}

/** Other files of a provider that its entry imports: paths below `templates/`, sorted. */
export function listTemplates(name: string): string[] {
  if (name === LOCAL) return [];
  const files = readdirSync(join(getInstallation(), 'templates', name), { recursive: true, encoding: 'utf8' });
  const own = files.filter((file) => /\.ts$/.test(file) && !OWN.has(file));
  return own.map((file) => `${name}/${file.replaceAll('\\', '/')}`).sort();
}

/** It is filled in for each unit. */
const OWN = new Set(['index.ts', 'web.ts']);
