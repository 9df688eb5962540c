import type { StubPlan } from '../../templates/runtime/plan.ts';
import type { Plan, Settings } from '../types.ts';

/** Where the app's runtime lies, seen from the output folder; its plan names bundles from there. */
export const APP_RUNTIME = 'app/node_modules/faasify/runtime';

/** What the stubs of the app read at run time. */
export function makeStubPlan(plan: Plan, settings: Settings): StubPlan {
  const toRoot = APP_RUNTIME.split('/')
    .map(() => '..')
    .join('/');
  return {
    target: settings.target,
    ...(plan.bodies === 'drop' && { isBare: true }),
    cuts: plan.cuts.map(({ form: _form, params: _params, self: _self, ...cut }) => cut),
    units: plan.units.map(({ name, settings: unit, features, classes, sites, ...plan }) => {
      const bundle = `${toRoot}/units/${name}/handler.mjs`;
      const variables = plan.variables.filter((id) => !plan.given.includes(id));
      return { name, bundle, settings: unit, rich: features.rich, classes, sites, variables };
    }),
  };
}
