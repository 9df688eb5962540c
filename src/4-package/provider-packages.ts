/** What providers get that want more of a unit than its handler: a folder of files, and a zip of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadedProvider } from '../providers/index.ts';
import type { UnitOutput, UnitPackage } from '../types.ts';
import { writeText } from './files.ts';
import { hashBytes } from './hash.ts';
import { askForPackages } from './installed.ts';
import { writeZip, type ZipEntry } from './zip.ts';

/** A unit that a provider cannot take. */
export class PackageProblem extends Error {}

/** Those that a unit is for and that do not call its handler itself. */
export function findOwn<P extends { name: string }>(
  { files }: Pick<UnitOutput, 'files'>,
  providers: readonly P[],
): P[] {
  return providers.filter(({ name }) => files.some(({ path }) => path === `${name}.ts`));
}

/** Throws if a provider takes a single file and there are others that the code needs. */
export function checkSingle(providers: readonly LoadedProvider[], [first]: readonly ZipEntry[]): void {
  const single = providers.find(({ entry }) => entry?.whole && !entry.beside);
  if (single && first)
    throw new PackageProblem(`${single.title} takes a single file, and it needs ${first.name} as well`);
}

/** Of the files of a unit: those for one of the providers alone. */
export function isOfProvider(path: string, providers: readonly LoadedProvider[]): boolean {
  return providers.some(({ name }) => path.startsWith(`${name}/`));
}

/** `common`: what is in all packages of the unit, the handler first. The entries are bundled and lie in their folders. */
export async function makePackages(
  temp: string,
  unit: UnitOutput,
  common: readonly ZipEntry[],
  providers: readonly LoadedProvider[],
): Promise<UnitPackage[]> {
  const packages: UnitPackage[] = [];
  for (const provider of providers) {
    const own = listOwn(temp, unit, provider);
    if (own.length > 0)
      packages.push(await makePackage(temp, unit, provider, askForPackages([...own, ...listCommon(provider, common)])));
  }
  return packages;
}

function listOwn(temp: string, { name, files }: UnitOutput, provider: LoadedProvider): ZipEntry[] {
  const prefix = `${provider.name}/`;
  const own = files.filter(({ path }) => path.startsWith(prefix));
  const beside = own.map(({ path, text }) => ({ name: path.slice(prefix.length), text }));
  const { entry } = provider;
  if (!entry || findOwn({ files }, [provider]).length === 0) return beside;
  const text = readFileSync(join(temp, 'units', name, provider.name, entry.file));
  return [{ name: entry.file, text }, ...beside];
}

/** A handler that is part of the entry needs no file. */
function listCommon({ entry }: LoadedProvider, [handler, ...others]: readonly ZipEntry[]): ZipEntry[] {
  return entry?.whole || !handler ? [...others] : [handler, ...others];
}

async function makePackage(
  temp: string,
  { name }: UnitOutput,
  provider: LoadedProvider,
  entries: ZipEntry[],
): Promise<UnitPackage> {
  const folder = `units/${name}/${provider.name}`;
  const zip = `packages/${provider.name}/${name}.zip`;
  for (const { name: path, text } of entries) writeText(join(temp, folder, path), text);
  const bytes = await writeZip(join(temp, zip), entries);
  return {
    target: provider.name,
    folder,
    zip,
    bytes: bytes.length,
    unpackedBytes: entries.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
    hash: hashBytes(bytes),
  };
}
