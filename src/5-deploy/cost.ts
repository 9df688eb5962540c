/** What calls cost at the provider. */
import { lambdaPrices } from '../providers/lambda.ts';

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
  const each = architecture === 'arm64' ? gigabyteSecond.arm64 : gigabyteSecond.x86_64;
  return call + (billed / 1000) * (memory / 1024) * each;
}
