/**
 * Which deployments an app has seen. Every alias carries in its description which deployment gave it which version; together
 * they are the history of the app, and there is no file to lose:
 *
 *     faasify mf3k2j1x-4f3a9b1c=1 mf3k9c0d-77ab01ef=2
 *
 * An id is the time (base 36, so that ids sort by it) and a hash of all functions' versions: whether what is to be restored is all
 * there, or one that was cut short, can be told.
 */
import { createHash } from 'node:crypto';
import type { Aliases, HistoryEntry } from './state.ts';

const MARK = 'faasify';
/** Entries fit into 256 characters. */
const MAX_ENTRIES = 9;
const TIME_DIGITS = 8;

/** Key of the function → version, of all functions of an app. */
export type Release = ReadonlyMap<string, string>;

export function parseHistory(description: string | undefined): HistoryEntry[] {
  const [mark, ...entries] = (description ?? '').split(' ');
  if (mark !== MARK) return [];
  return entries.flatMap((entry) => {
    const [, deployment, version] = /^([0-9a-z]+-[0-9a-f]+)=(\d+)$/.exec(entry) ?? [];
    return deployment !== undefined && version !== undefined ? [{ deployment, version }] : [];
  });
}

export function formatHistory(history: readonly HistoryEntry[]): string {
  return [MARK, ...history.slice(-MAX_ENTRIES).map(({ deployment, version }) => `${deployment}=${version}`)].join(' ');
}

/** The history with one entry more; a deployment that is carried on has none twice. */
export function extendHistory(history: readonly HistoryEntry[], entry: HistoryEntry): HistoryEntry[] {
  return [...history.filter(({ deployment }) => deployment < entry.deployment), entry];
}

export function makeDeploymentId(time: number, release: Release): string {
  return `${time.toString(36).padStart(TIME_DIGITS, '0')}-${hashRelease(release)}`;
}

export function hashRelease(release: Release): string {
  const lines = [...release].map(([name, version]) => `${name}:${version}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, 8);
}

function readTime(deployment: string): number {
  return Number.parseInt(deployment, 36);
}

/** `2026-11-25 21:13:40 UTC` */
export function formatTime(deployment: string): string {
  return `${new Date(readTime(deployment)).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function readHash(deployment: string): string {
  return deployment.slice(deployment.indexOf('-') + 1);
}

/** A deployment that can be gone back to: all functions that it had are still there, with the versions they had. */
export interface Deployment {
  id: string;
  release: Release;
  isLive: boolean;
}

/** Which versions there are, by function: what is pruned cannot be gone back to. */
export type Versions = ReadonlyMap<string, readonly string[]>;

/** All deployments that can be restored, oldest first; one that went back to another is that other one. */
export function listDeployments(aliases: Aliases, versions: Versions): Deployment[] {
  const ids = [...aliases.values()].flatMap(({ history }) => history.map(({ deployment }) => deployment)).sort();
  const isThere = (release: Release) => [...release].every(([key, version]) => versions.get(key)?.includes(version));
  const isLive = (release: Release) => [...release].every(([key, version]) => aliases.get(key)?.version === version);
  const whole = [...new Set(ids)]
    .map((id) => ({ id, release: releaseAt(aliases, id) }))
    .filter(({ id, release }) => hashRelease(release) === readHash(id) && isThere(release));
  return whole
    .filter(({ id }, index) => whole.findIndex((other) => readHash(other.id) === readHash(id)) === index)
    .map((deployment) => ({ ...deployment, isLive: isLive(deployment.release) }));
}

/** The one before what is live; going back twice goes two back, and one that was killed on its way back goes on. */
export function findPrevious(aliases: Aliases, versions: Versions): Deployment | undefined {
  const newest = findNewest(aliases);
  if (newest === undefined) return undefined;
  const deployments = listDeployments(aliases, versions);
  const current = deployments.find(({ id }) => readHash(id) === readHash(newest));
  if (current && current.id !== newest && !current.isLive) return current;
  return deployments.findLast(({ id }) => id < (current?.id ?? newest));
}

function releaseAt(aliases: Aliases, id: string): Release {
  const release = new Map<string, string>();
  for (const [key, { history }] of aliases) {
    const entry = history.findLast(({ deployment }) => deployment <= id);
    if (entry) release.set(key, entry.version);
  }
  return release;
}

/** The latest deployment that anything knows of. */
export function findNewest(aliases: Aliases): string | undefined {
  return [...aliases.values()]
    .flatMap(({ history }) => history.at(-1)?.deployment ?? [])
    .sort()
    .at(-1);
}

/**
 * The id under which a release goes live: that of the newest deployment if that was of the same release and has been cut short,
 * else one that is later than all there are.
 */
export function chooseDeploymentId(aliases: Aliases, release: Release, time: number): string {
  const newest = findNewest(aliases);
  if (newest !== undefined && readHash(newest) === hashRelease(release)) return newest;
  return makeDeploymentId(time, release);
}

/** Whether something was begun later than at this time. */
export function isOvertaken(aliases: Aliases, time: number): boolean {
  const newest = findNewest(aliases);
  return newest !== undefined && readTime(newest) > time;
}

/** Later than everything that is known. */
export function chooseTime(aliases: Aliases, now: number): number {
  const newest = findNewest(aliases);
  return newest === undefined ? now : Math.max(now, readTime(newest) + 1);
}
