/**
 * Providers that install what a package.json asks for take out of `node_modules` whatever else is there: packages with native code
 * have to be asked for, too, in the versions that were packed.
 */
import type { ZipEntry } from './zip.ts';

const OF_PACKAGE = /^node_modules\/((?:@[^/]+\/)?[^/@]+)\/package\.json$/;

/** The files of a package, with its package.json changed if it has one, and packages besides. */
export function askForPackages(entries: readonly ZipEntry[]): ZipEntry[] {
  const packed = entries.flatMap(({ name, text }) => {
    const [, found] = OF_PACKAGE.exec(name) ?? [];
    const { version }: { version?: unknown } = found ? JSON.parse(`${text}`) : {};
    return found && typeof version === 'string' ? [[found, version] as const] : [];
  });
  if (packed.length === 0) return [...entries];
  return entries.map((entry) => (entry.name === 'package.json' ? addDependencies(entry, packed) : entry));
}

function addDependencies({ name, text }: ZipEntry, packed: readonly (readonly [string, string])[]): ZipEntry {
  const { dependencies, ...fields }: { dependencies?: Record<string, string> } = JSON.parse(`${text}`);
  const all = Object.entries({ ...Object.fromEntries(packed), ...dependencies }).sort(([a], [b]) => (a < b ? -1 : 1));
  return { name, text: `${JSON.stringify({ ...fields, dependencies: Object.fromEntries(all) }, undefined, 2)}\n` };
}
