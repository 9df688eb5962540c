import { standsFor } from '../2-plan/routes.ts';
import { toCron } from '../2-plan/schedules.ts';
import type { Provider, ProviderStarts } from '../providers/provider.ts';
import type { Artifact, Problem, SchedulePlan, UnitPlan } from '../types.ts';

const MB = 1024 * 1024;

/** Units that are larger than the provider takes. */
export function findSizeProblems({ name: target, limits }: Provider, artifacts: readonly Artifact[]): Problem[] {
  const { zip, unpacked, source } = limits;
  return artifacts
    .map(({ unit, packages, ...whole }) => ({ unit, ...(packages.find((one) => one.target === target) ?? whole) }))
    .filter((artifact) => artifact.bytes > zip || artifact.unpackedBytes > unpacked)
    .map(({ unit, bytes, unpackedBytes }) => ({
      code: 'unit-too-large',
      severity: 'error',
      message:
        `Unit ${unit} has ${formatMegabytes(bytes)} zipped and ${formatMegabytes(unpackedBytes)} unpacked; ` +
        `${target} takes ${formatMegabytes(zip)} and ${formatMegabytes(unpacked)} (${source}). ` +
        'Exclude the functions that need its largest packages with --exclude.',
    }));
}

/** Units that ask for more than the provider has, or for what it does not do at all. */
export function findLimitProblems(provider: Provider, units: readonly UnitPlan[]): Problem[] {
  const { title, limits, starts } = provider;
  const { min, max } = limits.memory;
  const longest = starts?.longestRun ?? Number.POSITIVE_INFINITY;
  return units.flatMap((unit) => {
    const { memory, timeout } = unit.settings;
    const found: [boolean, string, string][] = [
      [
        memory < min || memory > max,
        'unit-memory',
        `wants ${memory} MB of memory; ${title} has ${min} to ${max} (${limits.source})`,
      ],
      [
        timeout > limits.timeout,
        'unit-timeout',
        `wants ${timeout} s; ${title} ends calls after ${limits.timeout} (${limits.source})`,
      ],
      [
        unit.schedules.length > 0 && timeout > longest,
        'unit-timeout',
        `wants ${timeout} s; ${title} ends what runs by the clock after ${longest} (${limits.source})`,
      ],
      ...findUnstarted(provider, unit, units).map((message): [boolean, string, string] => [
        true,
        'unit-triggers',
        message,
      ]),
    ];
    return found
      .filter(([isWrong]) => isWrong)
      .map(([, code, message]) => ({ code, severity: 'error', message: `Unit ${unit.name} ${message}.` }));
  });
}

/** What is to start its functions besides calls, and does not there. */
function findUnstarted({ title, starts = {} }: Provider, unit: UnitPlan, all: readonly UnitPlan[]): string[] {
  const { routes, schedules, settings } = unit;
  const { http, schedule, warm, lacks = {} } = starts;
  const say = (what: string, why = 'faasify does not set them up there') => `cannot have ${what} on ${title}: ${why}`;
  return [
    ...(routes.length > 0 && !http ? [say('addresses', lacks.http)] : []),
    ...(schedules.length > 0 && !schedule ? [say('schedules', lacks.schedule)] : []),
    ...(schedule && schedule !== 'any' ? findInexact(starts, schedules).map(([what, why]) => say(what, why)) : []),
    ...(http ? findMixed(starts, unit, all).map(([what, why]) => say(what, why)) : []),
    ...(settings.warm !== undefined && !warm ? [say('`warm`', 'nothing keeps instances ready there')] : []),
  ];
}

type Refusal = [what: string, why: string];

function findInexact({ oneSchedule }: ProviderStarts, schedules: readonly SchedulePlan[]): Refusal[] {
  const inexact = schedules.filter(({ expression }) => toCron(expression) === undefined);
  const refused = inexact.map(({ fn, expression }): Refusal => [`the schedule ${expression} of ${fn}`, INEXACT]);
  const isMixed = oneSchedule && new Set(schedules.map(({ expression }) => toCron(expression))).size > 1;
  return isMixed
    ? [...refused, ['several schedules', 'a function has one there; give these units of their own']]
    : refused;
}

const INEXACT = 'a schedule there has neither years nor rates that do not divide an hour or a day';

function findMixed({ taken = [], apart }: ProviderStarts, unit: UnitPlan, all: readonly UnitPlan[]): Refusal[] {
  const keys = unit.routes.map(({ key }) => key);
  const others = all.filter((one) => one !== unit).flatMap(({ routes }) => routes.map(({ key }) => key));
  const wide = apart ? keys.filter((key) => others.some((other) => standsFor(key, other))) : [];
  return [
    ...keys.filter((key) => taken.includes(key)).map((key): Refusal => [`the address ${key}`, 'calls go there']),
    ...wide.map(
      (key): Refusal => [
        `the address ${key}`,
        'another unit has one that it stands for, too, and nothing says which comes first',
      ],
    ),
  ];
}

function formatMegabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}
