/** Makes a store hold exactly the functions of an app that are wanted, and touches no others. */

import { mapLimit } from '../4-package/map-limit.ts';
import { FaasifyError } from '../errors.ts';
import type { FunctionStore, StoredFunction, WantedFunction } from '../providers/api/function-store.ts';

export interface StoreChange {
  /** `function`, or that of what they lie in. */
  kind: string;
  name: string;
  region?: string;
  action: 'create' | 'update' | 'delete';
}

/** What is there. */
export interface StoreState {
  functions: StoredFunction[];
  /** Whose is what they lie in; missing where it is not there, or there is no such thing. */
  ground?: 'ours' | 'foreign';
}

export interface Converged {
  changes: StoreChange[];
  /** Those of the app, as they are then. */
  functions: StoredFunction[];
}

/** How often is looked again: somebody else may change the same at the same time. */
const MAX_ROUNDS = 6;

/** Throws if functions are to go where there is no region. */
export async function readStore(store: FunctionStore, wanted: readonly WantedFunction[] = []): Promise<StoreState> {
  await checkRegions(store, wanted);
  if (!store.ground) return { functions: await store.list() };
  const ground = await store.ground.find();
  if (ground === undefined) return { functions: store.ground.isBeside ? await store.list() : [] };
  return { functions: await store.list(), ground };
}

async function checkRegions({ region, address, listRegions }: FunctionStore, wanted: readonly WantedFunction[]) {
  const named = new Set(wanted.flatMap((fn) => (fn.region === undefined || fn.region === region ? [] : [fn.region])));
  if (named.size === 0 || !listRegions) return;
  const known = await listRegions();
  const [unknown] = [...named].filter((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new FaasifyError('no-region', `There is no region ${unknown} at ${address}`, {
    fix: `Nothing has been changed. There are: ${known.sort().join(', ')}.`,
  });
}

/** In the order of names, what they lie in before those that are new and behind those that go. Throws if something of that name is not the app's. */
export function diffStore(
  store: FunctionStore,
  app: string,
  wanted: readonly WantedFunction[],
  { functions: stored, ground }: StoreState,
): StoreChange[] {
  const found = new Map(stored.map((fn) => [keyOf(fn), fn]));
  const foreign = wanted.filter((fn) => found.has(keyOf(fn)) && found.get(keyOf(fn))?.mark?.app !== app);
  refuseForeign(store, ground === 'foreign' && store.ground ? [store.ground, ...foreign] : foreign);
  const set = wanted.flatMap((fn): StoreChange[] => {
    const there = found.get(keyOf(fn));
    if (!there) return [describe(fn, 'create')];
    return there.mark?.hash === fn.mark.hash && !there.isUnfinished ? [] : [describe(fn, 'update')];
  });
  const kept = new Set(wanted.map(keyOf));
  const gone = stored.filter((fn) => fn.mark?.app === app && !kept.has(keyOf(fn)));
  const functions = [...set, ...gone.map((fn) => describe(fn, 'delete'))].sort((a, b) =>
    keyOf(a) < keyOf(b) ? -1 : 1,
  );
  if (!store.ground) return functions;
  const { kind, name } = store.ground;
  const isMade = wanted.length > 0 && ground === undefined;
  const isLeft = wanted.length === 0 && ground === 'ours';
  return [
    ...(isMade ? [{ kind, name, action: 'create' as const }] : []),
    ...functions,
    ...(isLeft ? [{ kind, name, action: 'delete' as const }] : []),
  ];
}

function keyOf({ name, region = '' }: { name: string; region?: string }): string {
  return `${name} ${region}`;
}

function describe({ name, region }: { name: string; region?: string }, action: StoreChange['action']): StoreChange {
  return { kind: 'function', name, ...(region !== undefined && { region }), action };
}

function refuseForeign({ address }: FunctionStore, foreign: readonly { name: string }[]): void {
  if (foreign.length === 0) return;
  const names = foreign.map(({ name }) => name).join(', ');
  throw new FaasifyError('not-ours', `At ${address} these exist and do not belong to this app: ${names}`, {
    fix: 'Nothing has been changed. Choose another name with --app, or remove them yourself.',
  });
}

/**
 * What differs is set, and looked at again, until nothing differs: a deployment that was killed is finished by the next one. What goes
 * goes last, when all that takes its place is there.
 */
export async function converge(
  store: FunctionStore,
  app: string,
  wanted: readonly WantedFunction[],
): Promise<Converged> {
  const done: StoreChange[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const state = await readStore(store, wanted);
    const changes = diffStore(store, app, wanted, state);
    if (changes.length === 0) {
      return { changes: done, functions: state.functions.filter(({ mark }) => mark?.app === app) };
    }
    if (round === 0) done.push(...changes);
    await apply(store, wanted, state, changes);
  }
  throw new FaasifyError('deploy-busy', `The deployment to ${store.address} does not come to an end`, {
    fix: 'Something changes what it has set, or what is set is not kept. See what with `faasify diff`.',
  });
}

async function apply(
  store: FunctionStore,
  wanted: readonly WantedFunction[],
  { functions: stored, ground }: StoreState,
  changes: readonly StoreChange[],
): Promise<void> {
  if (wanted.length > 0 && ground === undefined) await store.ground?.make();
  if (!('replace' in store)) {
    const named = (isGone: boolean) =>
      new Set(changes.filter(({ action }) => (action === 'delete') === isGone).map(keyOf));
    const [set, gone] = [named(false), named(true)];
    await mapLimit(
      wanted.filter((fn) => set.has(keyOf(fn))),
      (fn) => store.put(fn),
    );
    await mapLimit(
      stored.filter((fn) => gone.has(keyOf(fn))),
      (fn) => store.remove(fn),
    );
  } else if (wanted.length > 0 || !store.ground) await store.replace(wanted);
  if (wanted.length === 0 && ground === 'ours') await store.ground?.remove();
}
