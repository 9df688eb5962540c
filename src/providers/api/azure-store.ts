/**
 * All functions of an app in one function app, over Azure's REST API: https://learn.microsoft.com/rest/api/appservice/web-apps
 * How code gets there, and what of it is said: https://learn.microsoft.com/azure/azure-functions/deployment-zip-push,
 * https://github.com/projectkudu/kudu/wiki/REST-API, and as `az functionapp deployment source config-zip --build-remote` does it:
 * https://github.com/Azure/azure-cli/blob/dev/src/azure-cli/azure/cli/command_modules/appservice/custom.py
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeZip, type ZipEntry } from '../../4-package/zip.ts';
import { FaasifyError } from '../../errors.ts';
import { findAzureToken } from './azure-token.ts';
import type { StoredFunction, StoreRequest, WantedFunction, WholeStore } from './function-store.ts';
import { type Ask, createAsk, lookFor, waitUntil } from './store-api.ts';
import { readFiles } from './store-files.ts';

const API = 'https://management.azure.com';
const VERSION = 'api-version=2025-05-01';

/** Names of settings that are Azure's: https://learn.microsoft.com/azure/azure-functions/functions-app-settings */
export const RESERVED =
  /^(AzureWebJobs|FUNCTIONS?_|WEBSITE_|WEBSITES_|SCM_|ENABLE_ORYX|APPLICATIONINSIGHTS_|APPINSIGHTS_)/i;

/** What of the project lies beside the functions. */
const PROJECT = ['host.json', 'package.json'];

interface FunctionApp {
  ask: Ask;
  /** Path of the resource. */
  path: string;
  protocol: string;
  app: string;
  folder: string;
}

export function openAzure({ env, app, folder }: StoreRequest): WholeStore {
  const { AZURE_SUBSCRIPTION_ID: subscription, AZURE_RESOURCE_GROUP: group, AZURE_FUNCTIONAPP_NAME: name } = env;
  if (!subscription || !group || !name) {
    throw new FaasifyError('no-endpoint', 'Nothing says which function app at Azure it is', {
      fix: 'Set AZURE_SUBSCRIPTION_ID, AZURE_RESOURCE_GROUP, and AZURE_FUNCTIONAPP_NAME to what `az functionapp create --runtime node --functions-version 4` has made for this app alone.',
    });
  }
  const base = (env.AZURE_RESOURCE_MANAGER_URL ?? API).replace(/\/+$/, '');
  const findToken = findAzureToken(env);
  const ask = createAsk({
    title: 'Azure',
    base,
    authorize: async () => ({ authorization: `Bearer ${await findToken()}` }),
    credentialsFix: 'Whoever deploys has to be Website Contributor of that function app.',
  });
  const path = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Web/sites/${name}`;
  const place = { ask, path, protocol: new URL(base).protocol, app, folder };
  return {
    address: `function app ${name}`,
    version: hashProject(folder),
    reserved: RESERVED,
    ground: {
      kind: 'content of the function app',
      name,
      find: () => findOwner(place),
      make: async () => {},
      remove: () => publish(place, []),
    },
    list: () => listFunctions(place),
    replace: (fns) => publish(place, fns),
  };
}

function hashProject(folder: string): string {
  const files = PROJECT.map((file) => join(folder, file)).filter((file) => existsSync(file));
  return files.reduce((hash, file) => hash.update(readFileSync(file)), createHash('sha256')).digest('hex');
}

type Settings = Record<string, string>;

/** Settings that say whose it is, which other settings are ours, and what each function was; the last only where all of it is there. */
const APP = 'FAASIFY_APP';
const OURS = 'FAASIFY_SETTINGS';
const FUNCTIONS = 'FAASIFY_FUNCTIONS';

async function readSettings({ ask, path }: FunctionApp): Promise<Settings> {
  const { body } = await ask('POST', `${path}/config/appsettings/list?${VERSION}`);
  return Object(Object(body).properties);
}

async function writeSettings({ ask, path }: FunctionApp, properties: Settings): Promise<void> {
  await ask('PUT', `${path}/config/appsettings?${VERSION}`, { body: { properties } });
}

/** What is published takes the place of all that was: an app with functions that are not of ours is not touched. */
async function findOwner(place: FunctionApp): Promise<'ours' | 'foreign' | undefined> {
  await readSite(place);
  const settings = await readSettings(place);
  if (settings[APP] !== undefined) return settings[APP] === place.app ? 'ours' : 'foreign';
  return (await listNames(place)).length > 0 ? 'foreign' : undefined;
}

async function listFunctions(place: FunctionApp): Promise<StoredFunction[]> {
  const [settings, { host }] = await Promise.all([readSettings(place), readSite(place)]);
  const marks: Settings = JSON.parse(settings[FUNCTIONS] ?? '{}');
  return Object.entries(marks).map(([name, hash]) => ({
    name,
    mark: { app: place.app, hash },
    url: `https://${host}/api/${name}`,
  }));
}

interface Site {
  /** Where functions are called, and where code is taken. */
  host: string;
  scm: string;
  /** https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan, which takes code in another way. */
  isFlex: boolean;
}

async function readSite({ ask, path, protocol }: FunctionApp): Promise<Site> {
  const { status, body } = await ask('GET', `${path}?${VERSION}`, { allow: [404] });
  const { defaultHostName, hostNameSslStates, functionAppConfig } = Object(Object(body).properties);
  const states: unknown[] = Array.isArray(hostNameSslStates) ? hostNameSslStates : [];
  const scm = Object(states.find((one) => Object(one).hostType === 'Repository')).name;
  if (status === 404 || typeof scm !== 'string') {
    throw new FaasifyError('provider-refused', 'There is no such function app, or none that takes code', {
      fix: 'Make it with `az functionapp create --runtime node --functions-version 4 …`.',
    });
  }
  return { host: String(defaultHostName), scm: `${protocol}//${scm}`, isFlex: Boolean(functionAppConfig) };
}

/**
 * Until the code is there and built, nothing says what the functions are: a deployment that ends before that is finished by the next
 * one. With no functions everything of ours goes, and the function app stays.
 */
async function publish(place: FunctionApp, fns: readonly WantedFunction[]): Promise<void> {
  const site = await readSite(place);
  const { [APP]: _, [OURS]: listed = '', [FUNCTIONS]: __, ...found } = await readSettings(place);
  const ours = new Set(listed.split(',').filter(Boolean));
  const others = Object.fromEntries(Object.entries(found).filter(([name]) => !ours.has(name)));
  const isBuilt = fns.length > 0;
  const wanted: Settings = Object.assign({}, ...fns.map(({ env }) => env), isBuilt && !site.isFlex && BUILDING);
  refuseOthers(others, wanted);
  const own = Object.fromEntries(Object.entries(wanted).filter(([name]) => others[name] === undefined));
  const noted = { [APP]: place.app, [OURS]: Object.keys(own).join(',') };
  await writeSettings(place, { ...others, ...own, ...noted });
  await sendCode(place.ask, site, await makeZip(listEntries(place.folder, fns)), isBuilt);
  await waitUntilRead(place, fns);
  if (!isBuilt) return writeSettings(place, others);
  const marks = Object.fromEntries(fns.map(({ name, mark }) => [name, mark.hash]));
  await writeSettings(place, { ...others, ...own, ...noted, [FUNCTIONS]: JSON.stringify(marks) });
}

/** Packages are installed there. */
const BUILDING: Settings = { SCM_DO_BUILD_DURING_DEPLOYMENT: 'true', ENABLE_ORYX_BUILD: 'true' };

/** A package that is mounted cannot be built. */
const MOUNTED = 'WEBSITE_RUN_FROM_PACKAGE';

function refuseOthers(others: Settings, wanted: Settings): void {
  const names = Object.keys(wanted).filter((name) => others[name] !== undefined && others[name] !== wanted[name]);
  if (wanted.ENABLE_ORYX_BUILD !== undefined && others[MOUNTED] !== undefined) names.push(MOUNTED);
  if (names.length === 0) return;
  throw new FaasifyError('not-ours', `Settings of the function app stand in the way: ${names.join(', ')}`, {
    fix: 'Nothing has been changed. Remove them there; variables may also have the same value here.',
  });
}

const EMPTY: ZipEntry[] = [
  { name: 'host.json', text: '{ "version": "2.0" }\n' },
  { name: 'package.json', text: '{ "private": true }\n' },
];

/** Each function in a folder of its own, without what is for one that is an app by itself. */
function listEntries(folder: string, fns: readonly WantedFunction[]): ZipEntry[] {
  if (fns.length === 0) return EMPTY;
  return [
    ...PROJECT.map((name) => ({ name, text: readFileSync(join(folder, name)) })),
    ...fns.flatMap((fn) =>
      readFiles(fn.folder)
        .filter(({ name }) => !PROJECT.includes(name))
        .map(({ name, text }) => ({ name: `functions/${fn.name}/${name}`, text })),
    ),
  ];
}

/** Milliseconds that a host may take until it has read what is new. */
const MAX_READING = 5 * 60_000;

/** What is there and built may still be none of the host's functions: https://learn.microsoft.com/azure/azure-functions/functions-deployment-technologies#trigger-syncing */
async function waitUntilRead(place: FunctionApp, fns: readonly WantedFunction[]): Promise<void> {
  await place.ask('POST', `${place.path}/syncfunctiontriggers?${VERSION}`, { allow: [400] });
  let problem = '';
  const isRead = async () => {
    const listed = await listNames(place);
    const missing = fns.map(({ name }) => name).filter((name) => !listed.includes(name));
    const left = fns.length === 0 ? listed : [];
    problem = missing.length > 0 ? `does not list ${missing.join(', ')}` : `still lists ${left.join(', ')}`;
    return missing.length + left.length === 0 || undefined;
  };
  if (await lookFor(isRead, MAX_READING)) return;
  throw new FaasifyError('provider-refused', `The host of the function app ${problem}`, {
    fix: 'Look at its log stream for what it says when it starts. The next `faasify deploy` sends everything again.',
  });
}

/** `{ name: 'shop/price' }` */
async function listNames({ ask, path }: FunctionApp): Promise<string[]> {
  const { body } = await ask('GET', `${path}/functions?${VERSION}`, { allow: [404] });
  const listed: unknown = Object(body).value;
  return Array.isArray(listed) ? listed.map((one) => String(Object(one).name).replace(/^.*\//, '')) : [];
}

const FAILED = 3;
const DONE = 4;

async function sendCode(ask: Ask, { scm, isFlex }: Site, zip: Buffer, isBuilt: boolean): Promise<void> {
  const readLatest = async () => Object((await ask('GET', `${scm}/api/deployments/latest`, { allow: [404] })).body);
  const before = await readLatest();
  const way = isFlex ? `/api/publish?RemoteBuild=${isBuilt}` : '/api/zipdeploy?isAsync=true';
  await ask('POST', `${scm}${way}`, { body: zip, headers: { 'content-type': 'application/zip' } });
  const { status, status_text: said } = await waitUntil('What Azure does with the code', async () => {
    const latest = await readLatest();
    return latest.id !== before.id && (latest.status === DONE || latest.status === FAILED) ? latest : undefined;
  });
  if (status === DONE) return;
  throw new FaasifyError('provider-refused', `Azure could not build what it was sent: ${said}`, {
    fix: `Its log is at ${scm}/api/deployments/latest/log.`,
  });
}
