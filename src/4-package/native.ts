/**
 * Packages with native code: they are no part of a unit's bundle but lie beside it, with all that they need, below
 * `node_modules`. Of what they have for several machines only what fits the target goes along.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { findBinaryProblem, type Machine } from './native-binary.ts';
import { findPackageFolders } from './package-folders.ts';

export interface NativeFile {
  /** `node_modules/sharp/lib/index.js` */
  name: string;
  /** Absolute. */
  file: string;
}

/** Its native code does not run on the target, or something is missing. */
export class NativeProblem extends Error {}

interface Description {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}

interface Collection {
  machine: Machine;
  /** Folder by place in the zip. */
  placed: Map<string, string>;
  /** Who needs what: both by place, and the folder that it has to be. */
  needs: { by: string; name: string; folder: string }[];
  /** Optional packages that are for other machines. */
  others: string[];
}

/** What goes into a zip for packages of these names that code in `root` imports. Throws a NativeProblem. */
export function collectNative(names: readonly string[], root: string, machine: Machine): NativeFile[] {
  const files = names.flatMap((name) => collectPackage(name, root, machine));
  return [...new Map(files.map((file) => [file.name, file])).values()];
}

function collectPackage(name: string, root: string, machine: Machine): NativeFile[] {
  const collection: Collection = { machine, placed: new Map(), needs: [], others: [] };
  place(collection, name, { from: root, parent: '', isOptional: false });
  const lost = collection.needs.find(({ by, name, folder }) => findPlaced(collection, by, name) !== folder);
  if (lost) throw new NativeProblem(`${lost.by} and what is around it need different versions of ${lost.name}`);
  const files = [...collection.placed].flatMap(([at, folder]) => listFiles(folder, at));
  const binaries = files.filter(isBinary);
  if (binaries.length === 0 && collection.others.length > 0) throw createProblem(name, machine, 'is for others');
  const problems = new Map(binaries.map((file) => [file, findBinaryProblem(readFileSync(file.file), machine)]));
  const found = new Set(binaries.filter((file) => problems.get(file) === undefined).map(nameLibrary));
  const missed = binaries.find((file) => !found.has(nameLibrary(file)));
  if (missed) throw createProblem(name, machine, problems.get(missed) ?? 'does not fit');
  return files.filter((file) => problems.get(file) === undefined);
}

function isBinary({ name }: NativeFile): boolean {
  return name.endsWith('.node');
}

/** The same library for several machines: `prebuilds/linux-x64/crc.glibc.node` and `prebuilds/darwin-arm64/crc.node`. */
function nameLibrary({ name }: NativeFile): string {
  const words = name
    .slice(name.lastIndexOf('/') + 1)
    .toLowerCase()
    .split(/[._-]/);
  return words.filter((word) => !OF_MACHINES.test(word)).join('.');
}

const OF_MACHINES =
  /^(node|napi|electron|linux|darwin|win32|android|freebsd|x64|ia32|arm|arm64|armv\d|universal|gnu|glibc|musl|msvc|gnueabihf|abi\d+)$/;

function createProblem(name: string, { os, cpu }: Machine, problem: string): NativeProblem {
  const how = / for (?!another version)/.test(` ${problem}`)
    ? `npm install --os=${os} --cpu=${cpu} --libc=glibc ${name}`
    : 'to install it under the Node and the system that it is to run on, or another runtime';
  return new NativeProblem(`${name} has no native code for ${os} on ${cpu}: what is there ${problem}. Try ${how}`);
}

interface Wanted {
  /** The folder that imports it, and its place. */
  from: string;
  parent: string;
  isOptional: boolean;
}

/** As npm lays them out: at the top, and below what needs it if there is another version at the top. */
function place(collection: Collection, name: string, { from, parent, isOptional }: Wanted): void {
  const folder = findPackage(name, from);
  if (folder === undefined) {
    if (!isOptional) throw new NativeProblem(`${name} is not installed`);
    collection.others.push(name);
    return;
  }
  const { dependencies = {}, optionalDependencies = {}, ...about } = readDescription(folder);
  if (isOptional && !fits(about, collection.machine)) {
    collection.others.push(name);
    return;
  }
  const top = `node_modules/${name}`;
  collection.needs.push({ by: parent, name, folder });
  const isTaken = collection.placed.has(top) && collection.placed.get(top) !== folder;
  const at = isTaken ? `${parent}/${top}` : top;
  if (collection.placed.get(at) === folder) return;
  collection.placed.set(at, folder);
  for (const one of Object.keys({ ...dependencies, ...optionalDependencies }).sort()) {
    place(collection, one, { from: folder, parent: at, isOptional: one in optionalDependencies });
  }
}

/** As Node will look for it there. */
function findPlaced({ placed }: Collection, by: string, name: string): string | undefined {
  const inner = by === '' ? [] : by.split('/node_modules/').map((_, depth, parts) => parts.slice(0, depth + 1));
  const folders = ['', ...inner.map((parts) => `${parts.join('/node_modules/')}/`)].reverse();
  const at = folders.map((folder) => `${folder}node_modules/${name}`).find((path) => placed.has(path));
  return at === undefined ? undefined : placed.get(at);
}

function findPackage(name: string, from: string): string | undefined {
  const found = findPackageFolders(from).find((folder) => existsSync(join(folder, name, 'package.json')));
  return found === undefined ? undefined : realpathSync(join(found, name));
}

function readDescription(folder: string): Description {
  return { ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) };
}

function fits({ os, cpu, libc }: Description, machine: Machine): boolean {
  return isListed(os, machine.os) && isListed(cpu, machine.cpu) && isListed(libc, machine.libc);
}

/** `["linux"]`, `["!win32"]` */
function isListed(list: readonly string[] | undefined, value: string): boolean {
  if (!list || list.length === 0) return true;
  if (list.includes(`!${value}`)) return false;
  return list.includes(value) || list.every((one) => one.startsWith('!'));
}

/** What runs, and what has to go with it; neither sources nor what was made on the way. */
const NEEDED = /\.([cm]?js|json|node|wasm|so(\.\d+)*)$|^(licen[cs]e|notice)/i;

function listFiles(folder: string, at: string): NativeFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry): NativeFile[] => {
      const [file, name] = [join(folder, entry.name), `${at}/${entry.name}`];
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : listFiles(file, name);
      return NEEDED.test(entry.name) ? [{ name, file }] : [];
    });
}

const SKIPPED = new Set(['node_modules', 'obj.target', '.deps', '.git']);
