/** Deployment to providers whose API takes functions whole. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { hashParts } from '../4-package/hash.ts';
import { converge, diffStore, type StoreChange } from '../5-deploy/converge.ts';
import { FaasifyError } from '../errors.ts';
import type { FunctionStore, WantedFunction } from '../providers/function-store.ts';
import { type LoadedProvider, loadProvider } from '../providers/index.ts';
import type { Manifest } from '../types.ts';
import { refuseErrors } from './deploy.ts';
import { findManifest, type ProviderRequest } from './provider.ts';

/** A target of an output folder with a store, and what is to be there. */
export interface Stored {
  title: string;
  app: string;
  store: FunctionStore;
  wanted: WantedFunction[];
}

export interface StoreResult {
  title: string;
  address: string;
  changes: StoreChange[];
}

export interface OpenStores {
  stores: Stored[];
  /** Nothing of the folder is deployed in another way. */
  isAll: boolean;
}

/** None for a folder that is none of ours. Throws for a build with errors, unless it is only to be removed. */
export async function openStores({ out, cwd, env }: ProviderRequest, isRemoving = false): Promise<OpenStores> {
  const folder = resolve(cwd, out);
  const manifest = findManifest(folder);
  if (!manifest) return { stores: [], isAll: false };
  const providers = await Promise.all(manifest.targets.map(loadProvider));
  const stores = providers.flatMap((provider): Stored[] => {
    if (!provider.openStore) return [];
    const app = getApp(manifest);
    const wanted = listWanted(provider, manifest, app, folder);
    return [{ title: provider.title, app, store: provider.openStore(env), wanted }];
  });
  if (stores.length > 0 && !isRemoving) refuseErrors(manifest);
  return { stores, isAll: stores.length === providers.length };
}

function getApp({ app }: Manifest): string {
  if (app !== undefined) return app;
  throw new FaasifyError('no-app', 'The functions have no app that they belong to', {
    fix: 'Build again with --app <name>.',
  });
}

function listWanted(
  { name: target }: LoadedProvider,
  { units }: Manifest,
  app: string,
  folder: string,
): WantedFunction[] {
  return units.flatMap(({ settings: { memory, timeout }, calls, places = [] }) => {
    const place = places.find((one) => one.target === target);
    if (!place?.package) return [];
    const { hash, zip } = place.package;
    const mark = { app, hash: hashParts([hash, `${memory}`, `${timeout}`, `${calls !== undefined}`]) };
    return [
      { name: place.name, mark, code: readFileSync(join(folder, zip)), memory, timeout, isCaller: calls !== undefined },
    ];
  });
}

export async function deployStores(stores: readonly Stored[]): Promise<StoreResult[]> {
  const results: StoreResult[] = [];
  for (const { title, app, store, wanted } of stores) {
    results.push({ title, address: store.address, changes: await converge(store, app, wanted) });
  }
  return results;
}

/** Changes nothing. */
export async function diffStores(stores: readonly Stored[]): Promise<StoreResult[]> {
  const results: StoreResult[] = [];
  for (const { title, app, store, wanted } of stores) {
    results.push({ title, address: store.address, changes: diffStore(app, wanted, await store.list()) });
  }
  return results;
}

/** What `deployStores` would leave if nothing were wanted any more. */
export function emptyStores(stores: readonly Stored[]): Stored[] {
  return stores.map((stored) => ({ ...stored, wanted: [] }));
}
