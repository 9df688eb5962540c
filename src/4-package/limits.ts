import type { Artifact, Problem, Settings } from '../types.ts';

interface Limits {
  /** Bytes of the zip, and of what is in it. */
  zip: number;
  unpacked: number;
  /** Where the figures come from. */
  source: string;
}

const MB = 1024 * 1024;

/** What providers accept. The embedded host has no limits. */
const LIMITS: Partial<Record<Settings['target'], Limits>> = {
  lambda: { zip: 50 * MB, unpacked: 250 * MB, source: 'AWS Lambda quotas' },
};

export function findSizeProblems(target: Settings['target'], artifacts: Artifact[]): Problem[] {
  const limits = LIMITS[target];
  if (!limits) return [];
  return artifacts
    .filter(({ bytes, unpackedBytes }) => bytes > limits.zip || unpackedBytes > limits.unpacked)
    .map(({ unit, bytes, unpackedBytes }) => ({
      code: 'unit-too-large',
      severity: 'error',
      message:
        `Unit ${unit} has ${formatMegabytes(bytes)} zipped and ${formatMegabytes(unpackedBytes)} unpacked; ` +
        `${target} takes ${formatMegabytes(limits.zip)} and ${formatMegabytes(limits.unpacked)} (${limits.source}). ` +
        'Exclude the functions that need its largest packages with --exclude.',
    }));
}

function formatMegabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}
