import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { FaasifyError } from '../errors.ts';
import type { Desired, DesiredFunction } from './state.ts';

/** Every zip is there, and is the one that the manifest tells of. */
export function checkZips({ regions }: Desired): void {
  for (const fn of regions.flatMap(({ functions }) => functions)) readZip(fn);
}

export function readZip({ zip, unit, content }: DesiredFunction): Buffer {
  const bytes = tryRead(zip);
  if (bytes && createHash('sha256').update(bytes).digest('base64') === content.code) return bytes;
  const problem = bytes ? 'is not the one that the manifest tells of' : 'cannot be read';
  throw new FaasifyError('not-an-output', `The zip of unit ${unit} ${problem}: ${zip}`, {
    fix: 'Build it again with `faasify <src> --target lambda`.',
  });
}

function tryRead(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
