import { join } from 'node:path';
import { LIVE_ALIAS } from '../2-plan/deployed-names.ts';
import { FaasifyError } from '../errors.ts';
import type { DeploySettings, Manifest, ManifestUnit } from '../types.ts';
import { selectEnvironment } from './environment.ts';
import { nameLogGroup, nameRole, nameRolePath, tagResource } from './ownership.ts';
import { makePolicy, TRUST } from './policy.ts';
import type { Desired, DesiredFunction, DesiredRegion } from './state.ts';

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

/** The file and the export in every zip. */
const HANDLER = 'handler.handler';

/** What is to be at the provider for an output folder; nothing is asked and nothing is read but the manifest. */
export function describeDesired(input: DesiredInput): Desired {
  const { app, deploy, units } = input.manifest;
  const alias = units[0]?.deployed?.alias ?? LIVE_ALIAS;
  if (app === undefined || deploy === undefined || units.some(({ deployed }) => deployed?.alias !== alias)) {
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
  const logGroup = nameLogGroup(app);
  const name = nameRole(app, region);
  const calls = new Set(units.flatMap((unit) => unit.calls ?? []).map((unit) => formatArn(unit, context)));
  const input = { partition: account.partition, account: account.id, region, logGroup, tracing: deploy.tracing };
  const path = nameRolePath(app);
  const own = { name, path, trust: TRUST, policy: makePolicy({ ...input, calls: [...calls] }), tags };
  const arn = `arn:${account.partition}:iam::${account.id}:role${path}${name}`;
  return [
    {
      region,
      logGroup: { name: logGroup, retention: deploy.logRetention, tags },
      ...(units.some((unit) => findGivenRole(unit, context) === undefined) && { role: own }),
      functions: units.map((unit) => describeFunction(unit, findGivenRole(unit, context) ?? arn, region, context)),
    },
  ];
}

/** The flag, the annotation, the configuration, the environment. */
function findGivenRole({ settings }: ManifestUnit, { role, deploy, env }: Context): string | undefined {
  return role ?? settings.role ?? deploy.role ?? (env.FAASIFY_ROLE || undefined);
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

function describeFunction(unit: ManifestUnit, role: string, region: string, context: Context): DesiredFunction {
  const { app, deploy, out, env } = context;
  const { memory, timeout } = unit.settings;
  const { runtime, architecture, storage, tracing } = deploy;
  return {
    region,
    name: unit.deployed?.name ?? unit.name,
    unit: unit.name,
    zip: join(out, unit.zip),
    content: {
      code: Buffer.from(unit.hash, 'hex').toString('base64'),
      handler: HANDLER,
      runtime,
      architecture,
      memory,
      timeout: Math.ceil(timeout),
      storage: unit.settings.storage ?? storage,
      tracing,
      role,
      logGroup: nameLogGroup(app),
      env: selectEnvironment(unit.env, env),
    },
    tags: tagResource(app, deploy.tags, unit.name),
  };
}
