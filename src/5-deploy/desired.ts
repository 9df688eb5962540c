import { join } from 'node:path';
import { LIVE_ALIAS } from '../2-plan/deployed-names.ts';
import { FaasifyError } from '../errors.ts';
import { lambdaDeployment } from '../providers/lambda.ts';
import type { DeploySettings, Manifest, ManifestUnit } from '../types.ts';
import { selectEnvironment } from './environment.ts';
import {
  BUCKET_TAG,
  nameBucket,
  nameLogGroup,
  namePrefix,
  nameRole,
  nameRolePath,
  PROVISIONED_TAG,
  tagResource,
} from './ownership.ts';
import { makePolicy, TRUST } from './policy.ts';
import type { Desired, DesiredBucket, DesiredFunction, DesiredRegion, FunctionContent, Scaling } from './state.ts';
import { describeTriggers } from './triggers.ts';

export interface DesiredInput {
  manifest: Manifest;
  /** The output folder, absolute. */
  out: string;
  /** Where values of environment variables come from. */
  env: NodeJS.ProcessEnv;
  account: Account;
  /** Of units that name none. */
  region: string;
  /** Over what the manifest says. */
  role?: string;
  /** What the references of the configuration stand for, by region. */
  references?: ReadonlyMap<string, Record<string, string>>;
}

/** `aws`, `123456789012` */
export interface Account {
  partition: string;
  id: string;
}

interface Context extends DesiredInput {
  app: string;
  deploy: DeploySettings;
}

/** Tells functions where what calls carry lies, if not in them: `bucket/faasify/shop/calls/`. */
const CLAIMS = 'FAASIFY_CLAIMS';

/** The file and the export in every zip. */
const HANDLER = 'handler.handler';

/** What is to be at the provider for an output folder; nothing is asked and nothing is read but the manifest. */
export function describeDesired({ manifest: built, ...given }: DesiredInput): Desired {
  const manifest = keepDeployed(built);
  const input = { manifest, ...given };
  const { app, deploy, units } = manifest;
  const alias = units[0]?.deployed?.alias ?? LIVE_ALIAS;
  const isNothing = units.length === 0 && built.units.length > 0;
  if (
    app === undefined ||
    deploy === undefined ||
    isNothing ||
    units.some(({ deployed }) => deployed?.alias !== alias)
  ) {
    throw new FaasifyError('no-app', 'The output folder has nothing that can be deployed', {
      fix: 'Build it with --target lambda, and with --app <name> if the package.json has no name.',
    });
  }
  const context = { ...input, app, deploy };
  const regions = [...new Set([input.region, ...units.map((unit) => regionOf(unit, context))])].sort();
  return { app, alias, regions: regions.flatMap((region) => describeRegion(region, context)) };
}

function regionOf({ settings }: ManifestUnit, { region }: Pick<Context, 'region'>): string {
  return settings.region ?? region;
}

/** A region without units is to hold nothing. */
function describeRegion(region: string, context: Context): DesiredRegion[] {
  const { manifest, app, deploy, account } = context;
  const units = manifest.units.filter((unit) => regionOf(unit, context) === region);
  if (units.length === 0) return [];
  const tags = tagResource(app, deploy.tags);
  const name = nameRole(app, region);
  const bucket = describeBucket(units, region, context);
  const policy = describePolicy(units, region, bucket, context);
  const path = nameRolePath(app);
  const arn = `arn:${account.partition}:iam::${account.id}:role${path}${name}`;
  const isOwn = units.some((unit) => findGivenRole(unit, context) === undefined);
  const about = { ...context, region, bucket, home: context.region };
  const triggers = describeTriggers({ app, partition: account.partition, account: account.id, region, units, tags });
  return [
    {
      region,
      logGroup: { name: nameLogGroup(app), retention: deploy.logRetention, tags },
      ...(isOwn && { role: { name, path, trust: TRUST, policy, tags } }),
      ...(bucket && { bucket }),
      ...(triggers && { triggers }),
      functions: units.map((unit) => describeFunction(unit, findGivenRole(unit, context) ?? arn, about)),
    },
  ];
}

/** For zips that are too large to be sent, and for calls that are. */
function describeBucket(units: ManifestUnit[], region: string, context: Context): DesiredBucket | undefined {
  const { app, account, deploy } = context;
  if (!deploy.claimCheck && !units.some(isTooLarge)) return undefined;
  const name = deploy.bucket ?? nameBucket(app, account.id, region);
  return { name, isOwn: deploy.bucket === undefined, prefix: namePrefix(app), tags: tagResource(app, deploy.tags) };
}

function isTooLarge({ bytes }: ManifestUnit): boolean {
  return bytes > lambdaDeployment.directZip;
}

function describePolicy(
  units: ManifestUnit[],
  region: string,
  bucket: DesiredBucket | undefined,
  context: Context,
): ReturnType<typeof makePolicy> {
  const { app, deploy, account } = context;
  const calls = new Set(units.flatMap((unit) => unit.calls ?? []).map((unit) => formatArn(unit, context)));
  return makePolicy({
    partition: account.partition,
    account: account.id,
    region,
    logGroup: nameLogGroup(app),
    calls: [...calls],
    tracing: deploy.tracing,
    vpc: deploy.vpc !== undefined,
    ...(deploy.deadLetter !== undefined && { deadLetter: deploy.deadLetter }),
    ...(deploy.claimCheck && bucket && { claims: `${bucket.name}/${nameClaims(bucket)}` }),
    asked: deploy.permissions ?? [],
  });
}

/** Below it lie what calls carry. */
function nameClaims({ prefix }: DesiredBucket): string {
  return `${prefix}calls/`;
}

/** The flag, the annotation, the configuration, the environment. */
function findGivenRole({ settings }: ManifestUnit, { role, deploy, env }: Context): string | undefined {
  return role ?? settings.role ?? deploy.role ?? (env.FAASIFY_ROLE || undefined);
}

/** Units may be at other providers alone; those that call them have them inside. */
function keepDeployed(manifest: Manifest): Manifest {
  const units = manifest.units.filter(({ deployed }) => deployed);
  const names = new Set(units.map(({ name }) => name));
  const keep = (unit: ManifestUnit): ManifestUnit => {
    const { calls, ...others } = unit;
    const left = calls?.filter((name) => names.has(name)) ?? [];
    return left.length > 0 ? { ...others, calls: left } : others;
  };
  return { ...manifest, units: units.map(keep) };
}

/** What a unit calls, with the alias. */
function formatArn(name: string, context: Context): string {
  const { partition, id } = context.account;
  const unit = context.manifest.units.find((candidate) => candidate.name === name);
  const { deployed } = unit ?? {};
  if (!unit || !deployed)
    throw new FaasifyError('not-an-output', `The manifest names a unit ${name} that is not there`);
  return `arn:${partition}:lambda:${regionOf(unit, context)}:${id}:function:${deployed.name}:${deployed.alias}`;
}

/** `region`: of the unit, `home`: of units that name none. */
interface RegionContext extends Context {
  bucket: DesiredBucket | undefined;
  home: string;
}

function describeFunction(unit: ManifestUnit, role: string, context: RegionContext): DesiredFunction {
  const { app, deploy, out, region, bucket } = context;
  const scaling = describeScaling(unit, context);
  const code = unit.hash;
  const tags = {
    ...tagResource(app, deploy.tags, unit.name),
    ...(bucket && !bucket.isOwn && { [BUCKET_TAG]: bucket.name }),
    ...(scaling.provisionedConcurrency > 0 && { [PROVISIONED_TAG]: 'yes' }),
  };
  return {
    region,
    name: unit.deployed?.name ?? unit.name,
    unit: unit.name,
    zip: join(out, unit.zip),
    ...(bucket && isTooLarge(unit) && { upload: { bucket: bucket.name, key: `${bucket.prefix}code/${code}.zip` } }),
    content: describeContent(unit, role, context),
    scaling,
    tags,
  };
}

function describeScaling({ settings }: ManifestUnit, { deploy }: Context): Scaling {
  return {
    reservedConcurrency: settings.reservedConcurrency ?? deploy.reservedConcurrency ?? 0,
    provisionedConcurrency: settings.provisionedConcurrency ?? deploy.provisionedConcurrency ?? 0,
  };
}

function describeContent(unit: ManifestUnit, role: string, context: RegionContext): FunctionContent {
  const { app, deploy, env, region, references, bucket } = context;
  const { memory, timeout } = unit.settings;
  const { runtime, architecture, storage, tracing, vpc, deadLetter = '' } = deploy;
  const claims = deploy.claimCheck && bucket && { [CLAIMS]: `${bucket.name}/${nameClaims(bucket)}` };
  return {
    code: Buffer.from(unit.hash, 'hex').toString('base64'),
    handler: HANDLER,
    runtime,
    architecture,
    memory,
    timeout: Math.ceil(timeout),
    storage: unit.settings.storage ?? storage,
    tracing,
    role,
    vpc: [...(vpc?.securityGroups ?? []), ...(vpc?.subnets ?? [])].join(' '),
    deadLetter,
    logGroup: nameLogGroup(app),
    env: { ...selectEnvironment(unit.env, env), ...references?.get(region), ...claims, ...tellRegion(unit, context) },
  };
}

/** What a unit calls is in the region of the app, unless it says another one; AWS tells a function only its own. */
function tellRegion({ calls }: ManifestUnit, { region, home }: RegionContext): Record<string, string> {
  return calls && region !== home ? { FAASIFY_REGION: home } : {};
}
