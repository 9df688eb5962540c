/** A build at all its targets, each in its own way. */
import { FaasifyError } from '../errors.ts';
import { type DeployResult, deploy, refuseErrors } from './deploy.ts';
import { type DiffResult, diff } from './diff.ts';
import { getManifest, type ProviderRequest } from './provider.ts';
import { deployStored, diffStored, emptyStored, refuseStarts, type Stored, type StoreResult } from './stores.ts';
import { findWays, type ToolWay, type Way } from './ways.ts';

export interface Deployments<T> {
  /** At AWS, if that is one of the targets. */
  aws?: T;
  stores: StoreResult[];
  /** Left to tools of the providers. */
  tools: ToolWay[];
}

/** Makes all targets hold what was built. Nothing is written anywhere before all of them have been asked what they hold. */
export async function deployAll(
  request: ProviderRequest,
  progress: (message: string) => void,
): Promise<Deployments<DeployResult>> {
  refuseErrors(getManifest(request));
  const { ways, stored, tools, hasAws } = await openWays(request);
  for (const one of stored) refuseStarts(one);
  if (ways.length - tools.length > 1) await diffWays(request, stored, hasAws);
  const results = [];
  for (const one of stored) results.push(await deployStored(one));
  return { ...(hasAws && { aws: await deploy({ ...request, progress }) }), stores: results, tools };
}

/** What `deployAll` would do. Changes nothing. */
export async function diffAll(request: ProviderRequest): Promise<Deployments<DiffResult>> {
  const { stored, tools, hasAws } = await openWays(request);
  for (const one of stored) refuseStarts(one);
  if (stored.length > 0) refuseErrors(getManifest(request));
  return { ...(await diffWays(request, stored, hasAws)), tools };
}

/** Throws where all is left to tools. */
async function openWays(request: ProviderRequest, refuse = refuseTools) {
  const ways = await findWays(request);
  if (ways.every(({ kind }) => kind === 'tool')) refuse(ways);
  const stored = ways.flatMap((way) => (way.kind === 'store' ? [way.open()] : []));
  const tools = ways.filter((way) => way.kind === 'tool');
  return { ways, stored, tools, hasAws: ways.some(({ kind }) => kind === 'aws') };
}

async function diffWays(request: ProviderRequest, stored: readonly Stored[], hasAws: boolean) {
  const stores: StoreResult[] = [];
  for (const one of stored) stores.push(await diffStored(one));
  return { ...(hasAws && { aws: await diff(request) }), stores };
}

function listTargets(ways: readonly Way[]): string {
  return ways.map(({ target }) => target).join(', ');
}

function refuseRemoval(ways: readonly Way[]): never {
  throw new FaasifyError('no-deployer', `faasify removes nothing for ${listTargets(ways)}`, {
    fix: "The provider's own tool does.",
  });
}

function refuseTools(ways: readonly Way[]): never {
  const tools = ways.filter((way) => way.kind === 'tool');
  const scripts = tools.flatMap(({ script }) => script ?? []);
  const listed = scripts.map(({ path, commands }) => `${path}:\n${commands.map((line) => `    ${line}\n`).join('')}`);
  throw new FaasifyError('no-deployer', `faasify does not deploy for ${listTargets(ways)}`, {
    fix:
      listed.length > 0
        ? `The provider's own tool does, with what is in ${listed.join('  ').trimEnd()}`
        : 'Take what is in units/ from the output folder.',
  });
}

/** Of a target in a dry run: what would change, what its tool would be told, or why that cannot be said. */
export interface Planned {
  way: Way;
  aws?: DiffResult;
  store?: StoreResult;
  problem?: FaasifyError;
}

/** What a deployment would do at each target, as far as that can be known from here. Changes nothing. */
export async function planAll(request: ProviderRequest): Promise<Planned[]> {
  refuseErrors(getManifest(request));
  const planned: Planned[] = [];
  for (const way of await findWays(request)) {
    planned.push(await planWay(request, way).catch((problem: unknown) => explain(way, problem)));
  }
  return planned;
}

async function planWay(request: ProviderRequest, way: Way): Promise<Planned> {
  if (way.kind === 'aws') return { way, aws: await diff(request) };
  if (way.kind === 'tool') return { way };
  const stored = way.open();
  refuseStarts(stored);
  return { way, store: await diffStored(stored) };
}

function explain(way: Way, problem: unknown): Planned {
  if (problem instanceof FaasifyError) return { way, problem };
  throw problem;
}

/** What is there of the app but at AWS, and is to be removed. */
export interface Removal {
  app: string;
  hasAws: boolean;
  planned: StoreResult[];
  tools: ToolWay[];
  run(): Promise<StoreResult[]>;
}

/** Of a build with errors, too; what its targets hold is read before anything is removed. */
export async function planRemoval(request: ProviderRequest): Promise<Removal> {
  const { stored, tools, hasAws } = await openWays(request, refuseRemoval);
  const emptied = stored.map(emptyStored);
  const { stores: planned } = await diffWays(request, emptied, false);
  return {
    app: stored[0]?.app ?? '',
    hasAws,
    planned,
    tools,
    async run() {
      const results: StoreResult[] = [];
      for (const one of emptied) results.push(await deployStored(one));
      return results;
    },
  };
}
