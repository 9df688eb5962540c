import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { createLink } from '../../templates/runtime/link.ts';
import { MANIFEST_FILE } from '../4-package/files.ts';
import { parseManifest } from '../4-package/manifest-check.ts';
import { FaasifyError } from '../errors.ts';
import { startClock } from '../host/clock.ts';
import type { Key } from '../host/control/authorization.ts';
import { callUnit } from '../host/control/invocations.ts';
import { type OpenPlane, openPlane, type PlaneOptions } from '../host/control/open.ts';
import { createExecutor } from '../host/control/runtimes.ts';
import { findEndpoint } from '../host/conventions/table.ts';
import { listRoutes } from '../host/http-routes.ts';
import { findRuntimeClient, type RuntimeClient } from '../host/runtime/client-choice.ts';
import { openRuntimeHost } from '../host/runtime/runtime.ts';
import { describeFunction, type ServedFunction } from '../host/served.ts';
import { createHostServer } from '../host/server.ts';
import { getInstallation } from '../installation.ts';
import type { Manifest } from '../types.ts';
import { readAccounts } from './accounts.ts';
import { nameEndpoint } from './endpoint-name.ts';
import { type HandFunction, openHandFunction, type SendByHand } from './hand-calls.ts';
import type { UnitProcessesInput } from './unit-processes.ts';

export interface ServeRequest {
  /** An output folder of faasify, whose units are there from the beginning. */
  out?: string;
  cwd: string;
  /** 0: any that is free. */
  port: number;
  /** Who may ask, with the secret in AWS_SECRET_ACCESS_KEY; without one, and without accounts, every program on this machine may. */
  accessKey?: string;
  /** A file with more of those who may, relative to `cwd`. */
  accounts?: string;
  /** The folder that keeps what is made here, relative to `cwd`. */
  data?: string;
  /** The file that invocations are noted in, relative to `cwd`. */
  log?: string;
  /** Units run in processes under this client, as what is made here does; without one units run in threads. */
  client?: RuntimeClient;
  env?: NodeJS.ProcessEnv;
  /** Functions with a schedule run when their time has come; told of a run that has failed. */
  schedules?: { failed(fn: string, payload: string): void };
  /** Functions with a watch run when files in this folder change, relative to `cwd`; told of a run that has failed. */
  watches?: { folder: string; failed(fn: string, why: string): void };
  /** Told what functions print that were made here. */
  print?: (line: string) => void;
  /** Told what goes wrong while it serves. */
  warn?: (message: string) => void;
}

export interface Serving {
  /** `http://127.0.0.1:4711`: what FAASIFY_ENDPOINT is to be. */
  url: string;
  /** Names of the functions that can be invoked. */
  functions: string[];
  /** `GET /price/{id}` → the function that answers. */
  routes: { key: string; fn: string }[];
  schedules: { expression: string; fn: string }[];
  watches: { glob: string; fn: string }[];
  /** A function of the output folder, to be called without an app. Throws if there is no such function, or it needs one. */
  openFunction(name: string): HandFunction;
  /** What tells a program that all its units are here: FAASIFY_ENDPOINT and its like. */
  env: Record<string, string>;
  /** Lets calls in flight end, then stops everything. */
  close(): Promise<void>;
}

/** Serves the units of an output folder on this machine as if they were deployed, and what is deployed to it. */
export function serve(request: ServeRequest): Promise<Serving> {
  return serveFolder(request, join(getInstallation(), 'dist', 'runtime', 'host.cjs'));
}

/** `host`: the file of the host thread. */
export async function serveFolder(request: ServeRequest, host: string): Promise<Serving> {
  const { port, schedules, client, env = {} } = request;
  const own = createKey();
  const accounts = readAccounts(request, env);
  const watched = findWatched(request);
  const keys = accounts && new Map([...accounts, own]);
  const processes = openRuntimeHost(client ?? findRuntimeClient('own', [], getInstallation(), env));
  let url = '';
  const describe = () => describeServer(url, own);
  const { units, manifest, remove } = await openUnits(request, client && { host: processes, describe });
  const link = createLink(host);
  const open = openData(request, {
    ...{ link, units, print: (name, text) => request.print?.(`${name}: ${text}`) },
    executor: (given) => createExecutor({ ...given, host: processes, env: describe }),
    actions: {
      ...{ start: processes.start, loader: join(getInstallation(), 'dist', 'action.js') },
      env: () => ({ __OW_API_HOST: url }),
    },
  });
  const server = createHostServer({ plane: open.plane, ...(keys && { keys }) });
  const stop = async () => {
    await open.close();
    await link.close();
    remove();
  };
  try {
    await listen(server, port);
  } catch (error) {
    await stop();
    throw error;
  }
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call = (served: ServedFunction, event: string) => callUnit(open.plane, served, event, { type: 'Event' });
  const endClock = schedules ? startClock({ functions: units, call, ...schedules }) : () => {};
  const send = sendTo({ units, plane: open.plane });
  const endWatches = await watch(request, { folder: watched, manifest, send });
  const close = async () => {
    endClock();
    await endWatches();
    await new Promise((done) => {
      server.close(done);
      server.closeIdleConnections();
    });
    await stop();
  };
  const made = open.plane.records.list().map(({ region, name }) => `${name} (${region})`);
  return {
    ...{ url, functions: [...[...units.keys()].sort(), ...made], close },
    env: manifest ? describeServed(manifest, url, client === undefined) : { FAASIFY_ENDPOINT: url },
    openFunction: (name) => openFunction(name, manifest, send),
    routes: listRoutes(units),
    schedules: [...units.values()].flatMap((served) => served.schedules),
    watches: (manifest?.units ?? []).flatMap((unit) => unit.watches ?? []),
  };
}

/** Threads can be told of signals, but not by other providers' transports. */
function describeServed({ targets }: Manifest, url: string, inThreads: boolean): Record<string, string> {
  const others = targets.filter((target) => target !== 'lambda');
  const isLambda = others.length < targets.length;
  return {
    ...Object.fromEntries(others.map((target) => [nameEndpoint(target), findEndpoint(target, url)])),
    ...(isLambda && { FAASIFY_ENDPOINT: url }),
    ...(isLambda && others.length === 0 && inThreads && { FAASIFY_ABORTS: '1' }),
  };
}

function openFunction(name: string, manifest: Manifest | undefined, send: SendByHand): HandFunction {
  if (manifest) return openHandFunction(manifest, name, send);
  throw new FaasifyError('no-function', `There is no function ${name}: no output folder is served`, {
    fix: 'Give one: faasify serve faas --stdin <function>.',
  });
}

function sendTo({ units, plane }: Pick<OpenPlane, 'plane'> & Pick<Units, 'units'>): SendByHand {
  return (unit, event) => {
    const served = units.get(unit);
    if (!served) throw new Error(`${unit} is in the manifest and not served`);
    return callUnit(plane, served, event, { type: 'RequestResponse', limit: Number.POSITIVE_INFINITY });
  };
}

/** Absolute. */
function findWatched({ cwd, watches }: ServeRequest): string | undefined {
  if (!watches) return undefined;
  const folder = resolve(cwd, watches.folder);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new FaasifyError('path-not-found', `There is no folder ${watches.folder}`, {
    fix: 'Give the folder whose files are to be watched: --watches <folder>.',
  });
}

async function watch(
  { watches, print }: ServeRequest,
  given: { folder: string | undefined; manifest: Manifest | undefined; send: SendByHand },
): Promise<() => Promise<void>> {
  const { folder, manifest, send } = given;
  if (!watches || !manifest || folder === undefined) return async () => {};
  const { startWatches } = await import('./watches.ts');
  return startWatches({ folder, manifest, send, failed: watches.failed, print: (text) => print?.(text.trimEnd()) });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise<void>((done, fail) => {
    server.once('error', (error) => fail(describeListenError(error, port)));
    server.listen(port, '127.0.0.1', done);
  });
}

function openData({ cwd, data, log, warn }: ServeRequest, options: PlaneOptions): OpenPlane {
  try {
    return openPlane({
      ...options,
      ...(data !== undefined && { data: resolve(cwd, data) }),
      ...(log !== undefined && { log: resolve(cwd, log) }),
      logFailed: (error) => warn?.(`Invocations cannot be noted: ${error.message}`),
    });
  } catch (error) {
    const fix = 'Give another folder with --data, or remove what is in this one.';
    throw new FaasifyError('not-kept-here', (error as Error).message, { fix, cause: error });
  }
}

/** For functions that are made here: they may call others, and nobody else knows it. */
function createKey(): [id: string, key: Key] {
  const random = (bytes: number, encoding: BufferEncoding) => randomBytes(bytes).toString(encoding);
  return [`ASIA${random(8, 'hex').toUpperCase()}`, { secret: random(30, 'base64'), token: random(48, 'base64') }];
}

function describeServer(
  url: string,
  [id, { secret, token = '' }]: ReturnType<typeof createKey>,
): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_SESSION_TOKEN: token,
  };
}

interface Units {
  units: Map<string, ServedFunction>;
  manifest?: Manifest;
  /** Of what was unpacked. */
  remove(): void;
}

/** Those of the output folder, if there is one. */
async function openUnits(
  { out: given, cwd, env = {}, print }: ServeRequest,
  processes: Pick<UnitProcessesInput, 'host' | 'describe'> | undefined,
): Promise<Units> {
  if (given === undefined) return { units: new Map(), remove() {} };
  const out = resolve(cwd, given);
  const manifest = readManifest(out);
  const described = manifest.units.map((unit) => describeFunction(unit, join(out, unit.bundle)));
  const units = new Map(described.map((served) => [served.unit.name, served]));
  if (!processes) return { units, manifest, remove() {} };
  const { startUnitProcesses } = await import('./unit-processes.ts');
  const { runtimes, remove } = await startUnitProcesses({ manifest, out, env, print, ...processes });
  for (const [name, runtime] of runtimes) Object.assign(units.get(name) ?? {}, { runtime });
  return { units, manifest, remove };
}

function readManifest(out: string): Manifest {
  const file = join(out, MANIFEST_FILE);
  const fix = 'Give the folder that `faasify <src> --target lambda` has made.';
  if (!existsSync(file)) throw new FaasifyError('not-an-output', `${out} is no output folder of faasify`, { fix });
  const manifest = parseManifest(readFileSync(file, 'utf8'), out);
  if (!('problem' in manifest)) return manifest;
  throw new FaasifyError('not-an-output', `${file} cannot be understood: ${manifest.problem}`, {
    fix: 'Build it again with this version of faasify.',
  });
}

function describeListenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error;
  const fix = 'Choose another one with --port, or 0 for any that is free.';
  return new FaasifyError('port-taken', `Cannot listen on port ${port}`, { fix, cause: error });
}
