/** How what was built gets to each of its targets. */
import { join, resolve } from 'node:path';
import { findScript } from '../4-package/provider-project.ts';
import { FaasifyError } from '../errors.ts';
import { LOCAL, type LoadedProvider, loadProvider } from '../providers/index.ts';
import { formatKnown } from '../suggest.ts';
import type { Manifest } from '../types.ts';
import { findManifest, type ProviderRequest } from './provider.ts';
import { addTitle, openStored, type Stored } from './stores.ts';

interface Target {
  target: string;
  title: string;
  /** Of the functions there, sorted. */
  names: string[];
}

/** Through the API of AWS. */
export interface AwsWay extends Target {
  kind: 'aws';
}

/** Through an API that takes functions whole. */
export interface StoreWay extends Target {
  kind: 'store';
  /** Throws, with the target in its message, where the environment does not say enough; asks nobody. */
  open(): Stored;
}

/** By the provider's own tool. */
export interface ToolWay extends Target {
  kind: 'tool';
  /** As somebody in the working folder would call it, and what it does; missing where there is no such tool. */
  script?: { path: string; commands: string[] };
}

export type Way = AwsWay | StoreWay | ToolWay;

const AWS = 'lambda';

/** In the order of the targets, those that --target names; that of AWS for a folder that is none of ours, which may not even be there. */
export async function findWays(request: ProviderRequest): Promise<Way[]> {
  const folder = resolve(request.cwd, request.out);
  const manifest = findManifest(folder);
  const chosen = chooseTargets(manifest, request);
  const providers = await Promise.all(chosen.map(loadProvider));
  return providers.map((provider): Way => {
    const { name: target, title } = provider;
    const about = { target, title, names: listNames(manifest, target) };
    if (target === AWS || !manifest) return { kind: 'aws', ...about };
    const { openStore } = provider;
    const script = findScript(folder, target);
    if (openStore) {
      return { kind: 'store', ...about, open: () => open(provider, openStore, manifest, request) };
    }
    return {
      kind: 'tool',
      ...about,
      ...(script && { script: { path: join(request.out, script.path), commands: script.commands } }),
    };
  });
}

/** What is only for the embedded host may still be found at AWS, or not: that is said there. */
function chooseTargets(manifest: Manifest | undefined, { flags: { target: wanted } }: ProviderRequest): string[] {
  const built = (manifest?.targets ?? []).filter((target) => target !== LOCAL);
  const known = built.length > 0 ? built : [AWS];
  if (wanted === undefined) return known;
  const names = wanted.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return known.filter((target) => names.includes(target));
  throw new FaasifyError('option-value', `--target: this folder was not built for ${JSON.stringify(unknown)}`, {
    fix: formatKnown(unknown, known),
  });
}

function listNames(manifest: Manifest | undefined, target: string): string[] {
  const units = manifest?.units ?? [];
  const named = units.flatMap(({ deployed, places = [] }) =>
    target === AWS && deployed ? [deployed.name] : places.flatMap((one) => (one.target === target ? [one.name] : [])),
  );
  return named.sort();
}

function open(
  provider: LoadedProvider,
  openStore: NonNullable<LoadedProvider['openStore']>,
  manifest: Manifest,
  { out, cwd, env, flags: { app, region } }: ProviderRequest,
): Stored {
  refuseReferences(provider, manifest);
  const isForAws = manifest.targets.includes(AWS);
  const given = { ...(app !== undefined && { app }), ...(region !== undefined && !isForAws && { region }) };
  try {
    return openStored(provider, openStore, { manifest, folder: resolve(cwd, out), env, ...given });
  } catch (error) {
    throw addTitle(error, provider.title);
  }
}

/** What they refer to is at AWS. */
function refuseReferences({ name, title }: LoadedProvider, { deploy }: Manifest): void {
  const [variable] = Object.keys(deploy?.environment ?? {});
  if (variable === undefined) return;
  throw new FaasifyError('config-value', `environment, ${variable}: ${title} cannot give functions what lies at AWS`, {
    fix: `Nothing has been sent. Take it out, or leave ${name} out with --target.`,
  });
}
