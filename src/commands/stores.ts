/** Deployment to providers by an API of their own. */
import { scryptSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashParts } from '../4-package/hash.ts';
import { converge, diffStore, readStore, type StoreChange } from '../5-deploy/converge.ts';
import { redact, selectEnvironment } from '../5-deploy/environment.ts';
import { FaasifyError } from '../errors.ts';
import type { FunctionStore, StoredFunction, WantedFunction } from '../providers/api/function-store.ts';
import type { LoadedProvider } from '../providers/index.ts';
import { describeStarts } from '../providers/starts.ts';
import type { Manifest, ManifestUnit } from '../types.ts';
import { nameEndpoint } from './endpoint-name.ts';

/** A target of an output folder with a store, and what is to be there. */
export interface Stored {
  target: string;
  title: string;
  app: string;
  store: FunctionStore;
  wanted: WantedFunction[];
  /** What starts its functions besides calls. */
  starts: ('http' | 'schedule')[];
}

export interface StoreResult {
  target: string;
  title: string;
  address: string;
  changes: StoreChange[];
  /** Where functions of the app are called, by name, as far as the provider tells. */
  urls?: Record<string, string>;
  /** `FAASIFY_ENDPOINT_GCF=https://…/{name}`, as the app needs it, if one address stands for all of them. */
  endpoint?: string;
}

export interface StoreInput {
  manifest: Manifest;
  /** The output folder, absolute. */
  folder: string;
  env: NodeJS.ProcessEnv;
  /** That of the manifest if it is not given. */
  app?: string;
  region?: string;
}

/** Asks nobody. */
export function openStored(
  provider: LoadedProvider,
  openStore: NonNullable<LoadedProvider['openStore']>,
  input: StoreInput,
): Stored {
  const { name: target, title } = provider;
  const app = input.app ?? getApp(input.manifest);
  const { env, region, folder } = input;
  const store = openStore({ env, app, folder: join(folder, target), ...(region !== undefined && { region }) });
  const given = input.manifest.units.map((unit) => describeStarts(provider, unit));
  const starts = [
    ...(given.some(({ routes }) => routes) ? ['http' as const] : []),
    ...(given.some(({ schedules }) => schedules) ? ['schedule' as const] : []),
  ];
  return { target, title, app, store, wanted: listWanted(provider, store, app, input), starts };
}

const STARTS = { http: 'addresses', schedule: 'schedules' };

/** Nothing is deployed there that would not be started as it says; what is there can still be removed. */
export function refuseStarts({ target, title, store, starts }: Stored): void {
  for (const kind of starts) {
    const why = store.lacks?.[kind];
    if (why === undefined) continue;
    throw new FaasifyError('no-deployer', `faasify does not set up ${STARTS[kind]} of functions at ${title}: ${why}`, {
      fix: `Nothing has been sent. The provider's own tool does, with ${target}/deploy.sh in the output folder; or leave ${target} out with --target.`,
    });
  }
}

function getApp({ app }: Manifest): string {
  if (app !== undefined) return app;
  throw new FaasifyError('no-app', 'The functions have no app that they belong to', {
    fix: 'Build again with --app <name>.',
  });
}

/** Of a mark: labels have room for 63 letters at most. */
const DIGITS = 48;

function listWanted(
  provider: LoadedProvider,
  store: FunctionStore,
  app: string,
  { manifest, folder, env }: StoreInput,
): WantedFunction[] {
  return manifest.units.flatMap((unit) => {
    const place = unit.places?.find((one) => one.target === provider.name);
    if (!place?.package) return [];
    refuseRegion(unit, store);
    const { name } = place;
    const { memory, timeout } = unit.settings;
    const isCaller = unit.calls !== undefined;
    const region = unit.settings.region ?? store.region;
    const given = { ...selectVariables(unit, store, env), ...(isCaller && store.callerEnv) };
    const { routes, schedules } = describeStarts(provider, unit);
    const parts = [place.package.hash, `${memory}`, `${timeout}`, `${isCaller}`, store.version ?? ''];
    const clock = schedules ? [JSON.stringify(schedules)] : [];
    const hash = hashParts([...parts, ...hashVariables(given, `${app} ${name}`), ...clock]).slice(0, DIGITS);
    const wanted = {
      name,
      ...(store.region !== undefined && { region }),
      mark: { app, hash },
      code: readFileSync(join(folder, place.package.zip)),
      folder: join(folder, place.package.folder),
      memory,
      timeout,
      env: given,
      isCaller,
    };
    const web = { ...wanted, name: `${name}${store.webSuffix}`, isWeb: true as const };
    return [{ ...wanted, ...(schedules && { schedules }) }, ...(routes && store.webSuffix ? [web] : [])];
  });
}

function refuseRegion({ name, settings: { region } }: ManifestUnit, { onlyRegion, address }: FunctionStore): void {
  if (region === undefined || onlyRegion === undefined || region === onlyRegion) return;
  throw new FaasifyError('no-region', `Unit ${name} is to be in ${region}, and ${address} is in ${onlyRegion}`, {
    fix: 'Nothing has been sent. Deploy to one region at a time, or take the region out of the settings.',
  });
}

function selectVariables({ env: names }: ManifestUnit, { reserved }: FunctionStore, env: NodeJS.ProcessEnv) {
  return selectEnvironment(
    names.filter((name) => !reserved?.test(name)),
    env,
  );
}

/** Marks can be read by more people than variables: whoever would guess a value from one has to work for each guess. */
function hashVariables(given: Readonly<Record<string, string>>, salt: string): string[] {
  const entries = Object.entries(given);
  return entries.length === 0 ? [] : [scryptSync(JSON.stringify(entries), salt, 32).toString('hex')];
}

export async function deployStored(stored: Stored): Promise<StoreResult> {
  const { app, store, wanted } = stored;
  const { changes, functions } = await quietly(stored, () => converge(store, app, wanted));
  return { ...describe(stored, changes), ...listUrls(stored.target, functions) };
}

/** Changes nothing. */
export async function diffStored(stored: Stored): Promise<StoreResult> {
  const { app, store, wanted } = stored;
  const changes = await quietly(stored, async () => diffStore(store, app, wanted, await readStore(store, wanted)));
  return describe(stored, changes);
}

function describe({ target, title, store: { address } }: Stored, changes: StoreChange[]): StoreResult {
  return { target, title, address, changes };
}

function listUrls(target: string, functions: readonly StoredFunction[]): Pick<StoreResult, 'urls' | 'endpoint'> {
  const found = functions.flatMap(({ name, url }) => (url === undefined ? [] : [[name, url] as const]));
  if (found.length === 0) return {};
  const urls = Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  const [endpoint = '', ...others] = new Set(found.map(([name, url]) => url.replace(name, '{name}')));
  const isAll = endpoint.includes('{name}') && others.length === 0 && found.length === functions.length;
  return { urls, ...(isAll && { endpoint: `${nameEndpoint(target)}=${endpoint}` }) };
}

/** What a provider says may quote the values of variables. */
async function quietly<T>({ title, store, wanted }: Stored, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw addTitle(error, title, Object.assign({}, store.secrets, ...wanted.map(({ env }) => env)));
  }
}

/** Of a problem of the environment, which then says which provider it is about, and none of the values. */
export function addTitle(error: unknown, title: string, values: Record<string, string> = {}): unknown {
  if (!(error instanceof FaasifyError)) return error;
  const { code, message, fix, cause } = error;
  const text = redact(message.includes(title) ? message : `${title}: ${message}`, values);
  return new FaasifyError(code, text, { ...(fix !== undefined && { fix }), cause });
}

/** What would be there if nothing were wanted any more. */
export function emptyStored(stored: Stored): Stored {
  return { ...stored, wanted: [] };
}

export interface StoreList {
  target: string;
  title: string;
  address: string;
  functions: Omit<StoredFunction, 'mark'>[];
}

/** What is there of the app. */
export async function listStored(stored: Stored): Promise<StoreList> {
  const { target, title, app, store } = stored;
  const { functions } = await quietly(stored, () => readStore(store));
  const own = functions.filter(({ mark }) => mark?.app === app).map(({ mark: _mark, ...fn }) => fn);
  return { target, title, address: store.address, functions: own.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
