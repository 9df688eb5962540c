/** What is deployed of an app at all its targets, and what its functions write there. */
import { followLines } from '../5-deploy/follow-lines.ts';
import type { LogLine } from '../5-deploy/logs.ts';
import { FaasifyError } from '../errors.ts';
import type { StoreLogLine } from '../providers/api/function-store.ts';
import { type ListResult, list } from './list.ts';
import { type LogsRequest, type LogsResult, logs } from './logs.ts';
import { findNamedUnit } from './named-function.ts';
import { getManifest, type ProviderRequest } from './provider.ts';
import { listStored, type Stored, type StoreList } from './stores.ts';
import { findWays, type StoreWay, type ToolWay, type Way } from './ways.ts';

export interface Listed {
  aws?: ListResult;
  stores: StoreList[];
  /** Of which nobody knows here what they hold. */
  tools: ToolWay[];
  /** Those that cannot be asked, where others can. */
  unasked: { way: Way; problem: FaasifyError }[];
}

/** Throws only where there is nothing else to be told. */
export async function listAll(request: ProviderRequest): Promise<Listed> {
  const ways = await findWays(request);
  const listed: Listed = { stores: [], tools: ways.filter((way) => way.kind === 'tool'), unasked: [] };
  for (const way of ways) {
    try {
      if (way.kind === 'aws') listed.aws = await list(request);
      if (way.kind === 'store') listed.stores.push(await listStored(way.open()));
    } catch (problem) {
      if (!(problem instanceof FaasifyError) || ways.length === 1) throw problem;
      listed.unasked.push({ way, problem });
    }
  }
  return listed;
}

/** For what AWS alone keeps; throws where some of the targets are others. */
export async function refuseVersionless(request: ProviderRequest): Promise<void> {
  const others = (await findWays(request)).filter(({ kind }) => kind !== 'aws');
  if (others.length === 0) return;
  const titles = others.map(({ title }) => title).join(', ');
  throw new FaasifyError('no-versions', `There are no earlier versions at ${titles}`, {
    fix: 'Nothing has been changed. Build what was before, and deploy that; `--target lambda` is for AWS alone, if that is one of the targets.',
  });
}

export interface LogsAllRequest extends Omit<LogsRequest, 'print'> {
  print(line: LogLine | StoreLogLine): void;
}

export interface LoggedAll extends Omit<LogsResult, 'app'> {
  /** Titles of those that are not told of. */
  silent: string[];
}

/** Of AWS and of the stores that tell, each in the order of its own time; throws if none does. */
export async function logsAll(request: LogsAllRequest): Promise<LoggedAll> {
  const ways = await findWays(request);
  const opened = ways.flatMap((way) => (way.kind === 'store' ? [{ way, stored: way.open() }] : []));
  const telling = opened.filter(({ stored }) => stored.store.findLines);
  const silent = ways.filter((way) => way.kind !== 'aws' && !telling.some((one) => one.way === way));
  const isAws = ways.some(({ kind }) => kind === 'aws');
  if (!isAws && telling.length === 0) refuseSilent(silent);
  const counted = await Promise.all([
    ...(isAws ? [logs(request)] : []),
    ...telling.map(({ way, stored }) => logStored(request, way, stored)),
  ]);
  return {
    lines: counted.reduce((sum, { lines }) => sum + lines, 0),
    unknown: counted.reduce((sum, { unknown }) => sum + unknown, 0),
    silent: silent.map(({ title }) => title),
  };
}

/** A unit may answer several calls, and a line may be told of only when one has ended: milliseconds. */
const LATENESS = 11 * 60_000;

async function logStored(request: LogsAllRequest, { target, names }: StoreWay, { store }: Stored) {
  const { name, since, isFollowed, print } = request;
  const own = name === undefined ? names : [nameAt(request, target, name)];
  const { webSuffix } = store;
  const wanted = webSuffix === undefined ? own : own.flatMap((one) => [one, `${one}${webSuffix}`]);
  const look = async (start: number) => (await store.findLines?.(wanted, start)) ?? [];
  let lines = 0;
  for await (const line of followLines(look, { since, isFollowed, lateness: LATENESS })) {
    lines++;
    print(line);
  }
  return { lines, unknown: 0 };
}

/** What a function, or a unit, is called at a target. */
function nameAt(request: ProviderRequest, target: string, name: string): string {
  const unit = findNamedUnit(getManifest(request), name);
  return unit.places?.find((one) => one.target === target)?.name ?? unit.name;
}

function refuseSilent(silent: readonly Way[]): never {
  const titles = silent.map(({ title }) => title).join(', ');
  throw new FaasifyError('no-logs', `faasify cannot read what functions write at ${titles}`, {
    fix: 'Look at it with the tool or on the page of the provider.',
  });
}
