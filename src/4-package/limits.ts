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
  const { title, limits, hasTriggers = false } = provider;
  const { min, max } = limits.memory;
  return units.flatMap(({ name, settings, routes, schedules }) => {
    const { memory, timeout } = settings;
    const isStarted = routes.length + schedules.length > 0 || settings.warm !== undefined;
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
        isStarted && !hasTriggers,
        'unit-triggers',
        `has addresses, schedules or \`warm\`, which faasify does not set up for ${title}`,
      ],
    ];
    return found
      .filter(([isWrong]) => isWrong)
      .map(([, code, message]) => ({ code, severity: 'error', message: `Unit ${name} ${message}.` }));
  });
}

function formatMegabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}
