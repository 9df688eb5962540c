import { mapLimit } from '../4-package/map-limit.ts';
import { FaasifyError } from '../errors.ts';
import { type Move, moveAliases } from './aliases.ts';
import type { Cloud } from './cloud.ts';
import { deleteFunction } from './function-calls.ts';
import {
  chooseTime,
  type Deployment,
  findPrevious,
  formatTime,
  isOvertaken,
  listDeployments,
  makeDeploymentId,
  type Release,
  type Versions,
} from './history.ts';
import { isConflict } from './provider-error.ts';
import { type ActualFunction, type Aliases, keyOf } from './state.ts';

export interface App {
  alias: string;
  functions: ActualFunction[];
  aliases: Aliases;
  versions: Versions;
}

export interface RolledBack {
  to: string;
  moves: Move[];
}

export interface RollbackRequest {
  cloud: Cloud;
  /** Id of a deployment, or the beginning or end of one; the one before what is live if it is not given. */
  to: string | undefined;
  /** Reads what is there now. */
  read(): Promise<App>;
}

const MAX_ROUNDS = 8;

/** Lets the callers of all units reach what they reached after an earlier deployment; looks until they do. */
export async function rollback({ cloud, to, read }: RollbackRequest): Promise<RolledBack> {
  let app = await read();
  const target = chooseTarget(app, to);
  const time = chooseTime(app.aliases, Date.now());
  const deployment = makeDeploymentId(time, target.release);
  const done = listMoves(app, target);
  for (let round = 0; round < MAX_ROUNDS && !isOvertaken(app.aliases, time); round++) {
    const moves = listMoves(app, target);
    if (moves.length === 0) return { to: target.id, moves: done };
    await tryMoves(cloud, app, deployment, moves);
    app = await read();
  }
  throw new FaasifyError('deploy-overtaken', 'Another deployment changes what is live at the same time', {
    fix: 'See with `faasify list` what is live now, and run it again if that is still not it.',
  });
}

function listMoves({ aliases }: App, { release }: Deployment): Move[] {
  return [...release].flatMap(([key, version]): Move[] => {
    const [region = '', name = ''] = key.split('/');
    return aliases.get(key)?.version === version ? [] : [{ region, name, version }];
  });
}

/** What somebody else has moved meanwhile is looked at again. */
async function tryMoves(cloud: Cloud, app: App, deployment: string, moves: Move[]): Promise<void> {
  try {
    await moveAliases(cloud, { ...app, deployment, moves });
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
}

function chooseTarget({ aliases, versions }: App, to: string | undefined): Deployment {
  const known = listDeployments(aliases, versions);
  const found = to === undefined ? findPrevious(aliases, versions) : findNamed(known, to);
  if (found) return found;
  const names = known.map(({ id }) => `${id} (${formatTime(id)})`).join(', ');
  const problem =
    to === undefined ? 'There is no deployment before the one that is live' : `There is no deployment ${to}`;
  throw new FaasifyError('no-such-version', problem, {
    fix:
      names === ''
        ? 'Nothing is known that could be gone back to: versions are pruned, or units of that time are gone.'
        : `These can be gone back to: ${names}.`,
  });
}

/** By its id or the beginning or end of it, if only one is meant. */
function findNamed(known: Deployment[], to: string): Deployment | undefined {
  const found = known.filter(({ id }) => id === to || (to.length >= 4 && (id.startsWith(to) || id.endsWith(to))));
  return found.length === 1 ? found[0] : undefined;
}

export interface Pruned {
  removed: { region: string; name: string; version: string }[];
}

/** Removes versions that are neither live nor part of the last deployments. */
export async function prune(cloud: Cloud, { functions, aliases, versions }: App, keep: number): Promise<Pruned> {
  const kept = listDeployments(aliases, versions)
    .slice(-keep)
    .map(({ release }) => release);
  const removed = await mapLimit(functions, async ({ region, name }) => {
    const key = keyOf({ region, name });
    const needed = new Set([aliases.get(key)?.version, ...kept.map((release: Release) => release.get(key))]);
    const old = (versions.get(key) ?? []).filter((version) => !needed.has(version));
    for (const version of old) await deleteFunction(cloud.at(region), name, version);
    return old.map((version) => ({ region, name, version }));
  });
  return { removed: removed.flat() };
}
