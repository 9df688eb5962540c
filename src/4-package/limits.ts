import { toCron } from '../2-plan/schedules.ts';
import type { Provider } from '../providers/provider.ts';
import type { Artifact, Problem, UnitPlan } from '../types.ts';

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
  const { title, limits } = provider;
  const { min, max } = limits.memory;
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
      ...findUnstarted(provider, unit).map((message): [boolean, string, string] => [true, 'unit-triggers', message]),
    ];
    return found
      .filter(([isWrong]) => isWrong)
      .map(([, code, message]) => ({ code, severity: 'error', message: `Unit ${unit.name} ${message}.` }));
  });
}

/** What is to start its functions besides calls, and does not there. */
function findUnstarted({ title, starts = {} }: Provider, { routes, schedules, settings }: UnitPlan): string[] {
  const { http, schedule, warm, lacks = {} } = starts;
  const say = (what: string, why = 'faasify does not set them up there') => `cannot have ${what} on ${title}: ${why}`;
  const inexact = schedules.filter(({ expression }) => toCron(expression) === undefined);
  return [
    ...(routes.length > 0 && !http ? [say('addresses', lacks.http)] : []),
    ...(schedules.length > 0 && !schedule ? [say('schedules', lacks.schedule)] : []),
    ...(schedule && schedule !== 'any'
      ? inexact.map(({ fn, expression }) => say(`the schedule ${expression} of ${fn}`, INEXACT))
      : []),
    ...(settings.warm !== undefined && !warm ? [say('`warm`', 'nothing keeps instances ready there')] : []),
  ];
}

const INEXACT = 'a schedule there has neither years nor rates that do not divide an hour or a day';

function formatMegabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}
