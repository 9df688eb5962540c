import { FaasifyError } from './errors.ts';

/** Where a value was written: `--calls` or `faasify.config.mjs, key "calls"`. Relative paths in it start at `base`. */
export interface Origin {
  where: string;
  base: string;
  /** The file it was written in: its name. */
  file?: string;
}

/** `wanted`: what the value has to be, with an article. */
export function refuseValue(origin: Origin, value: unknown, wanted: string): never {
  throw new FaasifyError('option-value', `${origin.where}: ${JSON.stringify(value)} is not ${wanted}`, {
    fix: `Give ${wanted}.`,
  });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function readCount(option: string, value: unknown): number {
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  throw new FaasifyError('option-value', `${option}: ${JSON.stringify(value)} is not a whole number`, {
    fix: `Write it like ${option} 100.`,
  });
}
