/** How the tests run a provider's own runtime on this machine: `test/providers/<target>.ts` exports a `runtime`. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  request as requestHttp,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import type { ProviderApp, ProviderSchedule } from '../../src/providers/provider.ts';
import { findPort } from '../harness/ports.ts';

export interface ProviderRuntime {
  target: string;
  /** What tells it from another runtime for the same target, as the name of its file does: `lambda@serverless-offline.ts`. */
  as?: string;
  /** What npm installs of it: `@google-cloud/functions-framework@5.0.5`. */
  packages: string[];
  /** The environment variable that names a folder with it, if it is on no registry: `OPENWHISK_RUNTIME`. */
  variable?: string;
  /** Starts it with all units; rejects if it does not come up. */
  start(input: StartInput): Promise<RunningUnits>;
}

/** `lambda`, or `lambda@serverless-offline`. */
export function nameRuntime({ target, as }: ProviderRuntime): string {
  return as === undefined ? target : `${target}@${as}`;
}

export interface StartInput {
  units: StartedUnit[];
  /** The output folder that they are of; missing for functions that have been converted. */
  out?: string;
  /** The folder whose node_modules have the packages, or that the variable names. */
  home: string;
  /** A folder for what has to be written. */
  scratch: string;
  /** What functions have in their environment, so that they find each other; processes that `startNode` starts have it already. */
  env?: Record<string, string>;
}

export interface StartedUnit {
  /** At the provider. */
  name: string;
  /** What starts its functions besides calls. */
  routes?: readonly string[];
  schedules?: readonly ProviderSchedule[];
  /** What its package has, with a package.json if the provider has one; not to be changed. */
  folder: string;
  /** It calls other units. */
  isCaller?: true;
}

export interface RunningUnits {
  /** What FAASIFY_ENDPOINT_<TARGET> is to be. */
  endpoint: string;
  key?: string;
  /** What tells callers where it is, besides: the provider's own variables. */
  env?: Record<string, string>;
  /** `@google-cloud/functions-framework 5.0.5`, or repository, commit and date. */
  version: string;
  stop(): Promise<void>;
  /** `http://127.0.0.1:1234`: the server of a unit. */
  find?(name: string): Promise<string>;
}

export interface StartedProcess {
  child: ChildProcess;
  /** What it has printed. */
  readLog(): string;
  stop(): Promise<void>;
}

/** Preloaded where a server binds to all interfaces: its `listen` is made to take loopback. */
export const LOOPBACK = join(import.meta.dirname, 'loopback.cjs');

/** A process of Node in `cwd`. It is ended with `stop`, by its id. */
export function startNode(args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): StartedProcess {
  return startProcess(process.execPath, args, cwd, env);
}

export function startProcess(
  command: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): StartedProcess {
  const { NODE_OPTIONS: _, VITEST: __, ...own } = process.env;
  const child = spawn(command, args, { cwd, env: { ...own, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { child, readLog: () => log, stop };
}

/** As a provider's object sees those that are started. */
export function describeApp(units: readonly StartedUnit[]): ProviderApp {
  const settings = { memory: 512, timeout: 30 };
  return { units: units.map((unit) => ({ ...unit, unit: unit.name, settings, env: [], package: unit.folder })) };
}

/** Waits until it listens; a request might already run a function. */
export async function waitForServer(port: number, { child, readLog }: StartedProcess, seconds = 30): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const isThere = await listens(port);
    if (child.exitCode !== null) throw new Error(`it has ended with ${child.exitCode}: ${readLog()}`);
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`it does not listen after ${seconds} s: ${readLog()}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

export interface Router {
  /** `http://127.0.0.1:1234`: `/<name>` and what comes behind it goes to the address of that name. */
  url: string;
  stop(): Promise<void>;
}

/**
 * One address for many servers, of which each has a single function; some may be started when they are called. `prefix`: what is
 * to stand before the name.
 */
export async function startRouter(
  addresses: ReadonlyMap<string, string | (() => Promise<string>)>,
  prefix = '',
): Promise<Router> {
  const server = createHttpServer(async (incoming, outgoing) => {
    const { url = '' } = incoming;
    const path = url.startsWith(prefix) ? url.slice(prefix.length) : '';
    const [, name = '', rest = ''] = /^\/([^/?]*)(.*)$/s.exec(path) ?? [];
    const found = addresses.get(decodeURIComponent(name));
    const address = typeof found === 'function' ? await found() : found;
    if (address === undefined) return void outgoing.writeHead(404).end(`no function ${name}`);
    forward(incoming, outgoing, `${rest.startsWith('/') ? address.replace(/\/$/, '') : address}${rest}`);
  });
  return { url: await listen(server), stop: () => close(server) };
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, url: string): void {
  const { method, headers } = incoming;
  // On connections of their own: one that the server closes just now would be a call that has failed.
  const forwarded = requestHttp(url, { method, headers, agent: false }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  forwarded.on('error', ({ message }) => {
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end(`no answer: ${message}`);
  });
  incoming.pipe(forwarded);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** An address that is known before what it leads to is there. */
export async function startForwarder(): Promise<Router & { lead(address: string): void }> {
  let to: string | undefined;
  // Whoever looks whether a unit is up calls it, and it may call others.
  const server = createHttpServer((incoming, outgoing) => {
    if (to === undefined) outgoing.writeHead(503).end('not yet');
    else forward(incoming, outgoing, `${to}${incoming.url}`);
  });
  const lead = (address: string) => {
    to = address.replace(/\/+$/, '');
  };
  return { url: await listen(server), lead, stop: () => close(server) };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

interface RoutedUnits {
  /** Before the name in what callers ask for. */
  prefix?: string;
  /** What has to be done at a process before it can be called. */
  prepare?(unit: StartedUnit, address: string): Promise<void>;
}

/** For providers whose runtime has one function: a process for each unit, behind one address. */
export async function startEach(
  units: readonly StartedUnit[],
  version: string,
  launch: (unit: StartedUnit, port: number) => StartedProcess,
  path = '/',
  { prefix = '', prepare = async () => {} }: RoutedUnits = {},
): Promise<RunningUnits> {
  const started: StartedProcess[] = [];
  const stopAll = () => Promise.all(started.map(({ stop }) => stop()));
  try {
    const addresses = await Promise.all(
      units.map(async (unit) => {
        const port = await findPort();
        const process = launch(unit, port);
        started.push(process);
        await waitForServer(port, process);
        await prepare(unit, `http://127.0.0.1:${port}`);
        return [unit.name, `http://127.0.0.1:${port}${path}`] as const;
      }),
    );
    const router = await startRouter(new Map(addresses), prefix);
    const stop = async () => {
      await router.stop();
      await stopAll();
    };
    return { endpoint: router.url, version, stop };
  } catch (error) {
    await stopAll();
    throw error;
  }
}
