/** Files that a program only reads, by a path that begins with where its own file lies: they go along with its code. */

import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { AssetFacts, ModuleId } from '../../types.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { unwrap } from '../names/syntax.ts';
import { findOutsideUse } from '../outside/outside.ts';
import { isBelow, posixRelative } from '../program/files.ts';
import { findPackageJson } from '../program/package-json.ts';
import { findOwnPath, mentionsOwnPlace, type PathContext } from '../regions/own-paths.ts';
import type { DirectEffect, Region } from '../regions/region.ts';

/** A call of Node's that reads the file or folder that its first argument names. */
export interface AssetRead {
  argument: ts.Expression;
  /** Absolute; undefined if it is not the same whenever it is asked for, or does not begin with the place of its own file. */
  path: string | undefined;
  /** It begins with the place of its own file, or may. */
  isNear: boolean;
  isFolder: boolean;
}

const FILE_READERS = /^(?:promises\.)?readFile$|^readFileSync$|^existsSync$/;
const FOLDER_READERS = /^(?:promises\.)?readdir$|^readdirSync$/;

/** `readFileSync(new URL('./data.json', import.meta.url), 'utf8')`, with nothing but an encoding besides the path. */
export function findAssetRead(context: PathContext, call: ts.Node | undefined): AssetRead | undefined {
  if (!call || !ts.isCallExpression(call)) return undefined;
  const [argument, options, ...others] = call.arguments;
  if (!argument || others.length > 0 || !/read|exists/.test(call.expression.getText())) return undefined;
  const use = findOutsideUse(context.index, call.expression);
  if (use?.from.kind !== 'import') return undefined;
  const isPromised = /^(?:node:)?fs\/promises$/.test(use.from.specifier);
  if (!isPromised && !/^(?:node:)?fs$/.test(use.from.specifier)) return undefined;
  const path = use.path[0] === 'default' ? use.path.slice(1) : use.path;
  const name = [...(isPromised ? ['promises'] : []), ...path].join('.');
  const isFolder = FOLDER_READERS.test(name);
  if (!isFolder && !FILE_READERS.test(name)) return undefined;
  if (name === 'readFile' || name === 'readdir') return undefined; // with a callback
  if (options && !isEncoding(options)) return undefined;
  return { argument, path: findOwnPath(context, argument), isNear: mentionsOwnPlace(context, argument), isFolder };
}

/** `'utf8'`, `{ encoding: 'utf8' }`; others may open the file to write. */
function isEncoding(options: ts.Expression): boolean {
  const value = unwrap(options);
  if (ts.isStringLiteralLike(value)) return true;
  if (!ts.isObjectLiteralExpression(value)) return false;
  return value.properties.every(
    (part) =>
      ts.isPropertyAssignment(part) &&
      part.name.getText() === 'encoding' &&
      ts.isStringLiteralLike(unwrap(part.initializer)),
  );
}

/** What reads stay an effect, and says why. The others are forgotten, and returned by module. */
export function settleAssets(index: ProgramIndex, regions: readonly Region[]): Map<ModuleId, AssetFacts[]> {
  const found = new Map<ModuleId, AssetFacts[]>();
  const reads = regions.flatMap(({ effects }) => effects.filter(({ asset }) => asset));
  if (reads.length === 0) return found;
  const { root } = index.loaded;
  const home = dirname(findPackageJson(join(root, 'x')) ?? join(root, 'x'));
  const sources = new Set([...index.loaded.files, ...index.loaded.others].map((file) => file.fileName));
  const surroundings = { root, home, sources, writer: findWriter(index, regions) };
  const refused = new Set<DirectEffect>();
  for (const effect of reads) {
    if (!effect.asset) continue;
    const { path, argument } = effect.asset;
    const why = findObstacle(effect.asset, surroundings);
    if (why !== undefined) effect.subject = `${effect.subject} ${why}`;
    if (why !== undefined || path === undefined) refused.add(effect);
    else addAsset(found, index.loaded.moduleId(argument.getSourceFile()), describeAsset(root, effect.asset, path));
  }
  for (const region of regions) {
    region.effects = region.effects.filter((effect) => !effect.asset || refused.has(effect));
  }
  return found;
}

function describeAsset(root: string, { argument, isFolder }: AssetRead, path: string): AssetFacts {
  const files = isFolder ? listFiles(path) : [path];
  return {
    span: { start: argument.getStart(), end: argument.end },
    path: posixRelative(root, path),
    files: files.map((file) => posixRelative(root, file)),
  };
}

function addAsset(found: Map<ModuleId, AssetFacts[]>, module: ModuleId, asset: AssetFacts): void {
  const list = found.get(module) ?? [];
  if (!list.some(({ span }) => span.start === asset.span.start)) list.push(asset);
  found.set(
    module,
    list.sort((a, b) => a.span.start - b.span.start),
  );
}

interface Surroundings {
  root: string;
  /** The folder of the project: nothing above it goes along. */
  home: string;
  /** Files of the program. */
  sources: ReadonlySet<string>;
  /** What may change files, in words. */
  writer: string | undefined;
}

/** Completes `fs.readFileSync …`: what is in the way, and what to do about it. */
function findObstacle({ path, isNear, isFolder }: AssetRead, around: Surroundings): string | undefined {
  const { root, home, sources, writer } = around;
  if (path === undefined) {
    return isNear ? 'by a path that may change: write it as a constant, or read the file into one' : undefined;
  }
  const name = posixRelative(root, path);
  if (!isBelow(home, path)) return `of ${name}, which lies outside the project: copy it into the project`;
  if (sources.has(path)) return `of ${name}, which is rewritten itself: put what it needs into a file of its own`;
  const what = lstatSync(path, { throwIfNoEntry: false });
  if (!what) return `of ${name}, which is not there when this is built: make it before`;
  if (realpathSync(path) !== path) return `of ${name}, which is a symbolic link: put the file itself there`;
  if (isFolder ? !what.isDirectory() : !what.isFile()) return `of ${name}, which is no ${isFolder ? 'folder' : 'file'}`;
  if (isFolder && !isPlainFolder(path)) {
    return `of ${name}, in which there are links or empty folders: leave nothing but files there`;
  }
  return writer === undefined ? undefined : `of ${name}, which may be changed by then: ${writer}`;
}

/** Nothing in it but files and folders with files. */
function isPlainFolder(folder: string): boolean {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.length === 0) return false;
  return entries.every((entry) => entry.isFile() || (entry.isDirectory() && isPlainFolder(join(folder, entry.name))));
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? listFiles(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

const READERS =
  /^fs\.(?:promises\.)?(?:readFile|readdir|readlink|realpath|stat|lstat|access|exists|createReadStream|opendir|constants)/;
/** Bound to this process, but no way to files. */
const NO_WAY_TO_FILES = /^(?:http|https|http2|net|tls|dgram|process)\b/;

/** The first thing in the program that may change files: by Node's functions, other programs or code that is not understood. */
function findWriter(index: ProgramIndex, regions: readonly Region[]): string | undefined {
  for (const { effects } of regions) {
    for (const { kind, subject = '', node, asset } of effects) {
      const mayWrite =
        (kind === 'files' && !asset && !READERS.test(subject)) ||
        (kind === 'process' && !NO_WAY_TO_FILES.test(subject)) ||
        kind === 'package';
      if (!mayWrite) continue;
      const { file, line, column } = index.loaded.place(node);
      return `${subject} at ${file}:${line}:${column} may write files`;
    }
  }
  const looked = new Set(index.files);
  const unknown = [...index.loaded.files, ...index.loaded.others].find(
    (file) => !looked.has(file) && /['"](?:node:)?(?:fs|child_process)\b/.test(file.text),
  );
  return unknown && `${posixRelative(index.loaded.root, unknown.fileName)}, which is not looked at, uses files`;
}
