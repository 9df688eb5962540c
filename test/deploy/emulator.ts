/** Servers that nobody here wrote and that speak the API of AWS, and what is asked of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ROOT } from '../cli/command.ts';
import { findPort } from '../harness/ports.ts';

export interface Emulator {
  name: string;
  /** The program that is started. */
  command: string;
  args(port: number): string[];
  env(port: number): NodeJS.ProcessEnv;
}

/** `folder`: where their programs are. */
export function listEmulators(folder: string): Emulator[] {
  return [
    {
      name: 'moto',
      command: `${folder}/moto_server`,
      args: (port) => ['-H', '127.0.0.1', '-p', `${port}`],
      env: () => ({}),
    },
    {
      name: 'ministack',
      command: `${folder}/ministack`,
      args: () => [],
      env: (port) => ({ GATEWAY_PORT: `${port}`, BIND_HOST: '127.0.0.1', LAMBDA_EXECUTOR: 'local' }),
    },
    {
      name: 'faasify serve',
      command: process.execPath,
      args: (port) => [join(ROOT, 'bin/faasify.js'), 'serve', '--port', `${port}`],
      env: () => ({}),
    },
  ];
}

/** `lost`: it is never passed on; `unanswered`: its answer is lost; else it is answered with this error. */
export type Fault = 'lost' | 'unanswered' | { status: number; type: string; message: string };

export interface Service {
  url: string;
  /** Requests since the last look, in order: `PUT code`, `CreateRole`; those that change something. */
  takeWrites(): string[];
  /** Called with every request before it is passed on; says what becomes of it. */
  onRequest?: ((index: number, what: string) => Fault | undefined) | undefined;
  stop(): Promise<void>;
}

/** Starts it, with a server in front of it that counts. */
export async function startEmulator({ command, args, env }: Emulator): Promise<Service> {
  const port = await findPort();
  const folder = mkdtempSync(join(tmpdir(), 'faasify-emulator-'));
  const own = { ...process.env, ...env(port), TMPDIR: folder };
  const child = spawn(command, args(port), { env: own, stdio: 'ignore', detached: true });
  await waitUntilUp(child, port);
  const seen: string[] = [];
  let index = 0;
  const server = createServer(async (incoming, outgoing) => {
    const body = await readBody(incoming);
    const what = describe(incoming, body);
    seen.push(what);
    const fault = service.onRequest?.(index++, what);
    if (fault === 'lost') return void outgoing.destroy();
    if (typeof fault === 'object') return refuse(outgoing, fault);
    const { method, url, headers } = incoming;
    const passed = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      if (fault === 'unanswered') return void answer.resume().on('end', () => outgoing.destroy());
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    passed.end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const service: Service = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeWrites: () => {
      index = 0;
      return seen.splice(0).filter((text) => !/^(GET|Get|List|Describe)/.test(text));
    },
    stop: async () => {
      await stop(server, child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return service;
}

async function waitUntilUp(child: ChildProcess, port: number): Promise<void> {
  let end: unknown;
  child.on('error', (error) => {
    end = error;
  });
  child.on('exit', (code) => {
    end ??= `exit code ${code}`;
  });
  for (let tries = 0; tries < 200; tries++) {
    if (end !== undefined) throw new Error(`the emulator does not run: ${end}`);
    if (await answers(port)) return;
    await wait(150);
  }
  throw new Error('the emulator does not answer');
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const outgoing = request({ host: '127.0.0.1', port, path: '/' }, (answer) => {
      answer.resume();
      done(true);
    });
    outgoing.on('error', () => done(false));
    outgoing.end();
  });
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** As JSON, which all but IAM read; of that one only the status is understood. */
function refuse(outgoing: ServerResponse, { status, type, message }: Exclude<Fault, string>): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
  outgoing.end(JSON.stringify({ __type: type, message }));
}

/** `/2015-03-31/functions/shop-a/versions` → `POST versions`; of the other APIs the name of the action. */
function describe({ method, url = '', headers }: IncomingMessage, body: Buffer): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  const path = url.split('?')[0]?.split('/').filter(Boolean) ?? [];
  if (path.length === 0) return new URLSearchParams(body.toString('latin1')).get('Action') ?? `${method}`;
  const [, what = '', , part = what === 'functions' ? 'function' : what] = path;
  return `${method} ${part}`;
}

/** With the processes that it has started for functions. */
async function stop(server: Server, child: ChildProcess): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = new Promise((done) => child.once('exit', done));
  process.kill(-child.pid, 'SIGKILL');
  await ended;
}
