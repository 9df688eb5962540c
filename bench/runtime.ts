/**
 * Cold starts in processes as on AWS Lambda, beside a handler written by hand, under aws-lambda-ric where `FAASIFY_RIC` names a
 * folder that has it; and the first reply of a function, beside a call through the SDK.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { serve } from '../src/commands/serve.ts';
import { unzip } from '../src/host/control/unzip.ts';
import { findRuntimeClient } from '../src/host/runtime/client-choice.ts';
import { openRuntimeHost, type RuntimeHost } from '../src/host/runtime/runtime.ts';
import { minima, timeProgram } from './measure.ts';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '..');

/** Milliseconds */
export interface Pair {
  ours: number;
  peer: number;
}

const BY_HAND = `export const handler = async ({ a, b }) => {
  const sum = a + b;
  return a / sum;
};
`;

/** From the start of the process until it asks for work. `command`: the file of faasify; `work`: where files may be made. */
export async function timeColdStart(command: string, work: string, rounds: number): Promise<Pair> {
  const { FAASIFY_RIC: ric } = process.env;
  const unit = await unpackSmall(command, work);
  const peer = join(work, 'by-hand');
  mkdirSync(peer);
  writeFileSync(join(peer, 'handler.mjs'), BY_HAND);
  const host = openRuntimeHost(findRuntimeClient(ric ? 'ric' : 'own', ric ? [ric] : [], ROOT, process.env));
  try {
    const start = { ours: () => startOnce(host, unit), peer: () => startOnce(host, peer) };
    return await minima(rounds, start);
  } finally {
    await host.close();
  }
}

async function startOnce(host: RuntimeHost, folder: string): Promise<number> {
  const common = { name: 'small', handler: 'handler.handler', env: {}, memory: 128, timeout: 10 };
  const runtime = host.start({ ...common, folder });
  const { init = Number.NaN, payload } = await runtime.invoke({ event: '{"a":1,"b":3}' });
  await runtime.close();
  if (!`${payload}`.includes('0.25')) throw new Error(`wrong reply: ${payload}`);
  return init;
}

async function unpackSmall(command: string, work: string): Promise<string> {
  const out = join(work, 'cold');
  await timeProgram([command, join(HERE, 'small'), '--target', 'lambda', '--out', out], work);
  const folder = join(work, 'unpacked');
  mkdirSync(folder);
  await unzip(readFileSync(join(out, readUnit(out).zip)), folder);
  return folder;
}

function readUnit(out: string): { name: string; zip: string } {
  const { units } = JSON.parse(readFileSync(join(out, 'faasify.json'), 'utf8')) as {
    units: [{ name: string; zip: string }];
  };
  return units[0];
}

/** From the moment at which the caller's code begins to load; both are bundled, and the function is warm. */
export async function timeFirstReply(command: string, work: string, rounds: number): Promise<Pair> {
  const [source, out] = [join(work, 'first'), join(work, 'first-out')];
  cpSync(join(HERE, 'first'), source, { recursive: true });
  await timeProgram([command, source, '--target', 'lambda', '--app', 'bench', '--out', out], work);
  const bundle = (entry: string, outfile: string) =>
    build({
      entryPoints: [entry],
      outfile,
      ...({ bundle: true, format: 'esm', platform: 'node', minify: true, logLevel: 'error' } as const),
      external: ['faasify/*'],
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
  const [ours, peer] = [join(out, 'app/main.mjs'), join(work, 'sdk.mjs')];
  await Promise.all([bundle(join(out, 'app/main.ts'), ours), bundle(join(HERE, 'peers/sdk.ts'), peer)]);
  const serving = await serve({ out, cwd: work, port: 0 });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: serving.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    FUNCTION: readUnit(out).name,
  });
  const run = async (file: string) => Number((await timeProgram([file], work)).lines[0]);
  try {
    await run(ours);
    return await minima(rounds, { ours: () => run(ours), peer: () => run(peer) });
  } finally {
    await serving.close();
  }
}
