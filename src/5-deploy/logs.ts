/** What functions have written, from the log group of their app. */
import { type FilteredLogEvent, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Cloud } from './cloud.ts';
import { followLines } from './follow-lines.ts';

export interface LogLine {
  /** Milliseconds since the epoch. */
  time: number;
  region: string;
  /** Undefined where the stream does not say whose it is. */
  fn: string | undefined;
  version: string;
  stream: string;
  message: string;
}

export interface LogRequest {
  group: string;
  regions: readonly string[];
  /** Milliseconds since the epoch. */
  since: number;
  /** Looks again and again for what has come meanwhile. */
  isFollowed: boolean;
}

/** Milliseconds for which a line may arrive after others that were written later. */
const LATENESS = 30_000;

/** All lines since then, each once, in the order of their time as far as they are there. */
export function readLogs(cloud: Cloud, { group, regions, since, isFollowed }: LogRequest): AsyncGenerator<LogLine> {
  const look = async (start: number) => {
    const found = await Promise.all(regions.map((region) => readSince(cloud, region, group, start)));
    return found.flat();
  };
  return followLines(look, { since, isFollowed, lateness: LATENESS });
}

async function readSince(cloud: Cloud, region: string, logGroupName: string, startTime: number) {
  const { logs } = cloud.at(region);
  const found: { id: string; line: LogLine }[] = [];
  let nextToken: string | undefined;
  do {
    const input = { logGroupName, startTime, ...(nextToken !== undefined && { nextToken }) };
    const page = await logs.send(new FilterLogEventsCommand(input));
    for (const event of page.events ?? []) found.push({ id: idOf(event), line: describeEvent(event, region) });
    // Pages may be empty; some servers give the last token for ever.
    nextToken = page.nextToken === nextToken ? undefined : page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

function idOf({ eventId, logStreamName, timestamp, message }: FilteredLogEvent): string {
  return eventId ?? JSON.stringify([logStreamName, timestamp, message]);
}

/** Streams of a group that functions share: `2026/11/26/shop-trig[3]5f0c…`; of a group for one function: `2026/11/26/[3]5f0c…`. */
function describeEvent(event: FilteredLogEvent, region: string): LogLine {
  const { logStreamName: stream = '', timestamp: time = 0, message = '' } = event;
  const [, fn, version = ''] = STREAM.exec(stream) ?? [];
  return { time, region, fn: fn || undefined, version, stream, message: message.replace(/\n$/, '') };
}

const STREAM = /^\d+\/\d+\/\d+\/([\w-]*)\[([^\]]*)\]/;

export function readFunctionName(stream: string): string | undefined {
  return STREAM.exec(stream)?.[1] || undefined;
}
