import { providers } from '../providers/index.ts';
import type { Artifact, Problem, Settings } from '../types.ts';

const MB = 1024 * 1024;

/** Units that are larger than the provider takes. */
export function findSizeProblems(target: Settings['target'], artifacts: Artifact[]): Problem[] {
  const { zip, unpacked, source } = providers[target].limits;
  return artifacts
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

function formatMegabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}
