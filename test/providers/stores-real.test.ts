/** What was deployed to stand-ins of providers' APIs runs in the providers' own runtimes; as providers.test.ts, only for those in FAASIFY_PROVIDERS. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { unzip } from '../../src/host/control/unzip.ts';
import { makeProject } from '../cli/command.ts';
import { runtime as fission } from './fission.ts';
import { install } from './install.ts';
import { runtime as netlify } from './netlify.ts';
import type { ProviderRuntime, RunningUnits, StartedUnit } from './runtime.ts';
import { KEY, startCloudflare } from './stand-ins/cloudflare.ts';
import { startKubernetes } from './stand-ins/kubernetes.ts';
import { startNetlify } from './stand-ins/netlify.ts';
import { startVercel } from './stand-ins/vercel.ts';
import { buildProgram, LONG, SALT } from './store-program.ts';
import { runtime as vercel } from './vercel.ts';
import { runtime as workers } from './workers.ts';

const asked = process.env.FAASIFY_PROVIDERS ?? '';
const isAsked = (target: string) => asked === 'all' || asked.split(',').includes(target);

async function start(
  runtime: ProviderRuntime,
  units: StartedUnit[],
  env: Record<string, string>,
): Promise<RunningUnits> {
  const folder = makeProject({});
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const home = await install(runtime, process.env.FAASIFY_PROVIDERS_HOME ?? join(folder, 'home'));
  return runtime.start({ units, home, scratch: join(folder, 'scratch'), env });
}

/** `isKeyed`: only whoever has the key can call. */
async function check({ endpoint, stop }: RunningUnits, path: string, isKeyed = true): Promise<void> {
  const call = (name: string, args: unknown[], key = KEY) =>
    fetch(`${endpoint}${path}${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ args }),
    });
  try {
    expect(await (await call('shop-work-square', [7])).json()).toEqual({ ret: 49 });
    expect(await (await call('shop-work-sign', ['ä'])).json()).toEqual({ ret: `ä, ${SALT}` });
    if (isKeyed) expect((await call('shop-work-sign', ['a'], 'wrong')).status).toBe(401);
  } finally {
    await stop();
  }
}

async function deploy(target: string, env: Record<string, string>, settings: object = {}): Promise<void> {
  const { run } = await buildProgram(target, env, settings);
  const deployed = await run('deploy', 'faas');
  expect(deployed.code, deployed.stderr).toBe(0);
}

const NAMES = ['shop-work-sign', 'shop-work-square'];

async function unpack(zips: readonly [name: string, zip: Buffer | undefined][]): Promise<StartedUnit[]> {
  const folder = makeProject({});
  const units = zips.map(([name, zip = Buffer.alloc(0)]) => ({ name, zip, folder: join(folder, name) }));
  for (const { folder, zip } of units) {
    mkdirSync(folder);
    await unzip(zip, folder);
  }
  return units.map(({ name, folder }) => ({ name, folder }));
}

function write(folder: string, path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

test.runIf(isAsked('workers'))(
  'Workers run in workerd, with the flags and the values that they were given',
  async () => {
    const { workers: uploaded, env } = await startCloudflare();
    await deploy('workers', env);
    const folder = makeProject({});
    const units = [...uploaded].map(([name, { metadata, module }]) => {
      const { main_module: main = '', ...others } = metadata;
      write(folder, `${name}/${main}`, module);
      write(folder, `${name}/wrangler.jsonc`, JSON.stringify({ ...others, main }));
      return { name, folder: join(folder, name) };
    });
    const bindings = uploaded.get('shop-work-sign')?.metadata.bindings ?? [];
    const bound = Object.fromEntries(bindings.map(({ name, text }) => [name, text]));
    await check(await start(workers, units, bound), '/');
  },
  LONG,
);

test.runIf(isAsked('netlify'))(
  'functions of a deploy run in the parts of netlify dev',
  async () => {
    const { state, env } = await startNetlify();
    await deploy('netlify', env, { memory: 1024 });
    const functions = Object.entries(state.shown?.functions ?? {});
    const units = await unpack(functions.map(([name, digest]) => [name, state.blobs.get(digest)]));
    const set = Object.fromEntries((state.shown?.environment ?? []).map(({ key, value }) => [key, value]));
    await check(await start(netlify, units, set), '/.netlify/functions/');
  },
  LONG,
);

test.runIf(isAsked('vercel'))(
  'functions of a deployment run in the server of vercel dev',
  async () => {
    const { state, env } = await startVercel();
    await deploy('vercel', env, { memory: 1024 });
    const folder = makeProject({});
    for (const { file, sha } of state.shown?.files ?? []) write(folder, file, state.blobs.get(sha) ?? '');
    const units = NAMES.map((name) => ({ name, folder: join(folder, 'api', name) }));
    await check(await start(vercel, units, state.shown?.env ?? {}), '/api/');
  },
  LONG,
);

test.runIf(isAsked('fission') && process.env.FISSION_RUNTIME)(
  'packages run in the server of the environment, with the variables of that',
  async () => {
    const { objects, env } = await startKubernetes();
    await deploy('fission', env);
    const zips = NAMES.map((name): [string, Buffer] => {
      const { literal } = Object(objects.get(`packages/${name}`)?.spec.deployment);
      return [name, Buffer.from(String(literal), 'base64')];
    });
    const units = await unpack(zips);
    const { runtime } = Object(objects.get('environments/faasify-shop')?.spec);
    const variables: { name: string; value: string }[] = runtime.container.env;
    const set = Object.fromEntries(variables.map(({ name, value }) => [name, value]));
    await check(await start(fission, units, set), '/fission-function/', false);
  },
  LONG,
);
