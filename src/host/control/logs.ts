/** The part of CloudWatch Logs that deployments ask for: groups with a retention and tags. */
import type { Account, LogGroup } from './account.ts';
import { type Answer, json } from './answer.ts';
import { ApiError, notFound } from './api-error.ts';
import type { LogEvent, LogEvents } from './log-events.ts';
import { ACCOUNT } from './names.ts';

import { group, list, map, parseJson, readAs, type Shape, text, whole } from './shape.ts';
import { JSON_TYPE } from './xml.ts';

type Groups = Account['groups'];

interface LogPlane {
  account: Account;
  events: LogEvents;
}

type Action = (groups: Groups, region: string, given: unknown, events: LogEvents) => object;

const NAME = text({ min: 1, max: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/ });
const TAGS = map(text({ min: 1, max: 128 }), text({ max: 256 }));
/** Lines of a page. */
const MAX_PAGE = 10_000;
const DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

const FILTER = group(
  { logGroupName: NAME },
  {
    ...{ logStreamNames: list(text(), { max: 100 }), logStreamNamePrefix: text(), filterPattern: text({ max: 1024 }) },
    ...{
      startTime: whole({ min: 0 }),
      endTime: whole({ min: 0 }),
      limit: whole({ min: 1, max: MAX_PAGE }),
      nextToken: text(),
    },
  },
);
type Filter = typeof FILTER extends Shape<infer T> ? T : never;

const ACTIONS = {
  CreateLogGroup: reading(
    group({ logGroupName: NAME }, { tags: TAGS }),
    (groups, region, { logGroupName, tags = {} }) => {
      if (groups.find(keyOf(region, logGroupName))) {
        throw new ApiError(400, 'ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      return keep(groups, { region, name: logGroupName, created: Date.now(), tags });
    },
  ),
  DescribeLogGroups: reading(
    group({}, { logGroupNamePrefix: text() }),
    (groups, region, { logGroupNamePrefix = '' }) => {
      const found = groups.list().filter((one) => one.region === region && one.name.startsWith(logGroupNamePrefix));
      return { logGroups: found.map(describe) };
    },
  ),
  DeleteLogGroup: reading(group({ logGroupName: NAME }, {}), (groups, region, { logGroupName }) => {
    groups.remove(keyOf(region, getGroup(groups, region, logGroupName).name));
    return {};
  }),
  PutRetentionPolicy: reading(
    group({ logGroupName: NAME, retentionInDays: whole({ min: 1 }) }, {}),
    (groups, region, { logGroupName, retentionInDays: retention }) => {
      if (DAYS.includes(retention)) return keep(groups, { ...getGroup(groups, region, logGroupName), retention });
      throw new ApiError(400, 'InvalidParameterException', `retentionInDays must be one of ${DAYS.join(', ')}`);
    },
  ),
  DeleteRetentionPolicy: reading(group({ logGroupName: NAME }, {}), (groups, region, { logGroupName }) => {
    const { retention: _gone, ...rest } = getGroup(groups, region, logGroupName);
    return keep(groups, rest);
  }),
  TagResource: reading(group({ resourceArn: text(), tags: TAGS }, {}), (groups, region, { resourceArn, tags }) => {
    const found = getByArn(groups, region, resourceArn);
    return keep(groups, { ...found, tags: { ...found.tags, ...tags } });
  }),
  UntagResource: reading(group({ resourceArn: text(), tagKeys: list(text()) }, {}), (groups, region, given) => {
    const found = getByArn(groups, region, given.resourceArn);
    const tags = Object.entries(found.tags).filter(([key]) => !given.tagKeys.includes(key));
    return keep(groups, { ...found, tags: Object.fromEntries(tags) });
  }),
  ListTagsForResource: reading(group({ resourceArn: text() }, {}), (groups, region, { resourceArn }) => ({
    tags: getByArn(groups, region, resourceArn).tags,
  })),
  FilterLogEvents: reading(FILTER, (groups, region, given, events) => {
    const found = events.find(keyOf(region, given.logGroupName));
    if (!found) getGroup(groups, region, given.logGroupName);
    return filterEvents(found ?? [], given);
  }),
} satisfies Record<string, Action>;

function reading<T>(
  shape: Shape<T>,
  run: (groups: Groups, region: string, given: T, events: LogEvents) => object,
): Action {
  return (groups, region, given, events) => run(groups, region, readAs(shape, given), events);
}

export function answerLogs(plane: LogPlane, name: string, region: string, body: Buffer): Answer {
  const action = Object.entries<Action>(ACTIONS).find(([known]) => known === name)?.[1];
  if (!action) throw new ApiError(400, 'UnknownOperationException', `No such operation: ${name}`);
  const result = action(plane.account.groups, region, parseJson(body.toString()), plane.events);
  return { ...json(200, result), headers: { 'content-type': JSON_TYPE } };
}

function keyOf(region: string, name: string): string {
  return `${region}/${name}`;
}

function keep(groups: Groups, group: LogGroup): object {
  groups.put(keyOf(group.region, group.name), group);
  return {};
}

function getGroup(groups: Groups, region: string, name: string): LogGroup {
  const found = groups.find(keyOf(region, name));
  if (found) return found;
  throw notFound('The specified log group does not exist.');
}

function getByArn(groups: Groups, region: string, arn: string): LogGroup {
  return getGroup(groups, region, arn.replace(/^.*:log-group:/, '').replace(/:\*$/, ''));
}

function describe({ region, name, created, retention }: LogGroup): object {
  const arn = `arn:aws:logs:${region}:${ACCOUNT}:log-group:${name}`;
  return {
    ...{
      logGroupName: name,
      creationTime: created,
      arn: `${arn}:*`,
      logGroupArn: arn,
      metricFilterCount: 0,
      storedBytes: 0,
    },
    ...(retention !== undefined && { retentionInDays: retention }),
  };
}

function filterEvents(events: readonly LogEvent[], given: Filter): object {
  const { logStreamNames, logStreamNamePrefix = '', filterPattern = '', nextToken = '0', limit = MAX_PAGE } = given;
  const { startTime = 0, endTime = Number.POSITIVE_INFINITY } = given;
  if (!/^[\w ]*$/.test(filterPattern))
    throw new ApiError(400, 'InvalidParameterException', 'This server knows no filter patterns but words.');
  const words = filterPattern.split(' ').filter(Boolean);
  const found = events.filter(
    ({ number, time, stream, message }) =>
      words.every((word) => message.includes(word)) &&
      number > Number(nextToken) &&
      time >= startTime &&
      time < endTime &&
      stream.startsWith(logStreamNamePrefix) &&
      (logStreamNames?.includes(stream) ?? true),
  );
  const page = found.slice(0, limit);
  return {
    events: page.map(({ number, stream, time, message }) => {
      return { eventId: `${number}`, logStreamName: stream, timestamp: time, ingestionTime: time, message };
    }),
    ...(page.length < found.length && { nextToken: `${page.at(-1)?.number}` }),
  };
}
