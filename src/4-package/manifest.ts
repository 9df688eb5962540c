import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nameBundle } from '../2-plan/bundle-name.ts';
import type {
  Artifact,
  CutPlan,
  DeploySettings,
  Manifest,
  ManifestFunction,
  ManifestUnit,
  Plan,
  Problem,
  Settings,
  UnitPlan,
} from '../types.ts';
import { MANIFEST_FILE } from './files.ts';
import { parseManifest } from './manifest-check.ts';

const DEPLOY_DEFAULTS: DeploySettings = {
  runtime: 'nodejs22.x',
  architecture: 'x86_64',
  storage: 512,
  tracing: false,
  logRetention: 30,
  tags: {},
};

/** Those without a default. */
const OPTIONAL = [
  'role',
  'vpc',
  'deadLetter',
  'reservedConcurrency',
  'provisionedConcurrency',
  'environment',
  'permissions',
  'bucket',
  'claimCheck',
] as const satisfies (keyof DeploySettings)[];

export interface ManifestInput {
  version: string;
  settings: Settings;
  entries: string[];
  plan: Plan;
  artifacts: Artifact[];
  /** By path from the output folder. */
  runtime: string[];
  problems: Problem[];
}

export function makeManifest(input: ManifestInput): Manifest {
  const { version, settings, entries, plan, artifacts, runtime, problems } = input;
  return {
    version: 1,
    faasify: version,
    target: settings.target,
    targets: [
      ...new Set([...settings.targets, ...plan.units.flatMap(({ places }) => places.map((one) => one.target))]),
    ],
    ...(settings.app !== undefined && { app: settings.app, deploy: describeDeployment(settings) }),
    entries,
    functions: describeFunctions(plan),
    cuts: plan.cuts,
    units: plan.units.flatMap((unit) => {
      const artifact = artifacts.find((candidate) => candidate.unit === unit.name);
      return artifact ? [describeUnit(unit, artifact, plan.cuts)] : [];
    }),
    runtime,
    problems,
  };
}

export function describeDeployment(settings: Settings): DeploySettings {
  const { runtime, architecture, storage, tracing, logRetention, tags } = { ...DEPLOY_DEFAULTS, ...settings };
  const given = OPTIONAL.flatMap((key) => (settings[key] === undefined ? [] : [[key, settings[key]]]));
  return { ...Object.fromEntries(given), runtime, architecture, storage, tracing, logRetention, tags };
}

export function describeFunctions(plan: Plan): ManifestFunction[] {
  return plan.functions.map(({ id, at, ...fn }) => ({ id, file: at.file, line: at.line, ...fn }));
}

function describeUnit(unit: UnitPlan, artifact: Artifact, cuts: CutPlan[]): ManifestUnit {
  const { name, functions, settings, deployed, routes, schedules, watches } = unit;
  const calls = cuts.filter(({ fn }) => unit.nested.includes(fn)).map((cut) => cut.unit);
  const env = cuts.filter((cut) => cut.unit === name).flatMap((cut) => cut.env);
  const { zip, bytes, unpackedBytes, hash, inputs, assets } = artifact;
  const folder = `units/${name}`;
  const bundle = `${folder}/${nameBundle(unit)}`;
  return {
    name,
    functions,
    source: `${folder}/handler.ts`,
    bundle,
    map: `${bundle}.map`,
    zip,
    bytes,
    unpackedBytes,
    hash,
    inputs,
    settings,
    ...(deployed && { deployed }),
    ...describePlaces(unit, artifact),
    ...(calls.length > 0 && { calls: [...new Set(calls)].sort() }),
    env: [...new Set(env)].sort(),
    ...(routes.length > 0 && { routes }),
    ...(schedules.length > 0 && { schedules }),
    ...(watches.length > 0 && { watches }),
    ...(assets && { assets }),
  };
}

function describePlaces({ places }: UnitPlan, { packages }: Artifact): Pick<ManifestUnit, 'places'> {
  const described = places.map((place) => {
    const own = packages.find(({ target }) => target === place.target);
    return { ...place, ...(own && { package: own }) };
  });
  return described.some(({ target }) => target !== 'lambda') ? { places: described } : {};
}

/** The manifest of an output folder; undefined if none is there that can be understood. */
export function readManifest(out: string): Manifest | undefined {
  const file = join(out, MANIFEST_FILE);
  const read = existsSync(file) ? parseManifest(readFileSync(file, 'utf8'), out) : undefined;
  return read && 'problem' in read ? undefined : read;
}
