import type { StubCut, StubPlan } from '../../templates/runtime/plan.ts';
import { nameBundle } from '../2-plan/bundle-name.ts';
import { describeCut, describeUnit } from '../3-transform/stub-data.ts';
import type { CutPlan, Plan, Settings } from '../types.ts';

/** Where the app's runtime lies, seen from the output folder; its plan names bundles from there. */
export const APP_RUNTIME = 'app/node_modules/faasify/runtime';

/** Environment variables that functions get where they are deployed. */
function findGiven({ env }: CutPlan, { environment = {}, target }: Settings): Pick<StubCut, 'given'> {
  const given = target === 'local' ? [] : env.filter((name) => Object.hasOwn(environment, name));
  return given.length > 0 ? { given } : {};
}

/** What the stubs of the app read at run time. */
export function makeStubPlan(plan: Plan, settings: Settings): StubPlan {
  const toRoot = APP_RUNTIME.split('/')
    .map(() => '..')
    .join('/');
  return {
    target: settings.target,
    ...(plan.bodies === 'drop' && { isBare: true }),
    ...(settings.fallback === 'local' && { fallback: 'local' }),
    ...(settings.clientTransport === 'sdk' && { sdk: true as const }),
    cuts: plan.cuts.map((cut) => ({ ...describeCut(cut), ...findGiven(cut, settings) })),
    units: plan.units.map((unit) => describeUnit(unit, `${toRoot}/units/${unit.name}/${nameBundle(unit)}`)),
  };
}
