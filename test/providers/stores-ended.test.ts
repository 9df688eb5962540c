/** Deployments that end at any moment: the next one comes to what is wanted, be that the same or what was there before. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findManifest } from '../../src/commands/provider.ts';
import { deployStored, diffStored, emptyStored, openStored, type Stored } from '../../src/commands/stores.ts';
import { loadProvider } from '../../src/providers/index.ts';
import { startAzure } from './stand-ins/azure.ts';
import { startCloudflare } from './stand-ins/cloudflare.ts';
import { startKubernetes } from './stand-ins/kubernetes.ts';
import { startNetlify } from './stand-ins/netlify.ts';
import type { StandIn } from './stand-ins/stand-in.ts';
import { startVercel } from './stand-ins/vercel.ts';
import { buildProgram, LONG } from './store-program.ts';

interface Place extends Pick<StandIn, 'endAfter' | 'written'> {
  env: Record<string, string>;
  /** The variable that functions have, and the names of functions, as callers would find them; nothing where there are none. */
  look(): { salt: string | undefined; names: string[] };
}

/** Version, and the schedule that it has. */
const CLOCKS = [
  ['first', '*/5 * * * *'],
  ['second', '0 * * * *'],
];
const EXPRESSIONS: Record<string, string> = { first: 'rate(5 minutes)', second: 'rate(1 hour)' };

const PLACES: Record<string, () => Promise<Place>> = {
  workers: async () => {
    const made = await startCloudflare();
    const look = () => {
      const reached = [...made.workers].filter(([, { enabled }]) => enabled);
      const bindings = made.workers.get('shop-work-sign')?.metadata.bindings;
      return { salt: bindings?.find(({ name }) => name === 'SALT')?.text, names: reached.map(([name]) => name) };
    };
    return { ...made, look };
  },
  'workers by the clock': async () => {
    const made = await startCloudflare();
    const look = () => {
      const reached = [...made.workers].filter(([, { enabled }]) => enabled);
      const [cron = ''] = made.workers.get('shop-work-sign')?.crons ?? [];
      return { salt: CLOCKS.find(([, one]) => one === cron)?.[0], names: reached.map(([name]) => name) };
    };
    return { ...made, look };
  },
  netlify: async () => {
    const made = await startNetlify({ isQuick: true });
    const look = () => ({
      salt: made.state.shown?.environment.find(({ key }) => key === 'SALT')?.value,
      names: Object.keys(made.state.shown?.functions ?? {}),
    });
    return { ...made, look };
  },
  vercel: async () => {
    const made = await startVercel({ isQuick: true });
    const look = () => {
      const files = made.state.shown?.files.map(({ file }) => file) ?? [];
      const names = files.flatMap((file) => /^api\/([^/]+)\/index\.mjs$/.exec(file)?.[1] ?? []);
      return { salt: made.state.shown?.env.SALT, names };
    };
    return { ...made, look };
  },
  azure: async () => {
    const made = await startAzure({ isQuick: true });
    const look = () => {
      const { SALT: salt, FAASIFY_FUNCTIONS: functions = '{}' } = made.state.settings;
      return { salt, names: Object.keys(JSON.parse(functions)) };
    };
    return { ...made, look };
  },
  fission: async () => {
    const made = await startKubernetes();
    const look = () => {
      const { env = [] } = Object(Object(made.objects.get('environments/faasify-shop')?.spec).runtime).container ?? {};
      const salt = env.find(({ name }: { name: string }) => name === 'SALT')?.value;
      const names = [...made.objects.keys()].filter((key) => key.startsWith('functions/'));
      return { salt, names: names.map((key) => key.replace('functions/', '')) };
    };
    return { ...made, look };
  },
};

const NAMES = ['shop-work-sign', 'shop-work-square'];

type What = 'first' | 'second' | 'nothing';

/** What is there, what is being deployed when it ends, and what is deployed then: a value of the variable, or nothing at all. */
const COURSES: readonly (readonly [before: What, ended: What, next: What])[] = [
  ['nothing', 'first', 'nothing'],
  ['first', 'second', 'second'],
  ['first', 'second', 'first'],
  ['first', 'nothing', 'nothing'],
  ['first', 'nothing', 'first'],
];

for (const [title, start] of Object.entries(PLACES)) {
  const [target = '', clock] = title.split(' by ');
  test(
    `${title}: wherever a deployment ends, the next one finishes it`,
    async () => {
      const { folder } = await buildProgram(target, {}, ['netlify', 'vercel'].includes(target) ? { memory: 1024 } : {});
      const place = await start();
      const versions = await openVersions(target, join(folder, 'faas'), place.env, clock !== undefined);
      for (const [before, ended, next] of COURSES) {
        for (let changes = 1, isWhole = false; !isWhole; changes++) {
          await deployStored(versions[before]);
          place.endAfter(changes);
          isWhole = await deployStored(versions[ended]).then(
            () => true,
            () => false,
          );
          place.endAfter(Number.POSITIVE_INFINITY);
          await deployStored(versions[next]);
          const { salt, names } = place.look();
          const found = { course: [before, ended, next], changes, salt, names: names.sort() };
          const wanted = next === 'nothing' ? { salt: undefined, names: [] } : { salt: next, names: NAMES };
          expect(found).toMatchObject(wanted);
          expect((await diffStored(versions[next])).changes).toEqual([]);
          await deployStored(versions.nothing);
        }
      }
    },
    LONG,
  );
}

/** They differ by a value, or by the clock. */
async function openVersions(
  target: string,
  out: string,
  env: Place['env'],
  isTimed: boolean,
): Promise<Record<What, Stored>> {
  const { openStore, ...provider } = await loadProvider(target);
  const manifest = findManifest(out);
  if (!manifest || !openStore) throw new Error('nothing was built, or it has no store');
  const open = (version: string) => {
    const units = manifest.units.map((unit) => {
      const schedule = { fn: 'work#sign', expression: EXPRESSIONS[version] ?? '' };
      return isTimed && unit.functions.includes(schedule.fn) ? { ...unit, schedules: [schedule] } : unit;
    });
    const SALT = isTimed ? 'salt' : version;
    return openStored(provider, openStore, { manifest: { ...manifest, units }, folder: out, env: { ...env, SALT } });
  };
  const first = open('first');
  return { first, second: open('second'), nothing: emptyStored(first) };
}
