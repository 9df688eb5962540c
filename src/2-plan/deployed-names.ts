/** What a unit is called at the provider, and which of its versions the stubs call. */
import { createHash } from 'node:crypto';
import type { DeployedName } from '../types.ts';

/** All calls go to this alias: a deployment moves those of all units when everything new is in place. */
export const LIVE_ALIAS = 'live';

const MAX_LENGTH = 64;
const HASH_LENGTH = 8;

/**
 * `shop`, `trig-calculate` → `shop-trig-calculate`. A name that is too long is cut and ends with `_` and a hash: unit names have
 * no `_`, so it is never that of another unit.
 */
export function nameDeployed(app: string, unit: string): DeployedName {
  const name = `${app}-${unit}`;
  if (name.length <= MAX_LENGTH) return { name, alias: LIVE_ALIAS };
  const hash = createHash('sha256').update(unit).digest('hex').slice(0, HASH_LENGTH);
  const head = name.slice(0, MAX_LENGTH - HASH_LENGTH - 1).replace(/-+$/, '');
  return { name: `${head}_${hash}`, alias: LIVE_ALIAS };
}
