/** Makes a store hold exactly the functions of an app that are wanted, and touches no others. */
import { FaasifyError } from '../errors.ts';
import type { FunctionStore, StoredFunction, WantedFunction } from '../providers/function-store.ts';
import { mapLimit } from './map-limit.ts';

export interface StoreChange {
  name: string;
  action: 'create' | 'update' | 'delete';
}

/** How often is looked again: somebody else may change the same at the same time. */
const MAX_ROUNDS = 6;

/** Sorted by name. Throws if a function of that name is there that is not the app's. */
export function diffStore(
  app: string,
  wanted: readonly WantedFunction[],
  stored: readonly StoredFunction[],
): StoreChange[] {
  const found = new Map(stored.map((fn) => [fn.name, fn]));
  const foreign = wanted.filter(({ name }) => found.has(name) && found.get(name)?.mark?.app !== app);
  if (foreign.length > 0) {
    const names = foreign.map(({ name }) => name).join(', ');
    throw new FaasifyError('not-ours', `These exist and do not belong to this app: ${names}`, {
      fix: 'Nothing has been changed. Choose another name with --app, or remove them yourself.',
    });
  }
  const set = wanted.flatMap(({ name, mark }): StoreChange[] => {
    const there = found.get(name)?.mark;
    if (!there) return [{ name, action: 'create' }];
    return there.hash === mark.hash ? [] : [{ name, action: 'update' }];
  });
  const kept = new Set(wanted.map(({ name }) => name));
  const gone = stored.filter(({ name, mark }) => mark?.app === app && !kept.has(name));
  const removed = gone.map(({ name }): StoreChange => ({ name, action: 'delete' }));
  return [...set, ...removed].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What differs is set, and looked at again, until nothing differs: a deployment that was killed is finished by the next one. What goes
 * goes last, when all that takes its place is there.
 */
export async function converge(
  store: FunctionStore,
  app: string,
  wanted: readonly WantedFunction[],
): Promise<StoreChange[]> {
  const done: StoreChange[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const changes = diffStore(app, wanted, await store.list());
    if (changes.length === 0) return done;
    if (round === 0) done.push(...changes);
    const isSet = new Set(changes.filter(({ action }) => action !== 'delete').map(({ name }) => name));
    await mapLimit(
      wanted.filter(({ name }) => isSet.has(name)),
      (fn) => store.put(fn),
    );
    const removed = changes.filter(({ action }) => action === 'delete');
    await mapLimit(removed, ({ name }) => store.remove(name));
  }
  throw new FaasifyError('deploy-busy', `The deployment to ${store.address} does not come to an end`, {
    fix: 'Something changes what it has set, or what is set is not kept. See what with `faasify diff`.',
  });
}
