/** What starts functions besides calls, as a provider wants it. */
import { toCron } from '../2-plan/schedules.ts';
import type { RoutePlan, SchedulePlan } from '../types.ts';
import type { Provider, ProviderSchedule, ProviderUnit } from './provider.ts';

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Nothing of what it does not have. */
export function describeStarts(
  { starts }: Provider,
  { routes = [], schedules = [] }: { routes?: readonly RoutePlan[]; schedules?: readonly SchedulePlan[] },
): Pick<ProviderUnit, 'routes' | 'schedules'> {
  const own = starts?.schedule === 'cron' || starts?.schedule === 'named' ? schedules : [];
  const told = own.flatMap(({ fn, expression }): ProviderSchedule[] => {
    const cron = toCron(expression);
    return cron === undefined ? [] : [{ fn, cron: starts?.schedule === 'named' ? nameDays(cron) : cron }];
  });
  return {
    ...(starts?.http && routes.length > 0 && { routes: routes.map(({ key }) => key) }),
    ...(told.length > 0 && { schedules: told }),
  };
}

/** `0 12 * * 1,2` → `0 12 * * MON,TUE` */
function nameDays(cron: string): string {
  return cron.replace(/[\d,]+$/, (days) => days.replaceAll(/\d/g, (day) => DAYS[Number(day)] ?? day));
}

/** What `{"faasify":"run"}` is for: a function that its time has come for, or a request that says so. */
export function emitRun(fn: string): string {
  return JSON.stringify({ faasify: 'run', fn });
}
