import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { listContents } from '../4-package/files.ts';
import { readStamp } from '../4-package/stamp.ts';
import { type BuildRequest, type BuildResult, build } from './build.ts';

export interface WatchRequest extends BuildRequest {
  /** Where the output goes, absolute: what its last build depended on is watched. */
  out: string;
  /** Called after every build, good or bad. */
  onBuild: (outcome: { result: BuildResult } | { error: unknown }) => void;
  signal: AbortSignal;
}

/** How often files are looked at. Polling sees changes on every kind of file system. */
const INTERVAL = 300;

/** Builds, and builds again whenever something the build depends on has changed and come to rest. Errors do not end it. */
export async function watch(request: WatchRequest): Promise<void> {
  while (!request.signal.aborted) {
    const before = readState(request);
    request.onBuild(await tryBuild(request));
    await waitForChange(request, before);
  }
}

async function tryBuild(request: BuildRequest): Promise<{ result: BuildResult } | { error: unknown }> {
  try {
    return { result: await build(request) };
  } catch (error) {
    return { error };
  }
}

/** Returns when the files are no longer as they were, and not still being written. */
async function waitForChange(request: WatchRequest, before: State): Promise<void> {
  const known = new Set([...before.keys(), ...listWatched(request)]);
  for (const file of known) if (!before.has(file)) before.set(file, readFileState(file));
  let last = before;
  while (!request.signal.aborted) {
    await wait(INTERVAL, undefined, { signal: request.signal }).catch(() => {});
    const now = readState(request);
    if (!isEqual(now, before) && isEqual(now, last)) return;
    last = now;
  }
}

/** File → size and time of its last change. */
type State = Map<string, string>;

function readState(request: WatchRequest): State {
  return new Map(listWatched(request).map((file) => [file, readFileState(file)]));
}

/** The tree that was given, and what the last good build depended on besides. */
function listWatched({ src, cwd, out }: WatchRequest): string[] {
  const path = resolve(cwd, src);
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? path : dirname(path);
  const stamp = readStamp(out);
  const root = stamp && join(out, stamp.root);
  const used = root === undefined ? [] : Object.keys(stamp?.files ?? {}).map((file) => join(root, file));
  const tree = [folder, ...(root !== undefined && root !== folder ? [root] : [])].flatMap((top) =>
    listTree(top).map((file) => join(top, file)),
  );
  return [...new Set([...tree, ...used])];
}

function listTree(folder: string): string[] {
  return existsSync(folder) ? listContents(folder).files : [];
}

function readFileState(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.size} ${stats.mtimeMs}` : 'missing';
}

function isEqual(a: State, b: State): boolean {
  return a.size === b.size && [...a].every(([file, state]) => b.get(file) === state);
}
