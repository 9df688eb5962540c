import type { Analysis, FunctionPlan, Plan, Problem, Settings } from '../types.ts';

/** Functions that stay though somebody asked for them by name: with an annotation, or with --include. */
export function findUnmetWishes(analysis: Analysis, plan: Plan, settings: Settings): Problem[] {
  const annotated = new Set(analysis.functions.filter((fn) => fn.annotation && !fn.annotation.off).map((fn) => fn.id));
  const staying = plan.functions.filter(({ verdict }) => verdict === 'keep');
  const describe = (code: string, by: string) => (fn: FunctionPlan) => describeWish(fn, code, by);
  return [
    ...staying.filter(({ id }) => annotated.has(id)).map(describe('annotated-stays', 'annotated with @faas')),
    ...staying
      .filter((fn) => settings.include.length > 0 && !annotated.has(fn.id) && !isKeptByRule(fn))
      .map(describe('included-stays', 'asked for with --include')),
  ];
}

function describeWish({ id, at, reasons }: FunctionPlan, code: string, by: string): Problem {
  const reason = reasons.find(({ byRule }) => !byRule) ?? reasons[0];
  const name = id.slice(id.indexOf('#') + 1);
  const message = `${name} is ${by} but stays: it ${reason?.message ?? 'cannot move'}`;
  return { code, severity: 'warning', message, at };
}

function isKeptByRule({ reasons }: FunctionPlan): boolean {
  return reasons.every(({ byRule }) => byRule === true);
}
