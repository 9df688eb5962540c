import { setTimeout as wait } from 'node:timers/promises';
import { mapLimit } from '../4-package/map-limit.ts';
import { FaasifyError } from '../errors.ts';
import { type Address, listAddresses } from './addresses.ts';
import { type Move, moveAliases } from './aliases.ts';
import type { Cloud } from './cloud.ts';
import { type Change, diff, type FunctionChange } from './diff.ts';
import { bringUp, deleteFunction, provision } from './function-calls.ts';
import { applyLogGroup, applyRole } from './groundwork.ts';
import { chooseDeploymentId, chooseTime, findNewest, isOvertaken } from './history.ts';
import { isConflict } from './provider-error.ts';
import { type KnownFunction, readActual, readAliases, readRegions } from './read.ts';
import {
  type Actual,
  type ActualFunction,
  type Aliases,
  type Desired,
  type DesiredFunction,
  type DesiredRegion,
  keyOf,
  type Scaling,
} from './state.ts';
import { applyTriggers } from './trigger-calls.ts';
import { NO_TRIGGERS } from './triggers.ts';

export interface DeployRequest {
  cloud: Cloud;
  desired: Desired;
  /** Told what is going on, for somebody who waits. */
  progress(message: string): void;
}

export interface Deployed {
  /** What was done; empty if everything was as it is to be. */
  changes: Change[];
  /** Where functions can be asked now. */
  addresses: Address[];
}

/** How often is looked again, when somebody else changes the same at the same time. */
const MAX_ROUNDS = 12;
/** Milliseconds. */
const PAUSE = 500;

/** One deployment over all its rounds. */
interface Run extends DeployRequest {
  /** When it began; of two at the same time the later one wins. */
  time?: number;
  /** Versions published so far, by function: they do not change any more, whatever others do. */
  published: Map<string, string>;
  /** The changes that the last round has made, if it could make all of them. */
  applied?: string;
  /** What need not be asked for after that. */
  known: ReadonlyMap<string, KnownFunction>;
}

/** The state of the provider at the beginning of a round. */
interface Round {
  actual: Actual;
  changes: Change[];
  functions: Map<string, ActualFunction>;
  aliases: Aliases;
}

/**
 * Compares and does what differs until nothing differs. Whatever the state is that it finds, of one that was killed or of one that
 * goes on at the same time, it comes to the same end, or says that another one has overtaken it.
 */
export async function deploy(request: DeployRequest): Promise<Deployed> {
  const run: Run = { ...request, published: new Map(), known: new Map() };
  const done: Change[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const seen = await findConfirmed(run);
    if (seen) return { changes: done, addresses: listAddresses(seen) };
    const actual = await readDesiredPart(request.cloud, request.desired);
    refuseForeign(actual);
    const changes = diff(request.desired, actual);
    if (changes.length === 0) return { changes: done, addresses: listAddresses(actual) };
    if (round === 0) done.push(...changes);
    else await wait(PAUSE * (0.5 + Math.random()) * Math.min(round, 4));
    run.applied = (await tryRound(run, actual, changes)) ? formatChanges(changes) : '';
  }
  throw new FaasifyError('deploy-busy', 'The deployment does not come to an end: something changes what it has set', {
    fix: 'See what with `faasify diff`, and whether another deployment is under way; then run it again.',
  });
}

/** All has been set, and nobody has changed it since, as far as a glance shows; where it shows something, everything is read. */
async function findConfirmed({ cloud, desired, known }: Run): Promise<Actual | undefined> {
  if (known.size === 0) return undefined;
  const actual = await readDesiredPart(cloud, desired, known);
  return diff(desired, actual).length === 0 ? actual : undefined;
}

/** All has been set, and the same differs again: that is nobody else's doing. */
function refuseNotKept({ applied }: Run, changes: Change[]): void {
  if (applied !== formatChanges(changes)) return;
  const names = changes.flatMap(({ name, settings }) => settings.map(({ setting }) => `${setting} of ${name}`));
  throw new FaasifyError('provider-refused', `The provider does not keep what is set: ${names.join(', ')}`, {
    fix: 'Everything else is as it is to be. Leave this setting out if the provider does not know it.',
  });
}

function formatChanges(changes: Change[]): string {
  return JSON.stringify(changes);
}

/** False if somebody else has changed something meanwhile: it is looked at again in the next round. */
async function tryRound(run: Run, actual: Actual, changes: Change[]): Promise<boolean> {
  run.known = new Map();
  try {
    const functions = new Map(actual.regions.flatMap((region) => region.functions).map((fn) => [keyOf(fn), fn]));
    const aliases = await readAliases(run.cloud, [...functions.values()], run.desired.alias);
    run.time ??= chooseTime(aliases, Date.now());
    refuseOvertaken(run.time, aliases);
    refuseNotKept(run, changes);
    const round = { actual, changes, functions, aliases };
    await applyRound(run, round);
    run.known = listKnown(run, round);
    return true;
  } catch (error) {
    if (!isConflict(error)) throw error;
    run.progress('something else changes the same functions: looking again');
    return false;
  }
}

/** What is there of everything that is to be there, and of what has been, in whatever region. */
export async function readDesiredPart(
  cloud: Cloud,
  { app, alias, regions }: Desired,
  known: ReadonlyMap<string, KnownFunction> = new Map(),
): Promise<Actual> {
  const wanted = regions.map(({ region, functions, role, bucket, triggers }) => {
    const names = functions.map(({ name }) => name);
    const started = listStarted(triggers);
    return { region, names, role: role !== undefined, ...(bucket && { bucket }), triggers: started };
  });
  const before = await readRegions(cloud, app);
  const others = [...new Set([cloud.region, ...before])].filter(
    (name) => !wanted.some(({ region }) => region === name),
  );
  const left = others.map((region) => ({ region, names: [], role: false }));
  return readActual(cloud, { app, alias, regions: [...wanted, ...left], known });
}

/** What is started, and by which rules. */
function listStarted(triggers: DesiredRegion['triggers']): { functions: string[]; rules: string[] } {
  const { api, rules } = triggers ?? { api: undefined, rules: [] };
  const functions = [...(api?.routes ?? []), ...rules].map((one) => one.function);
  return { functions: [...new Set(functions)], rules: rules.map(({ name }) => name) };
}

export function refuseForeign({ regions }: Actual): void {
  const foreign = regions.flatMap((one) => one.foreign.map((what) => `${what} in ${one.region}`));
  if (foreign.length === 0) return;
  throw new FaasifyError('not-ours', `These exist and do not belong to this app: ${foreign.join(', ')}`, {
    fix: 'Nothing has been changed. Choose another name with --app, or remove them yourself.',
  });
}

function refuseOvertaken(time: number, aliases: Aliases): void {
  if (!isOvertaken(aliases, time)) return;
  throw new FaasifyError(
    'deploy-overtaken',
    'Another deployment of this app was begun later and has overtaken this one',
    {
      fix: 'What it has deployed stays. Compare with `faasify diff`, and deploy again if this is what is to be live.',
    },
  );
}

async function applyRound(run: Run, round: Round): Promise<void> {
  const { cloud, desired, progress } = run;
  await applyGroundwork(run, round);
  forgetSpoilt(run, round);
  const changed = round.changes.flatMap((change) =>
    change.kind === 'function' && change.action !== 'delete' ? [change] : [],
  );
  await mapLimit(changed, (change) => applyFunction(run, round, change));
  const moves = listMoves(run, round);
  const deployment = chooseDeploymentId(round.aliases, planRelease(run, round), run.time ?? Date.now());
  const notes = moves.length === 0 ? noteRemoval(run, round, deployment) : [];
  await moveAliases(cloud, { alias: desired.alias, aliases: round.aliases, deployment, moves: [...moves, ...notes] });
  await provisionChanged(run, changed);
  if (moves.length > 0) progress(`${count(moves.length, 'function')} live`);
  await applyStarts(run, round);
  await removeRest(cloud, round.changes);
}

/** What changes behind an alias, when it is there. */
async function provisionChanged({ cloud, desired }: Run, changed: readonly FunctionChange[]): Promise<void> {
  const asked = changed.filter(({ settings }) => settings.some(({ setting }) => setting === 'provisionedConcurrency'));
  const keys = new Set(asked.map(keyOf));
  const functions = listDesired(desired).filter((fn) => keys.has(keyOf(fn)));
  await mapLimit(functions, (fn) => provision(cloud.at(fn.region), fn, desired.alias));
}

/** A version that is live and not what it is to be was published of what somebody else had set in between. */
function forgetSpoilt({ published }: Run, { changes, functions }: Round): void {
  for (const change of changes) {
    const key = keyOf(change);
    const live = functions.get(key)?.live?.version;
    if (change.kind === 'function' && change.isStale && live === published.get(key)) published.delete(key);
  }
}

async function applyGroundwork({ cloud, desired }: Run, { changes, actual }: Round): Promise<void> {
  for (const change of changes) {
    const region = desired.regions.find((one) => one.region === change.region);
    if (!region || change.action === 'delete') continue;
    if (change.kind === 'log-group') await applyLogGroup(cloud, change, region);
    if (change.kind === 'role' && region.role) await applyRole(cloud.at(change.region), change, region.role);
    if (change.kind === 'bucket' && region.bucket) {
      const { applyBucket } = await import('./buckets.ts');
      const there = actual.regions.find((one) => one.region === change.region);
      await applyBucket(cloud, change, region.bucket, there?.bucket);
    }
  }
}

/** What starts functions leads to the alias, which is there now; what starts those that have left the program goes before them. */
async function applyStarts({ cloud, desired }: Run, { actual, changes }: Round): Promise<void> {
  const starts = changes.flatMap((change) => (change.kind === 'api' || change.kind === 'schedule' ? [change] : []));
  for (const region of new Set(starts.map((change) => change.region))) {
    const wanted = desired.regions.find((one) => one.region === region)?.triggers;
    const found = actual.regions.find((one) => one.region === region)?.triggers ?? NO_TRIGGERS;
    const apis = `arn:${cloud.account.partition}:apigateway:${region}::/apis/`;
    const request = { clients: cloud.at(region), alias: desired.alias, apis, desired: wanted, actual: found };
    await applyTriggers(
      request,
      starts.filter((change) => change.region === region),
    );
  }
}

async function applyFunction(run: Run, { functions }: Round, change: FunctionChange): Promise<void> {
  const key = keyOf(change);
  const desired = listDesired(run.desired).find((fn) => keyOf(fn) === key);
  if (!desired) return;
  const isStale = change.isStale && !run.published.has(key);
  const version = await bringUp(run.cloud, { ...change, isStale }, desired, functions.get(key));
  if (version === undefined) return;
  run.published.set(key, version);
  run.progress(`${change.action === 'create' ? 'created' : 'updated'} ${change.name}, version ${version}`);
}

function listDesired({ regions }: Desired): DesiredFunction[] {
  return regions.flatMap(({ functions }) => functions);
}

function listMoves({ published }: Run, { changes }: Round): Move[] {
  return changes.flatMap((change): Move[] => {
    if (change.kind !== 'function' || change.action === 'delete' || !change.isStale) return [];
    const version = published.get(keyOf(change));
    return version === undefined ? [] : [{ region: change.region, name: change.name, version }];
  });
}

/** What is known of the functions when a round has made all its changes. */
function listKnown(run: Run, round: Round): Map<string, KnownFunction> {
  const moved = new Map(listMoves(run, round).map((move) => [keyOf(move), move.version]));
  const known = listDesired(run.desired).flatMap((fn): [string, KnownFunction][] => {
    const key = keyOf(fn);
    const version = moved.get(key);
    const { live, tags: found, scaling } = round.functions.get(key) ?? {};
    if (isScaled(fn.scaling) || (scaling && isScaled(scaling))) return []; // no list tells of that
    const tags = { ...found, ...fn.tags };
    if (version === undefined) return live ? [[key, { tags, live, isMoved: false }]] : [];
    return [[key, { tags, live: { version, content: fn.content }, isMoved: true }]];
  });
  return new Map(known);
}

function isScaled({ reservedConcurrency, provisionedConcurrency }: Scaling): boolean {
  return reservedConcurrency + provisionedConcurrency > 0;
}

/** Which versions are live once the aliases are moved. */
function planRelease(run: Run, round: Round): Map<string, string> {
  const moved = new Map(listMoves(run, round).map((move) => [keyOf(move), move.version]));
  return new Map(
    listDesired(run.desired).map((fn) => {
      const key = keyOf(fn);
      return [key, moved.get(key) ?? round.aliases.get(key)?.version ?? ''];
    }),
  );
}

/** Where functions only go, one of those that stay notes it: the app can be gone back to as it is without them. */
function noteRemoval({ desired }: Run, { changes, aliases }: Round, deployment: string): Move[] {
  const isNoted = findNewest(aliases) === deployment;
  if (isNoted || !changes.some(({ kind, action }) => kind === 'function' && action === 'delete')) return [];
  return listDesired(desired)
    .flatMap(({ region, name }) => {
      const version = aliases.get(keyOf({ region, name }))?.version;
      return version === undefined ? [] : [{ region, name, version }];
    })
    .slice(0, 1);
}

/** What has left the program goes when nothing calls it any more. */
async function removeRest(cloud: Cloud, changes: readonly Change[]): Promise<void> {
  const gone = changes.filter(({ kind, action }) => kind === 'function' && action === 'delete');
  await mapLimit(gone, ({ region, name }) => deleteFunction(cloud.at(region), name));
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
