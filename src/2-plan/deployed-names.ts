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
  const found = listForms(name, hash, maxLength).find((one) => pattern.test(one));
  if (found === undefined) throw new Error(`no name for ${name} fits ${pattern}`);
  return found;
}

/** What most rules for names allow at least one of, each with the hash, which may be of letters alone. */
function listForms(name: string, hash: string, maxLength: number): string[] {
  const lower = name.toLowerCase();
  const camel = name.replace(/[-_]+(.)/g, (_, letter: string) => letter.toUpperCase());
  const heads = [
    name,
    lower.replaceAll('_', '-'),
    name.replaceAll('-', '_'),
    lower.replaceAll('-', '_'),
    camel,
    lower.replace(/[-_]/g, ''),
  ];
  const letters = hash.replace(/\d/g, (digit) => String.fromCharCode('g'.charCodeAt(0) + Number(digit)));
  const all = [...heads, ...heads.map((head) => `f${head}`)]; // where a name has to begin with a letter
  return all.flatMap((head) => {
    const start = head.slice(0, maxLength - HASH_LENGTH - 1).replace(/[-_]+$/, '');
    return ['-', '_', ''].flatMap((between) => [hash, letters].map((end) => `${start}${between}${end}`));
  });
}
