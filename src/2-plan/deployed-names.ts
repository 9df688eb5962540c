/** What a unit is called at providers, and which of its versions the stubs call. */
import { createHash } from 'node:crypto';
import type { Provider } from '../providers/provider.ts';
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

/**
 * `shop`, `trig-calculate` → `shop-trig-calculate`, or whatever is nearest to it among the names that the provider takes; with a hash
 * if anything had to be changed, so that no two units get the same.
 */
export function nameAt({ unitName: { pattern, maxLength } }: Provider, app: string | undefined, unit: string): string {
  const name = app === undefined ? unit : `${app}-${unit}`;
  if (name.length <= maxLength && pattern.test(name)) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH);
  const room = maxLength - HASH_LENGTH - 1;
  const forms = [
    name,
    name.toLowerCase().replaceAll('_', '-'),
    name.replace(/[-_]+(.)/g, (_, letter: string) => letter.toUpperCase()),
  ];
  const heads = forms.map((form) => form.slice(0, room).replace(/[-_]+$/, ''));
  const found = heads
    .flatMap((head) => [`${head}-${hash}`, `${head}_${hash}`, `${head}x${hash}`])
    .find((one) => pattern.test(one));
  if (found === undefined) throw new Error(`no name for ${name} fits ${pattern}`);
  return found;
}
