import type { BundleName, UnitPlan } from '../types.ts';

/** A bundle is an ES module, which is always in strict mode, unless its code must not be. */
export function nameBundle({ isSloppy }: Pick<UnitPlan, 'isSloppy'>): BundleName {
  return isSloppy ? 'handler.cjs' : 'handler.mjs';
}
