/** Where a provider has the addresses of functions, and how its clock starts them. */
import { isUtf8 } from 'node:buffer';
import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { provider as knative } from '../../src/providers/knative.ts';
import { provider as netlify } from '../../src/providers/netlify.ts';
import { emitRun } from '../../src/providers/starts.ts';
import { provider as vercel } from '../../src/providers/vercel.ts';
import type { ManifestUnit } from '../../src/types.ts';
import { startWithClock as startDeno } from './deno.ts';
import { startForWeb } from './gcf.ts';
import { runtime as netlifyRuntime } from './netlify.ts';
import { describeApp, type ProviderRuntime, type RunningUnits, type StartedUnit, type StartInput } from './runtime.ts';
import { startForWeb as startScalewayForWeb } from './scaleway.ts';
import { startWithClock as startWorkers } from './workers.ts';

export interface Asked {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

/** What a test does at one provider. */
interface Way {
  start?: ProviderRuntime['start'];
  /** The whole address of a request. */
  web?(running: RunningUnits, units: readonly StartedUnit[], asked: Asked): string | Promise<string>;
  /** What a request has besides, from what stands before the functions. */
  headers?(asked: Asked): Record<string, string>;
  /** What the provider's own server answers, before any function is asked: the status is looked at. */
  isOwn?(asked: Asked): boolean;
  /** What that server takes nothing of, where others do: it says so. */
  refuses?(asked: Asked): boolean;
  /** What it says of calls is not looked at: whoever reaches it may call. */
  isOpen?: true;
  call?(endpoint: string, name: string): string;
  startForRuns?: ProviderRuntime['start'];
  run?(running: RunningUnits, unit: StartedUnit): Promise<unknown>;
}

export function startsOf({ routes, schedules }: ManifestUnit) {
  return { ...(routes && { routes }), ...(schedules && { schedules }) };
}

/** The unit that has the address, which is most particular where there are several. */
function findUnit(units: readonly StartedUnit[], { path, method = 'GET' }: Asked): StartedUnit {
  const fits = (key: string) =>
    new RegExp(`^${key.replaceAll(/\{[^}]*\}/g, '[^/]+')}$`).test(`${method} ${path.replace(/\?.*/, '')}`);
  const found = units.flatMap((unit) => (unit.routes ?? []).filter(fits).map((key) => ({ unit, key })));
  const [{ unit } = {}] = found.sort((a, b) => a.key.split('{').length - b.key.split('{').length);
  if (!unit) throw new Error(`no unit has ${method} ${path}`);
  return unit;
}

/** As Express reads JSON before a function is asked. */
const refuseJson = ({ headers, body = '' }: Asked): boolean => {
  const type = headers?.['content-type'] ?? '';
  return /json; charset=iso/.test(type) || (/json/.test(type) && Buffer.from(body).includes(0));
};

const below: Way['web'] = ({ endpoint }, units, asked) => `${endpoint}/${findUnit(units, asked).name}${asked.path}`;
const atRoot: Way['web'] = ({ endpoint }, _, { path }) => endpoint + path;

/** As a scheduler calls. */
async function post({ endpoint, key = '' }: RunningUnits, { name, schedules = [] }: StartedUnit): Promise<Response> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const body = emitRun(`${schedules[0]?.fn}`);
  return fetch(`${endpoint}/${name}`, { method: 'POST', headers, body });
}

async function expectOk(answer: Response): Promise<void> {
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
}

/** With what deploy.sh makes of units that have addresses and schedules. */
function startNetlify(input: StartInput): Promise<RunningUnits> {
  const files = netlify.project?.(describeApp(input.units)) ?? [];
  const starts = files.flatMap(({ path, text }) => {
    const [, name = ''] = /^starts\/(.*)\.mjs$/.exec(path) ?? [];
    const source = input.units.find(
      (one) => name.startsWith(`${one.name}-`) && /^(run-\d+|[a-z]+)$/.test(name.slice(one.name.length + 1)),
    );
    if (!source) return [];
    const folder = join(input.scratch, 'starts', name);
    cpSync(source.folder, folder, { recursive: true });
    renameSync(join(folder, 'index.mjs'), join(folder, 'unit.mjs'));
    writeFileSync(join(folder, 'index.mjs'), text);
    return [{ name, folder }];
  });
  return netlifyRuntime.start({ ...input, units: [...input.units, ...starts] });
}

export const WAYS: Record<string, Way> = {
  gcf: {
    start: startForWeb,
    web: below,
    isOpen: true,
    isOwn: ({ body }) => body === '[{',
    refuses: refuseJson,
    run: async (...given) => expectOk(await post(...given)),
  },
  http: { web: below, run: async (...given) => expectOk(await post(...given)) },
  netlify: {
    web: atRoot,
    start: startNetlify,
    call: (endpoint, name) => `${endpoint}/.netlify/functions/${name}`,
    // Text has been decoded as UTF-8 before a function is asked.
    refuses: ({ body = '' }) => !isUtf8(Buffer.from(body)),
    startForRuns: startNetlify,
    run: async ({ endpoint }, { name }) =>
      expectOk(await fetch(`${endpoint}/.netlify/functions/${name}-run-0`, { method: 'POST' })),
  },
  vercel: {
    async web({ find }, units, { path, method = 'GET' }) {
      const [file] = vercel.project?.(describeApp(units)) ?? [];
      const { routes } = JSON.parse(file?.text ?? '{}') as {
        routes: { src?: string; dest: string; methods?: string[] }[];
      };
      const found = routes.find(
        ({ src, methods }) => src && new RegExp(src).test(path.replace(/\?.*/, '')) && methods?.includes(method),
      );
      return `${await find?.(`${found?.dest.replace('/api/', '')}`)}${path}`;
    },
    async run({ find, key }, { name }) {
      const address = `${await find?.(name)}/api/${name}/run/0`;
      const refused = await fetch(address);
      if (refused.status !== 401) throw new Error('anybody may run it');
      await expectOk(await fetch(address, { headers: { authorization: `Bearer ${key}` } }));
    },
  },
  workers: {
    web: below,
    startForRuns: startWorkers,
    async run({ endpoint }, { folder, name }) {
      const { triggers } = JSON.parse(readFileSync(join(folder, 'wrangler.jsonc'), 'utf8')) as {
        triggers: { crons: string[] };
      };
      await expectOk(await fetch(`${endpoint}/${name}?cron=${encodeURIComponent(`${triggers.crons[0]}`)}`));
    },
  },
  azure: {
    web: ({ endpoint }, _, { path }) => `${endpoint}/api${path}`,
    call: (endpoint, name) => `${endpoint}/api/${name}`,
    run: async ({ endpoint }, { name }) => expectOk(await fetch(`${endpoint}/timers/${name}-run-0`)),
  },
  scaleway: {
    start: startScalewayForWeb,
    web: below,
    isOpen: true,
    // A body without a type gets one.
    isOwn: ({ path }) => path === '/moved',
    refuses: ({ body = '' }) => !isUtf8(Buffer.from(body)),
    run: async (...given) => expectOk(await post(...given)),
  },
  openwhisk: {
    /** As a rule hands over what an alarm brings. */
    async run({ endpoint, key = '' }, { name, schedules = [] }) {
      const headers = { 'content-type': 'application/json', authorization: `Basic ${btoa(key)}` };
      const url = `${endpoint}/api/v1/namespaces/_/actions/${name}?blocking=true&result=true`;
      await expectOk(await fetch(url, { method: 'POST', headers, body: emitRun(`${schedules[0]?.fn}`) }));
    },
  },
  openfaas: {
    web: ({ endpoint }, units, asked) => `${endpoint}/function/${findUnit(units, asked).name}${asked.path}`,
    isOpen: true,
    /** As the cron connector does it. */
    run: async ({ endpoint }, { name }) => expectOk(await fetch(`${endpoint}/function/${name}`, { method: 'POST' })),
  },
  fission: {
    /** The router has found the function of a trigger, and tells what was asked for. */
    web: ({ endpoint }, units, asked) => `${endpoint}/fission-function/${findUnit(units, asked).name}`,
    headers: ({ path }) => ({ 'x-fission-full-url': path }),
    isOwn: ({ body }) => body === '[{',
    refuses: (asked) => refuseJson(asked) || !isUtf8(Buffer.from(asked.body ?? '')),
    isOpen: true,
    async run({ endpoint }, { name }) {
      const headers = { 'x-fission-full-url': `/fission-function/${name}`, 'x-fission-timer-name': `${name}-run-0` };
      await expectOk(await fetch(`${endpoint}/fission-function/${name}`, { method: 'POST', headers }));
    },
  },
  knative: {
    async run({ endpoint }, { name, schedules = [] }) {
      const [file] = knative.project?.(describeApp([{ name, folder: '', schedules }])) ?? [];
      const { spec }: { spec: { contentType: string; data: string } } = parse(file?.text ?? '');
      const attributes = {
        'ce-id': '1',
        'ce-source': '/apis/v1/pingsource',
        'ce-type': 'dev.knative.sources.ping',
        'ce-specversion': '1.0',
      };
      const headers = { 'content-type': spec.contentType, ...attributes };
      await expectOk(await fetch(`${endpoint}/${name}`, { method: 'POST', headers, body: spec.data }));
    },
  },
  deno: {
    web: atRoot,
    startForRuns: startDeno,
    run: async ({ endpoint }, { name }) => expectOk(await fetch(`${endpoint}/crons/${name}-run-0`)),
  },
};
