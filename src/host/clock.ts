/** Functions with a schedule, on this machine: they run when their time has come, for as long as the host serves. */
import { isDue, parseSchedule } from '../2-plan/schedules.ts';
import type { Invocation, ServedFunction } from './served.ts';

const MINUTE = 60_000;

export interface ClockRequest {
  functions: ReadonlyMap<string, ServedFunction>;
  call(served: ServedFunction, event: string): Promise<Invocation>;
  /** Told of a run that has failed. */
  failed(fn: string, payload: string): void;
}

/** Looks every minute, at its beginning; returns what ends it. */
export function startClock({ functions, call, failed }: ClockRequest): () => void {
  const plans = [...functions.values()].flatMap((served) =>
    served.schedules.map((plan) => ({ ...plan, served, schedule: parseSchedule(plan.expression) })),
  );
  let minutes = 0;
  const look = () => {
    minutes++;
    const now = new Date();
    for (const { fn, served, schedule } of plans) {
      if ('problem' in schedule) continue;
      const isTime = schedule.kind === 'rate' ? minutes % schedule.minutes === 0 : isDue(schedule.fields, now);
      if (isTime) void run(fn, served);
    }
  };
  const run = async (fn: string, served: ServedFunction) => {
    const { payload, isError } = await call(served, JSON.stringify({ faasify: 'run', fn }));
    if (isError) failed(fn, payload);
  };
  let timer: NodeJS.Timeout;
  const wait = () => {
    timer = setTimeout(
      () => {
        look();
        wait();
      },
      MINUTE - (Date.now() % MINUTE) + 5,
    );
  };
  wait();
  return () => clearTimeout(timer);
}
