import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Strictness } from '../1-analyze/program/strictness.ts';
import { readBuildId } from '../installation.ts';
import type { Manifest, Settings } from '../types.ts';
import { formatJson, isOutputFolder, isWithin, listContents, posixRelative, STAMP_FILE, writeText } from './files.ts';
import { hashFile, hashParts } from './hash.ts';
import { readManifest } from './manifest.ts';
import type { KnownUnit } from './units.ts';

/** What the last build depended on: when all of it is still the same there is nothing to do. Lies in the output folder. */
export interface Stamp {
  /** What was asked for, see `hashRequest`. */
  request: string;
  /** The source root, relative to the output folder; all other paths are relative to the source root. */
  root: string;
  /** Path → hash of the content. A file that was not there counts as well. */
  files: Record<string, string>;
  /** Hash of the names of all files of the program's tree, and of other folders that patterns look into. */
  tree: string;
  folders: Record<string, string>;
  units: KnownUnit[];
}

export interface Request {
  /** What was given on the command line, absolute, and the tsconfig. */
  src: string;
  project?: string;
  settings: Settings;
  /** The program stays where it is: only its sources count, its other files may change. */
  inPlace?: boolean;
  strictness?: Strictness;
}

/** Equal for two builds that want the same. Nothing in it depends on where the project lies. */
export function hashRequest({ src, project, settings, inPlace = false, strictness }: Request): string {
  const { out, ...rest } = settings;
  const paths = [src, project, typeof strictness === 'object' ? strictness.tsconfig : undefined].map((path) =>
    path === undefined ? '' : posixRelative(out, path),
  );
  return hashParts([
    readBuildId(),
    process.versions.node.split('.')[0] ?? '',
    ...paths,
    JSON.stringify({ ...rest, inPlace, strictness: typeof strictness }),
  ]);
}

export interface StampInput {
  request: string;
  out: string;
  root: string;
  inPlace?: boolean;
  /** Absolute paths. */
  files: string[];
  folders: string[];
  units: KnownUnit[];
}

export function makeStamp({ request, out, root, inPlace = false, files, folders, units }: StampInput): Stamp {
  const tree = listTree(root, inPlace);
  const named = [...files, ...listProbes(root)].map((file) => posixRelative(root, file));
  const all = new Set([...(inPlace ? tree.filter(isConfiguration) : tree), ...named]);
  const outside = folders.filter((folder) => !isWithin(root, folder)).map((folder) => posixRelative(root, folder));
  return {
    request,
    root: posixRelative(out, root),
    files: Object.fromEntries([...all].sort().map((file) => [file, hashFile(join(root, file))])),
    tree: hashParts(tree),
    folders: Object.fromEntries(outside.sort().map((folder) => [folder, hashListing(join(root, folder))])),
    units,
  };
}

/** All files of the program's tree; for one that stays where it is, those that an import could lead to, and what says how they are read. */
function listTree(root: string, inPlace: boolean): string[] {
  const { files } = listContents(root);
  return inPlace ? files.filter((file) => /\.[cm]?[jt]sx?$/.test(file) || isConfiguration(file)) : files;
}

/** One that makes what is below it other modules, or other types, by being there. */
function isConfiguration(file: string): boolean {
  return /^(package|tsconfig|jsconfig)\.json$/.test(basename(file));
}

/** Files above the root that would be used if they were there. */
function listProbes(root: string): string[] {
  const probes: string[] = [];
  for (let at = dirname(root); ; at = dirname(at)) {
    probes.push(join(at, 'tsconfig.json'), join(at, 'package.json'), join(at, 'node_modules', '.package-lock.json'));
    if (dirname(at) === at) return probes;
  }
}

/** Names of sources and folders; where builds put their output does not count. */
function hashListing(folder: string): string {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
      .filter((entry) => !entry.isDirectory() || !isOutputFolder(join(folder, entry.name)));
    return hashParts(entries.map(({ name }) => name).sort());
  } catch {
    return 'unreadable';
  }
}

export function writeStamp(stamp: Stamp, temp: string): void {
  writeText(join(temp, STAMP_FILE), formatJson(stamp));
}

export function readStamp(out: string): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(join(out, STAMP_FILE), 'utf8')) as Stamp;
  } catch {
    return undefined;
  }
}

/** The output that is there and the source root, if a build with this request would make the same again. */
export function findUnchanged(request: Request): { manifest: Manifest; root: string } | undefined {
  const { out } = request.settings;
  const stamp = readStamp(out);
  if (!stamp || stamp.request !== hashRequest(request)) return undefined;
  const root = join(out, stamp.root);
  const isSame =
    Object.entries(stamp.files).every(([file, hash]) => hashFile(join(root, file)) === hash) &&
    hashParts(listTree(root, request.inPlace ?? false)) === stamp.tree &&
    Object.entries(stamp.folders).every(([folder, hash]) => hashListing(join(root, folder)) === hash);
  const manifest = isSame ? readManifest(out) : undefined;
  return manifest && { manifest, root };
}
