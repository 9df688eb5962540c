/**
 * Cold starts in processes as on AWS Lambda, beside handlers written by hand: under aws-lambda-ric where `FAASIFY_RIC` names a
 * folder that has it, else under our own runtime client.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { serve } from '../src/commands/serve.ts';
import { unzip } from '../src/host/control/unzip.ts';
import { findRuntimeClient } from '../src/host/runtime/client-choice.ts';
import { openRuntimeHost, type RuntimeAnswer } from '../src/host/runtime/runtime.ts';
import { minima, timeProgram } from './measure.ts';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '..');

/** Milliseconds */
export interface Pair {
  ours: number;
  peer: number;
}

/** The first invocation of a function in this folder, and the last. */
type StartOnce = (folder: string, handler: string, env?: Record<string, string>) => Promise<RuntimeAnswer>;

const BY_HAND = `export const handler = async ({ args: [a, b] }) => {
  const sum = a + b;
  return { ret: a / sum };
};
`;
const EVENT = '{"args":[1,3]}';

/** From the start of the process until it asks for work. `command`: the file of faasify; `work`: where files may be made. */
export async function timeColdStart(command: string, work: string, rounds: number): Promise<Pair> {
  const out = await buildUnits(command, work, 'small');
  const ours = await unpack(out, 'main-ratio');
  const peer = writeByHand(work);
  return withRuntime(async (startOnce) => {
    const time = async (folder: string) => {
      const answer = await startOnce(folder, 'handler.handler');
      readReply(answer, 0.25);
      return answer.init ?? Number.NaN;
    };
    return minima(rounds, { ours: () => time(ours), peer: () => time(peer) });
  });
}

/** Of a function that calls another one: loading it in its runtime, and its first call. */
export async function timeFirstReply(command: string, work: string, rounds: number): Promise<Pair> {
  const out = await buildUnits(command, work, 'nested', '--nested', 'remote', '--app', 'bench');
  const [ours, peer] = [await unpack(out, 'main-percent'), join(work, 'sdk')];
  await bundlePeer(peer);
  for (const folder of [ours, peer]) writeFileSync(join(folder, 'timed.mjs'), TIMED);
  const serving = await serve({ out, cwd: work, port: 0 });
  const keys = { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' };
  const env = { AWS_ENDPOINT_URL: serving.url, ...keys, FUNCTION: 'main-ratio' };
  try {
    return await withRuntime(async (startOnce) => {
      const time = async (folder: string) => readReply(await startOnce(folder, 'timed.handler', env), 25).time;
      await time(peer);
      return minima(rounds, { ours: () => time(ours), peer: () => time(peer) });
    });
  } finally {
    await serving.close();
  }
}

/** Around a handler. */
const TIMED = `const begin = performance.now();
const { handler: run } = await import('./handler.mjs');
const loaded = performance.now() - begin;
export const handler = async (event, context) => {
  const begin = performance.now();
  const reply = await run(event, context);
  return { ...reply, time: loaded + performance.now() - begin };
};
`;

async function withRuntime<T>(use: (startOnce: StartOnce) => Promise<T>): Promise<T> {
  const { FAASIFY_RIC: ric } = process.env;
  const host = openRuntimeHost(findRuntimeClient(ric ? 'ric' : 'own', ric ? [ric] : [], ROOT, process.env));
  try {
    return await use(async (folder, handler, env = {}) => {
      const runtime = host.start({ name: 'bench', folder, handler, env, memory: 256, timeout: 10 });
      const answer = await runtime.invoke({ event: EVENT });
      await runtime.close();
      return answer;
    });
  } finally {
    await host.close();
  }
}

function readReply({ payload }: RuntimeAnswer, wanted: number): { time: number } {
  const { ret, time = Number.NaN } = JSON.parse(`${payload}`) as { ret?: number; time?: number };
  if (ret !== wanted) throw new Error(`wrong reply: ${payload}`);
  return { time };
}

async function buildUnits(command: string, work: string, name: string, ...options: string[]): Promise<string> {
  const [source, out] = [join(work, name), join(work, `${name}-out`)];
  cpSync(join(HERE, name), source, { recursive: true });
  await timeProgram([command, source, '--target', 'lambda', '--out', out, ...options], work);
  return out;
}

async function unpack(out: string, unit: string): Promise<string> {
  const folder = join(out, `unpacked-${unit}`);
  mkdirSync(folder);
  await unzip(readFileSync(join(out, 'packages', `${unit}.zip`)), folder);
  return folder;
}

function writeByHand(work: string): string {
  const folder = join(work, 'by-hand');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'handler.mjs'), BY_HAND);
  return folder;
}

/** As AWS advises: the SDK bundled and minified. */
async function bundlePeer(folder: string): Promise<void> {
  await build({
    entryPoints: [join(HERE, 'peers/sdk-handler.ts')],
    outfile: join(folder, 'handler.mjs'),
    ...({ bundle: true, format: 'esm', platform: 'node', target: 'node20', minify: true, logLevel: 'error' } as const),
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
}
