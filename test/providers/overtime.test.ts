/** A function that never ends, in a process that is given several calls at once; the provider has a second instance. */
import { cpSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { prepareRun } from '../../src/commands/run.ts';
import { listArguments } from '../../src/run/launch.ts';
import { findPort } from '../harness/ports.ts';
import { runNode } from '../harness/processes.ts';
import { makeProgramFolder } from './program-folder.ts';
import { type StartedProcess, startNode, waitForServer } from './runtime.ts';

const LONG = 120_000;

const PROGRAM = `
import { forever, note } from './work.ts';
const describe = (one: PromiseSettledResult<string>) => one.status === 'fulfilled' ? one.value : [one.reason.code, one.reason.mayHaveRun];
const stuck = forever('a');
await fetch(process.env.NOTES + '/when-a');
const settled = await Promise.allSettled([stuck, note('b')]);
console.log(JSON.stringify(settled.map(describe)), await note('c'));
`;

/** Neither may be made twice. */
const WORK = `
/** @faas timeout=2 */ export async function forever(name: string): Promise<string> {
  await fetch(process.env.NOTES + '/' + name);
  await new Promise((resolve) => setTimeout(resolve, 1_000_000));
  return name;
}
/** @faas timeout=2 */ export async function note(name: string): Promise<string> {
  await fetch(process.env.NOTES + '/' + name);
  return name.toUpperCase();
}
`;

const folder = makeProgramFolder('late', PROGRAM, WORK);
const instances: StartedProcess[] = [];
afterAll(async () => {
  await Promise.all(instances.map(({ stop }) => stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function listen(listener: Parameters<typeof createServer>[1] & object): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startInstance(unit: string): Promise<number> {
  const port = await findPort();
  const instance = startNode(['index.js'], unit, { PORT: `${port}`, HOST: '127.0.0.1' });
  instances.push(instance);
  await waitForServer(port, instance, 100);
  return port;
}

/** Calls go to the first one as long as it takes any. */
function startBalancer(ports: number[], statuses: number[]): Promise<string> {
  return listen((incoming, outgoing) => {
    const { method, headers, url } = incoming;
    const passOn = (answer: IncomingMessage) => {
      const { statusCode = 502 } = answer;
      statuses.push(statusCode);
      if (statusCode === 429 && ports.length > 1) ports.shift();
      outgoing.writeHead(statusCode, answer.headers);
      answer.pipe(outgoing);
    };
    const forwarded = request(`http://127.0.0.1:${ports[0]}${url}`, { method, headers, agent: false }, passOn);
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
}

it(
  'is a timeout for its caller; what waits behind it runs elsewhere, once, and the process ends',
  async () => {
    const notes: string[] = [];
    let begin = () => {};
    const hasBegun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const notesUrl = await listen(async ({ url = '' }, outgoing) => {
      if (url === '/when-a') await hasBegun;
      else notes.push(url);
      if (url === '/a') begin();
      outgoing.end();
    });
    const flags = { target: 'http', depth: 'shallow' };
    const { out, manifest, program } = await prepareRun({ entry: 'main.ts', args: [], cwd: folder, flags });
    const [place, ...others] = manifest.units.flatMap(({ places = [] }) => places);
    expect(others).toEqual([]);
    const unit = join(folder, 'unit');
    cpSync(join(out, place?.package?.folder ?? ''), unit, { recursive: true });
    const ports = await Promise.all([startInstance(unit), startInstance(unit)]);
    const [instance] = instances;
    const statuses: number[] = [];
    const env = { ...program.env, NOTES: notesUrl, FAASIFY_ENDPOINT_HTTP: await startBalancer(ports, statuses) };
    const { stdout, stderr } = await runNode(listArguments(program), folder, '', env);
    expect(stderr).toBe('');
    expect(stdout).toBe('[["timeout",true],"B"] C\n');
    expect(notes).toEqual(['/a', '/b', '/c']);
    expect(statuses.sort()).toEqual([200, 200, 429, 504]);
    await expect.poll(() => instance?.child.exitCode, { timeout: 60_000 }).toBe(1);
  },
  LONG,
);
