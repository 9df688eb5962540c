import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileChange, watchFiles } from '../host/file-watch.ts';
import type { Manifest, WatchPlan } from '../types.ts';
import { openHandFunction, type SendByHand } from './hand-calls.ts';

export interface WatchesRequest {
  /** Absolute. */
  folder: string;
  manifest: Manifest;
  send: SendByHand;
  print(text: string): void;
  /** Told of a call that has failed, and with what. */
  failed(fn: string, why: string): void;
}

/** Functions with a watch run when files in the folder change; returns what ends it. */
export function startWatches({ folder, manifest, send, print, failed }: WatchesRequest): Promise<() => Promise<void>> {
  const plans = manifest.units.flatMap(({ watches = [] }) => watches);
  const watched = plans.map((plan) => {
    const { callee, concurrency, call } = openHandFunction(manifest, plan.fn, send);
    const names = callee.params.map(({ name }) => name);
    const run = async (change: FileChange) => {
      try {
        const args = await readArguments(folder, { ...plan, names }, change);
        if (!args) return;
        const { printed, error } = await call(args);
        for (const { text } of printed) print(text);
        if (error) failed(plan.fn, `${change.path}: ${error.errorType}: ${error.errorMessage}`);
      } catch (error) {
        failed(plan.fn, `${change.path}: ${(error as Error).message}`);
      }
    };
    return { glob: plan.glob, concurrency, run };
  });
  return watchFiles(folder, watched);
}

/** Bytes of a file that a function is given. */
const MAX_FILE = 256 * 1024 * 1024;

/** By the names of the parameters. Of a file that is gone nobody can be given what was in it. */
async function readArguments(
  folder: string,
  { names, gives }: WatchPlan & { names: readonly string[] },
  { path, change }: FileChange,
): Promise<unknown[] | undefined> {
  const isRead = gives.includes('text') || gives.includes('bytes');
  if (isRead && change === 'removed') return undefined;
  const bytes = isRead ? await read(join(folder, path)) : undefined;
  const values: Record<string, unknown> = {
    path,
    change,
    bytes,
    text: gives.includes('text') ? `${bytes}` : undefined,
  };
  return names.map((name) => (gives.some((given) => given === name) ? values[name] : undefined));
}

async function read(file: string): Promise<Buffer> {
  const { size } = await stat(file);
  if (size > MAX_FILE) throw new Error(`it has ${size} bytes, no more than ${MAX_FILE} are read`);
  return readFile(file);
}
