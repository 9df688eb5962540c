/** What the commands that talk to a provider have in common. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LIVE_ALIAS } from '../2-plan/deployed-names.ts';
import { MANIFEST_FILE } from '../4-package/files.ts';
import { parseManifest } from '../4-package/manifest-check.ts';
import { type Cloud, openCloud, openLambda } from '../5-deploy/cloud.ts';
import { describeDesired } from '../5-deploy/desired.ts';
import { selectEnvironment } from '../5-deploy/environment.ts';
import { nameBucket, namePrefix } from '../5-deploy/ownership.ts';
import { describeProviderError } from '../5-deploy/provider-error.ts';
import { readActual, readAliases, readRegions, readVersions } from '../5-deploy/read.ts';
import type { App } from '../5-deploy/rollback.ts';
import type { Actual } from '../5-deploy/state.ts';
import { APP_NAME, findAppName } from '../app-name.ts';
import { FaasifyError } from '../errors.ts';
import { readVersion } from '../installation.ts';
import type { Manifest } from '../types.ts';

/** As given on the command line. */
export interface ProviderFlags {
  app?: string;
  region?: string;
  profile?: string;
  endpointUrl?: string;
  role?: string;
  /** Some of the targets of the build, separated by commas. */
  target?: string;
}

export interface ProviderRequest {
  /** An output folder of faasify, relative to `cwd`. */
  out: string;
  cwd: string;
  flags: ProviderFlags;
  env: NodeJS.ProcessEnv;
}

/** Opens the provider, and says what goes wrong in words that hold no value of the program's environment. */
export async function withCloud<T>(
  { flags, env }: ProviderRequest,
  manifest: Manifest | undefined,
  run: (cloud: Cloud) => Promise<T>,
): Promise<T> {
  const names = manifest?.units.flatMap((unit) => unit.env) ?? [];
  const { region, profile, endpointUrl } = flags;
  const given = { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
  const endpoint = readEndpoint(endpointUrl);
  try {
    const cloud = await openCloud({
      ...given,
      ...(endpoint !== undefined && { endpoint }),
      env,
      version: readVersion(),
    });
    try {
      return await run(cloud);
    } catch (error) {
      throw describeProviderError(error, { ...selectEnvironment(names, env), ...cloud.hidden });
    } finally {
      cloud.close();
    }
  } catch (error) {
    throw describeProviderError(error, selectEnvironment(names, env));
  }
}

/** `isOpen`: a server that takes requests without keys, in any region. */
export function openLambdaAt(
  { flags: { profile }, env }: Pick<ProviderRequest, 'env'> & { flags: Pick<ProviderFlags, 'profile'> },
  endpoint: string | undefined,
  region: string | undefined,
  isOpen: boolean,
) {
  const options = {
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    env,
    version: readVersion(),
  };
  return openLambda(options, region ?? (isOpen ? 'us-east-1' : undefined), isOpen);
}

export function readEndpoint(url: string | undefined): string | undefined {
  if (url === undefined || (URL.canParse(url) && /^https?:/.test(url))) return url;
  throw new FaasifyError('option-value', `--endpoint-url: ${JSON.stringify(url)} is not the address of a server`, {
    fix: 'Write it like --endpoint-url http://127.0.0.1:4566.',
  });
}

export function isLoopback(url: string | undefined): boolean {
  return url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

/** Of an output folder. */
export function getManifest({ out, cwd }: ProviderRequest): Manifest {
  const manifest = findManifest(resolve(cwd, out));
  if (manifest) return manifest;
  throw new FaasifyError('not-an-output', `${out} is no output folder of faasify`, {
    fix: 'Give the folder that `faasify <src> --target lambda` has made.',
  });
}

export function findManifest(out: string): Manifest | undefined {
  const file = join(out, MANIFEST_FILE);
  if (!existsSync(file)) return undefined;
  const manifest = parseManifest(readFileSync(file, 'utf8'), out);
  if (!('problem' in manifest)) return manifest;
  throw new FaasifyError('not-an-output', `${file} cannot be understood: ${manifest.problem}`, {
    fix: 'Build it again with this version of faasify.',
  });
}

/** An app that is deployed, and where. */
export interface DeployedApp {
  name: string;
  cloud: Cloud;
  /** What is there now; its roles and buckets only if they are asked for. */
  read(role?: boolean): Promise<App & { actual: Actual }>;
}

/** The app that is named, or built into `out`, or named by the package.json around; with its manifest if that is there. */
export function findApp({ flags, cwd, out }: ProviderRequest): { app: string; manifest: Manifest | undefined } {
  const built = findManifest(resolve(cwd, out));
  const app = flags.app ?? built?.app ?? findAppName(cwd);
  refuseNoName(app);
  return { app, manifest: built?.app === app ? built : undefined };
}

/** Finds the app, and opens the provider. */
export async function withDeployedApp<T>(request: ProviderRequest, run: (app: DeployedApp) => Promise<T>): Promise<T> {
  const { app: name, manifest } = findApp(request);
  const alias = manifest?.units[0]?.deployed?.alias ?? LIVE_ALIAS;
  return withCloud(request, manifest, async (cloud) => {
    const named = manifest?.units.flatMap(({ settings }) => settings.region ?? []) ?? [];
    const regions = [...new Set([cloud.region, ...named, ...(await readRegions(cloud, name))])].sort();
    const read = async (role = false) => {
      const wanted = regions.map((region) => {
        const bucketName = nameBucket(name, cloud.account.id, region);
        const bucket = { name: bucketName, isOwn: true, prefix: namePrefix(name), isLooked: true as const };
        return { region, names: [], role, ...(role && { bucket }) };
      });
      const actual = await readActual(cloud, { app: name, alias, regions: wanted });
      const functions = actual.regions.flatMap((region) => region.functions);
      const aliases = await readAliases(cloud, functions, alias);
      return { actual, alias, functions, aliases, versions: await readVersions(cloud, functions) };
    };
    return run({ name, cloud, read });
  });
}

function refuseNoName(name: string | undefined): asserts name is string {
  if (name !== undefined && APP_NAME.test(name)) return;
  const problem =
    name === undefined ? 'Nothing says which app is meant' : `--app: ${JSON.stringify(name)} is no name of an app`;
  throw new FaasifyError('no-app', problem, {
    fix: 'Give it with --app <name>, or run this in the folder of its package.json or beside its output folder.',
  });
}

/** What is to be at the provider for an output folder, in its region: what the configuration refers to is looked up there. */
export async function readDesired({ out, cwd, env, flags }: ProviderRequest, manifest: Manifest, cloud: Cloud) {
  const { account, region } = cloud;
  const role = flags.role === undefined ? {} : { role: flags.role };
  const input = { manifest, out: resolve(cwd, out), env, account, region, ...role };
  const environment = manifest.deploy?.environment ?? {};
  if (Object.keys(environment).length === 0) return describeDesired(input);
  const { resolveReferences } = await import('../5-deploy/references.ts');
  const regions = [...new Set(manifest.units.map(({ settings }) => settings.region ?? region))];
  const found = regions.map(async (one) => [one, await resolveReferences(cloud, one, environment)] as const);
  return describeDesired({ ...input, references: new Map(await Promise.all(found)) });
}
