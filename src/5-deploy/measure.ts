/** How long calls have been billed of late, as far as the logs of an app tell at a glance. */
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Cloud } from './cloud.ts';
import { readFunctionName } from './logs.ts';
import { nameLogGroup } from './ownership.ts';
import { isDenied, isNotFound } from './provider-error.ts';
import { readUsage } from './report-line.ts';
import { keyOf } from './state.ts';

/** Milliseconds, and lines: one request. */
const LATELY = 86_400_000;
const LINES = 1000;

/** Milliseconds on average, by key of the function; nothing of those of which nothing is known, or may be asked. */
export async function measureBilled(cloud: Cloud, app: string, region: string): Promise<Map<string, number>> {
  const times = new Map<string, number[]>();
  for (const { logStreamName = '', message = '' } of await readReports(cloud, app, region)) {
    const name = readFunctionName(logStreamName);
    const usage = readUsage(message);
    if (name === undefined || !usage) continue;
    const key = keyOf({ region, name });
    times.set(key, [...(times.get(key) ?? []), usage.billed]);
  }
  const average = (all: number[]) => Math.round(all.reduce((sum, time) => sum + time, 0) / all.length);
  return new Map([...times].map(([key, all]) => [key, average(all)]));
}

async function readReports(cloud: Cloud, app: string, region: string) {
  const input = {
    logGroupName: nameLogGroup(app),
    filterPattern: 'REPORT',
    startTime: Date.now() - LATELY,
    limit: LINES,
  };
  try {
    return (await cloud.at(region).logs.send(new FilterLogEventsCommand(input))).events ?? [];
  } catch (error) {
    if (isNotFound(error) || isDenied(error)) return [];
    throw error;
  }
}
