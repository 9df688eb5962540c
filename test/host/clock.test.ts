import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startClock } from '../../src/host/clock.ts';
import { describeFunction, type ServedFunction } from '../../src/host/served.ts';

/** Functions with a schedule, by a clock that is ours. */

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-26T11:57:30Z') }));
afterEach(() => void vi.useRealTimers());

function serve(schedules: { fn: string; expression: string }[]) {
  const files = { source: 's', bundle: 'b', map: 'm', zip: 'z', inputs: '', bytes: 1, unpackedBytes: 1, hash: 'ab' };
  const unit = { name: 'm', functions: [], ...files, settings: { memory: 128, timeout: 5 }, env: [], schedules };
  const runs: string[] = [];
  const failures: string[] = [];
  const call = async (_served: ServedFunction, event: string) => {
    const { fn } = JSON.parse(event) as { fn: string };
    runs.push(`${new Date().toISOString().slice(11, 16)} ${fn}`);
    return fn === 'm#bad' ? { payload: '"no"', isError: true } : { payload: 'null', isError: false };
  };
  const functions = new Map([['m', describeFunction(unit, 'b')]]);
  const failed = (fn: string, payload: string) => void failures.push(`${fn} ${payload}`);
  return { runs, failures, end: startClock({ functions, call, failed }) };
}

describe('the clock of the host', () => {
  it('runs what is due, at the beginning of each minute, until it is stopped', async () => {
    const { runs, failures, end } = serve([
      { fn: 'm#each', expression: 'rate(2 minutes)' },
      { fn: 'm#noon', expression: 'cron(0 12 * * ? *)' },
      { fn: 'm#bad', expression: 'cron(59 11 * * ? *)' },
    ]);
    await vi.advanceTimersByTimeAsync(4 * 60_000);
    expect(runs).toEqual(['11:59 m#each', '11:59 m#bad', '12:00 m#noon', '12:01 m#each']);
    expect(failures).toEqual(['m#bad "no"']);
    end();
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(runs).toHaveLength(4);
  });
});
