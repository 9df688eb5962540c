/** Files that change start functions, on this machine: each change once it has come to rest. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findWatchBase, matchWatch } from '../2-plan/watches.ts';
import { callInOrder } from './lines.ts';

export type Change = 'created' | 'changed' | 'removed';

export interface FileChange {
  /** From the folder, with `/`. */
  path: string;
  change: Change;
}

export interface Watching {
  glob: string;
  /** Calls under way at once. */
  concurrency: number;
  /** Rejects for nothing. */
  run(change: FileChange): Promise<void>;
}

/** Milliseconds between two looks. Polling sees changes on every kind of file system. */
const INTERVAL = 250;

/**
 * From now on: what is there already is not news. A change counts when two looks have found the same. Those of one look are told in
 * the order of their names, and the next look is when all of them have been. Ends what has begun.
 */
export async function watchFiles(
  folder: string,
  watched: readonly Watching[],
  interval = INTERVAL,
): Promise<() => Promise<void>> {
  const stop = new AbortController();
  const sources = await Promise.all(watched.map((one) => openSource(folder, one)));
  const follow = async (source: Source) => {
    while (!stop.signal.aborted) {
      await wait(interval, undefined, { signal: stop.signal }).catch(() => {});
      if (!stop.signal.aborted) await lookAgain(folder, source);
    }
  };
  const ended = Promise.all(sources.map(follow));
  return async () => {
    stop.abort();
    await ended;
  };
}

/** Path → size, time of its last change, and which file it is. */
type State = ReadonlyMap<string, string>;

interface Source {
  watching: Watching;
  /** What has been told. */
  known: Map<string, string>;
  /** What the last look has found. */
  last: State;
}

async function openSource(folder: string, watching: Watching): Promise<Source> {
  const last = await look(folder, watching.glob);
  return { watching, known: new Map(last), last };
}

async function lookAgain(folder: string, source: Source): Promise<void> {
  const { watching, known, last } = source;
  const now = await look(folder, watching.glob);
  source.last = now;
  const changes = listChanges(known, last, now);
  for (const { path } of changes) {
    const state = now.get(path);
    if (state === undefined) known.delete(path);
    else known.set(path, state);
  }
  const { concurrency, run } = watching;
  await callInOrder({ items: changes, concurrency, call: run, write: async () => {} });
}

/** What is not as it was told, and as the last look has found it. */
function listChanges(known: State, last: State, now: State): FileChange[] {
  const paths = [...new Set([...known.keys(), ...now.keys()])].sort();
  return paths.flatMap((path): FileChange[] => {
    const [before, current] = [known.get(path), now.get(path)];
    if (before === current || last.get(path) !== current) return [];
    return [{ path, change: before === undefined ? 'created' : current === undefined ? 'removed' : 'changed' }];
  });
}

async function look(folder: string, glob: string): Promise<State> {
  const { base, dot, packages } = findWatchBase(glob);
  const isMeant = matchWatch(glob);
  const state = new Map<string, string>();
  const enter = async (path: string): Promise<void> => {
    for (const entry of await list(join(folder, path))) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      if ((!dot && entry.name.startsWith('.')) || (!packages && entry.name === 'node_modules')) continue;
      if (entry.isDirectory()) await enter(inner);
      else if (isMeant(inner)) {
        const found = await describe(join(folder, inner));
        if (found !== undefined) state.set(inner, found);
      }
    }
  };
  await enter(base);
  return state;
}

/** A folder that is not there has nothing in it. */
async function list(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

async function describe(file: string): Promise<string | undefined> {
  try {
    const stats = await stat(file);
    return stats.isFile() ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : undefined;
  } catch {
    return undefined;
  }
}
