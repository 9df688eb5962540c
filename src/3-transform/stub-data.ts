import type { StubCut, StubUnit } from '../../templates/runtime/plan.ts';
import type { CutPlan, UnitPlan } from '../types.ts';

/** What the stubs of a cut know at run time. */
export function describeCut({
  form: _form,
  params: _params,
  self: _self,
  fresh: _fresh,
  brief: _brief,
  ...cut
}: CutPlan): StubCut {
  return cut;
}

/** At a provider other than AWS, among others. */
export function isElsewhere(places: UnitPlan['places']): boolean {
  return places.some(({ target }) => target !== 'lambda');
}

export function describeUnit(
  { name, settings, deployed, places, features, classes, sites, ...unit }: UnitPlan,
  bundle: string,
): StubUnit {
  const variables = unit.variables.filter((id) => !unit.given.includes(id));
  const { memory, timeout, concurrency, region } = settings;
  const used = {
    memory,
    timeout,
    ...(concurrency !== undefined && { concurrency }),
    ...(region !== undefined && { region }),
  };
  const called = deployed && { deployed };
  return {
    name,
    bundle,
    settings: used,
    ...called,
    ...(isElsewhere(places) && { places }),
    ...(settings.hedge !== undefined && { hedge: settings.hedge }),
    ...(unit.claims && { claims: true as const }),
    rich: features.rich,
    tables: features.tables,
    ...(features.signals && { signals: true }),
    classes,
    sites,
    variables,
    ...(Object.keys(unit.keeps).length > 0 && { keeps: unit.keeps }),
  };
}
