/** What functions cost at the provider, before a deployment and after it. */
import { lambdaPrices } from '../providers/lambda.ts';
import type { Change } from './diff.ts';
import { type Actual, type Desired, type FunctionContent, keyOf, type Scaling } from './state.ts';

export interface Priced {
  /** Milliseconds that are billed. */
  billed: number;
  /** MB */
  memory: number;
  architecture: string;
}

/** Of one call, in dollars, without what is free. */
export function priceCall({ billed, memory, architecture }: Priced): number {
  const { call, gigabyteSecond } = lambdaPrices;
  return call + (billed / 1000) * (memory / 1024) * gigabyteSecond[nameOf(architecture)];
}

function nameOf(architecture: string): 'arm64' | 'x86_64' {
  return architecture === 'arm64' ? 'arm64' : 'x86_64';
}

/** In dollars. */
export interface Cost {
  /** Of a million calls. */
  million: number;
  /** Of one that takes all the time it may. */
  most: number;
  /** Of an hour in which nobody calls. */
  idle: number;
}

export interface CostChange {
  region: string;
  name: string;
  /** Milliseconds that a call is taken to be billed. */
  billed: number;
  /** That is what calls have been billed of late; else it is assumed. */
  isMeasured: boolean;
  /** Absent for what is new, and for what goes. */
  before?: Cost;
  after?: Cost;
}

/** Where nothing has been measured. */
const ASSUMED = 100;

/** Of the functions whose price changes. `measured`: milliseconds that calls have been billed on average, by key. */
export function diffCosts(
  changes: readonly Change[],
  desired: Desired,
  actual: Actual,
  measured: ReadonlyMap<string, number>,
): CostChange[] {
  const wanted = new Map(desired.regions.flatMap((region) => region.functions).map((fn) => [keyOf(fn), fn]));
  const found = new Map(actual.regions.flatMap((region) => region.functions).map((fn) => [keyOf(fn), fn]));
  return changes.flatMap((change): CostChange[] => {
    if (change.kind !== 'function') return [];
    const key = keyOf(change);
    const { region, name } = change;
    const [old, next] = [found.get(key), change.action === 'delete' ? undefined : wanted.get(key)];
    const billed = measured.get(key) ?? ASSUMED;
    const before = old && describeCost(old.live?.content ?? old.latest, old.scaling, billed);
    const after = next && describeCost(next.content, next.scaling, billed);
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    const isMeasured = measured.has(key);
    return [{ region, name, billed, isMeasured, ...(before && { before }), ...(after && { after }) }];
  });
}

function describeCost(
  { memory, architecture, timeout }: FunctionContent,
  { provisionedConcurrency }: Scaling,
  billed: number,
): Cost {
  const { provisionedGigabyteSecond } = lambdaPrices;
  const hour = 3600 * (memory / 1024) * provisionedGigabyteSecond[nameOf(architecture)];
  return {
    million: priceCall({ billed, memory, architecture }) * 1_000_000,
    most: priceCall({ billed: timeout * 1000, memory, architecture }),
    idle: hour * provisionedConcurrency,
  };
}
