/** What the provider would refuse is refused before anything is sent to it, with the unit and the figures. */
import { ROLE_ARN } from '../2-plan/unit-settings.ts';
import { FaasifyError } from '../errors.ts';
import { provider as lambda, lambdaDeployment } from '../providers/lambda.ts';
import type { Manifest, ManifestUnit } from '../types.ts';
import { countBytes, isReservedVariable } from './environment.ts';
import { isReservedTag } from './ownership.ts';
import { formatPolicy, MAX_POLICY } from './policy.ts';
import type { Desired, DesiredFunction, DesiredRegion } from './state.ts';

const MB = 1024 * 1024;
const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Throws the first things that are over a limit, all of them at once. */
export function checkLimits({ regions }: Desired, { units, deploy }: Manifest): void {
  const functions = regions.flatMap((region) => region.functions);
  const names = functions.map(({ region, name }) => `${region}/${name}`);
  const reserved = Object.keys(deploy?.tags ?? {}).filter(isReservedTag);
  const findings = [
    ...reserved.map((tag) => `tag ${tag} is not yours to set`),
    ...Object.keys(deploy?.environment ?? {})
      .filter(isReservedVariable)
      .map((name) => `environment variable ${name} is not yours to set`),
    ...functions.flatMap((fn) => findFunctionProblems(fn, units)),
    ...(deploy?.permissions && functions.length > 0 && regions.every(({ role }) => !role)
      ? [`permissions are asked for in ${deploy.permissions[0]?.from}, but all functions run as a role of yours`]
      : []),
    ...regions.flatMap(findRegionProblems),
    ...regions.flatMap(findWaitProblems),
    ...regions.flatMap(findAddressProblems),
    ...functions
      .filter((_, i) => names.indexOf(names[i] ?? '') < i)
      .map(({ name }) => `${name} is the name of two units`),
  ];
  if (findings.length === 0) return;
  throw new FaasifyError('deploy-limit', `This cannot be deployed: ${findings.join('; ')}`, {
    fix: `Nothing has been sent. Change these settings, or exclude functions with --exclude (${lambdaDeployment.source}).`,
  });
}

function findFunctionProblems(
  { unit, content, tags, scaling }: DesiredFunction,
  units: readonly ManifestUnit[],
): string[] {
  const { limits } = lambda;
  const { storage, environment, runtimes, architectures } = lambdaDeployment;
  const artifact = units.find(({ name }) => name === unit);
  const bytes = countBytes(content.env);
  const whole = Number.isInteger(content.memory);
  const { reservedConcurrency: reserved, provisionedConcurrency: provisioned } = scaling;
  const checks: [boolean, string][] = [
    [
      whole && content.memory >= limits.memory.min && content.memory <= limits.memory.max,
      `memory is ${content.memory} MB, not ${limits.memory.min} to ${limits.memory.max}`,
    ],
    [ROLE_ARN.test(content.role), `role ${content.role} is not the ARN of a role`],
    [content.timeout <= limits.timeout, `timeout is ${content.timeout} s, at most ${limits.timeout} are possible`],
    [
      content.storage >= storage.min && content.storage <= storage.max,
      `storage is ${content.storage} MB, not ${storage.min} to ${storage.max}`,
    ],
    [bytes <= environment, `its environment variables have ${bytes} bytes, at most ${environment} are possible`],
    [isOneOf(runtimes, content.runtime), `runtime ${content.runtime} is none of ${runtimes.join(', ')}`],
    [
      isOneOf(architectures, content.architecture),
      `architecture ${content.architecture} is none of ${architectures.join(', ')}`,
    ],
    [
      (artifact?.bytes ?? 0) <= limits.zip,
      `its zip has ${toMegabytes(artifact?.bytes)} MB, at most ${toMegabytes(limits.zip)} are possible`,
    ],
    [
      (artifact?.unpackedBytes ?? 0) <= limits.unpacked,
      `it has ${toMegabytes(artifact?.unpackedBytes)} MB unpacked, at most ${toMegabytes(limits.unpacked)} are possible`,
    ],
    [
      reserved === 0 || provisioned <= reserved,
      `${provisioned} instances are to be kept ready (provisionedConcurrency), but it may have ${reserved} (reservedConcurrency)`,
    ],
    [
      Object.keys(tags).length <= lambdaDeployment.tags,
      `it has ${Object.keys(tags).length} tags, at most ${lambdaDeployment.tags} are possible`,
    ],
  ];
  return checks.filter(([isFine]) => !isFine).map(([, problem]) => `unit ${unit}: ${problem}`);
}

/** Whoever asks over HTTP does not wait longer than this for an answer. */
function findWaitProblems({ triggers, functions }: DesiredRegion): string[] {
  const { wait, source } = lambdaDeployment.http;
  const routes = triggers?.api?.routes ?? [];
  return functions
    .filter(({ name, content }) => content.timeout > wait && routes.some((route) => route.function === name))
    .map(
      ({ unit, content }) =>
        `unit ${unit}: its timeout is ${content.timeout} s, but a request to an address gets an answer within ${wait} s or none (${source})`,
    );
}

/** Each address is a statement in the policy of its function, which has its limits. */
function findAddressProblems({ triggers, functions }: DesiredRegion): string[] {
  const { addresses, source } = lambdaDeployment.http;
  const routes = triggers?.api?.routes ?? [];
  const countOf = (name: string) => routes.filter((route) => route.function === name).length;
  return functions
    .filter(({ name }) => countOf(name) > addresses)
    .map(
      ({ unit, name }) =>
        `unit ${unit}: it has ${countOf(name)} addresses, at most ${addresses} are possible (${source}): give its functions units of their own, with --depth medium`,
    );
}

/** What holds for all of a region is told once. */
function findRegionProblems({ region, role, logGroup }: DesiredRegion): string[] {
  const size = role === undefined ? 0 : formatPolicy(role.policy).length;
  const isTag = (name: string, value: string) => name.length <= 128 && value.length <= 256 && TAG.test(name + value);
  const tags = Object.entries(logGroup.tags).filter(([name, value]) => !isTag(name, value));
  const found = tags.map(
    ([name]) =>
      `tag ${name.slice(0, 40)}: at most 128 characters for its name and 256 for its value, of letters, digits, space and _.:/=+-@`,
  );
  if (size <= MAX_POLICY) return found;
  const problem = `the units call so many others that the policy of their role in ${region} has ${size} characters, at most ${MAX_POLICY} are possible: give a role of your own with --role`;
  return [...found, problem];
}

function isOneOf(known: readonly string[], value: string): boolean {
  return known.includes(value);
}

function toMegabytes(bytes = 0): string {
  return (bytes / MB).toFixed(1);
}
