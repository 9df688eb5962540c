import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Link } from '../../../templates/runtime/link.ts';
import { createAborts } from '../aborts.ts';
import { openActions } from '../actions/kept.ts';
import { type ActionRuns, type ActionRunsOptions, createActionRuns } from '../actions/runs.ts';
import type { ServedFunction } from '../served.ts';
import { openAccount } from './account.ts';
import { createCodeStore } from './code.ts';
import type { Executor } from './executor.ts';
import { listUsed } from './functions.ts';
import { openInvocationLog } from './invocation-log.ts';
import { lockFolder } from './lock.ts';
import { createLogEvents } from './log-events.ts';
import type { Plane } from './plane.ts';
import { openRecords } from './records.ts';
import type { ExecutorOptions } from './runtimes.ts';

export interface PlaneOptions {
  link: Link;
  units: ReadonlyMap<string, ServedFunction>;
  /** Makes what runs functions that are made here. */
  executor(given: Pick<ExecutorOptions, 'unpack' | 'print'>): Executor;
  /** What runs actions of OpenWhisk that are made here. */
  actions: Pick<ActionRunsOptions, 'start' | 'loader' | 'env'>;
  /** Told every line that such a function prints. */
  print?(name: string, text: string): void;
  /** Where functions outlive this process; without one they end with it. */
  data?: string;
  /** The file that invocations are noted in, and who is told that it cannot be written. */
  log?: string;
  logFailed?(error: Error): void;
}

export interface OpenPlane {
  plane: Plane;
  close(): Promise<void>;
}

/** Throws where the data folder holds what is not ours. */
export function openPlane(options: PlaneOptions): OpenPlane {
  const { link, units, executor, actions, data, log, print = () => {}, logFailed = () => {} } = options;
  const events = createLogEvents();
  const unlock = data === undefined ? () => {} : openData(data);
  const temporary = openTemporary();
  const code = createCodeStore(() => {
    const home = temporary.open();
    return { zips: join(data ?? home, 'code'), unpacked: join(home, 'unpacked') };
  });
  const closing = new AbortController();
  const plane: Plane = {
    ...{ units, link, code, events, aborts: createAborts(), running: new Map(), closing: closing.signal },
    ...openKept(data, unlock, createActionRuns({ ...actions, open: temporary.open, print })),
    executor: executor({
      unpack: code.unpack,
      print(line) {
        events.add(`${line.region}/${line.group}`, line.stream, line.text);
        print(line.name, line.text);
      },
    }),
    log: openInvocationLog(log, logFailed),
  };
  if (data !== undefined) code.keep(() => listUsed(plane));
  return {
    plane,
    async close() {
      closing.abort();
      await plane.executor.close();
      await plane.log.close();
      temporary.remove();
      unlock();
    },
  };
}

function openData(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return lockFolder(folder);
}

function openKept(
  data: string | undefined,
  unlock: () => void,
  runs: ActionRuns,
): Pick<Plane, 'records' | 'account' | 'actions'> {
  try {
    return {
      actions: { kept: openActions(data === undefined ? undefined : join(data, 'actions')), runs },
      records: openRecords(data === undefined ? undefined : join(data, 'functions')),
      account: openAccount(data === undefined ? undefined : join(data, 'account.json')),
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** There is none as long as nothing is put there. */
function openTemporary(): { open(): string; remove(): void } {
  let folder: string | undefined;
  return {
    open() {
      folder ??= mkdtempSync(join(tmpdir(), 'faasify-serve-'));
      return folder;
    },
    remove() {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
