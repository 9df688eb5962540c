import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serveFolder } from '../../src/commands/serve.ts';
import { WIRE_VERSION } from '../../templates/runtime/protocol.ts';
import { buildRuntime, bundleUnit, writeManifest } from './program.ts';

const RUNTIME = join(import.meta.dirname, '../../templates/runtime');
const SPIN = `
let ran = 0;
export const handler = handle({ 'm#spin': { run: () => { for (;;) ran++; } } });
`;
const TIME = `export const handler = async (event, context) => ({ ret: Math.ceil(context.getRemainingTimeInMillis()) });`;
const WAIT = `
import { signals } from '${RUNTIME}/signals.ts';
async function wait(signal, count) {
  const seen = [signal.aborted];
  for (let i = 0; i < count; i++) { await null; seen.push(signal.aborted); }
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  return [seen.indexOf(true), signal.reason];
}
export const handler = handle({ 'm#wait': { run: wait } }, rich, signals);
`;

let folder: string;
let serving: Serving;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faasify-time-'));
  await buildRuntime(folder);
  await bundleUnit(folder, 'lambda', 'spin', SPIN);
  await bundleUnit(folder, 'lambda', 'wait', WAIT);
  const time = await bundleUnit(folder, 'lambda', 'time', TIME);
  await bundleUnit(folder, 'lambda', 'caller', emitCaller(time));
  writeManifest(
    folder,
    ['spin', 'wait', 'time', 'caller'].map((name) => ({ name, functions: [`m#${name}`], bundle: `${name}.mjs` })),
  );
  serving = await serveFolder({ out: folder, cwd: folder, port: 0 }, join(folder, 'host.cjs'));
});
afterAll(async () => {
  await serving.close();
  rmSync(folder, { recursive: true });
});

/** A unit that calls another one, which has a minute for itself. */
function emitCaller(bundle: string): string {
  const unit = { name: 'time', bundle, room: 'time', memory: 128, timeout: 60, concurrency: 1 };
  return `
export const handler = (event) => new Promise((resolve) => {
  const link = globalThis[Symbol.for('faasify.link')]();
  link.send({ unit: ${JSON.stringify(unit)}, request: '{"args":[]}', repeatable: false }, ({ reply }) => resolve(JSON.parse(reply)));
});`;
}

async function post(path: string, body: unknown, call = ''): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', 'x-faasify-call': call };
  const response = await fetch(serving.url + path, { method: 'POST', body: JSON.stringify(body), headers });
  const text = await response.text();
  return text === '' ? { status: response.status } : JSON.parse(text);
}

function invoke(name: string, event: unknown, call?: string): Promise<Record<string, unknown>> {
  return post(`/2015-03-31/functions/${name}/invocations`, event, call);
}

describe('a call with a deadline', () => {
  it('is cut off then, though its unit would give it more time', async () => {
    const start = performance.now();
    const answer = await invoke('spin', { args: [], deadline: Date.now() + 600 });
    expect(performance.now() - start).toBeLessThan(4000);
    expect(answer).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(answer.errorMessage).toMatch(/Task timed out after 0\.\d\d seconds/);
  });

  it('that is over already does not run', async () => {
    const answer = await invoke('time', { args: [], deadline: Date.now() - 1 });
    expect(answer.errorMessage).toMatch(/Task timed out after -?0\.\d\d seconds/);
  });

  it('knows how much time it has', async () => {
    expect((await invoke('time', { args: [] })).ret).toBeGreaterThan(4000);
    const { ret } = await invoke('time', { args: [], deadline: Date.now() + 2000 });
    expect(ret).toBeLessThanOrEqual(2000);
    expect(ret).toBeGreaterThan(0);
  });

  it('gives what is left to the calls that it makes, and so does one that has but the time of its unit', async () => {
    const { ret } = await invoke('caller', { args: [], deadline: Date.now() + 2000 });
    expect(ret).toBeLessThanOrEqual(2000);
    const whole = (await invoke('caller', { args: [] })).ret;
    expect(whole).toBeGreaterThan(2000);
    expect(whole).toBeLessThanOrEqual(5000);
  });
});

describe('a signal over HTTP', () => {
  const live = { $: ['AbortSignal'] };
  const abort = [{ signal: 0, reason: 'why' }];

  it('is aborted while the function runs', async () => {
    const running = invoke('wait', { v: WIRE_VERSION, args: [live, 2] }, 'one');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await post('/faasify/aborts', abort, 'one')).toEqual({ status: 204 });
    expect(await running).toEqual({ ret: [-1, 'why'], aborts: 1 });
  });

  it('is aborted by a notice that has overtaken its call, when the function waits', async () => {
    await post('/faasify/aborts', abort, 'two');
    expect(await invoke('wait', { v: WIRE_VERSION, args: [live, 2] }, 'two')).toEqual({ ret: [-1, 'why'], aborts: 1 });
  });

  it('is aborted at the step that the request says', async () => {
    for (const steps of [0, 1, 3]) {
      const aborts = [{ ...abort[0], steps }];
      expect(await invoke('wait', { v: WIRE_VERSION, args: [live, 5], aborts })).toEqual({
        ret: [steps + 1, 'why'],
        aborts: 1,
      });
    }
  });

  it('of another call is left alone, as is what is no signal; a request that aborts none is refused', async () => {
    const refused = await invoke('wait', { v: WIRE_VERSION, args: [{}, 2], aborts: [{ ...abort[0], steps: 0 }] });
    expect(refused).toMatchObject({ refused: { code: 'bad-request' } });
    const running = invoke('wait', { v: WIRE_VERSION, args: [live, 2] }, 'three');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await post('/faasify/aborts', [{ signal: 0, reason: 'wrong' }], 'four');
    for (const odd of [[{ signal: 7, reason: 1 }], 7, [null], {}]) await post('/faasify/aborts', odd, 'three');
    await post('/faasify/aborts', abort, 'three');
    expect(await running).toEqual({ ret: [-1, 'why'], aborts: 1 });
  });
});
