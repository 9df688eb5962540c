import { expect, test } from 'vitest';
import { makePolicy } from '../../src/5-deploy/policy.ts';

/** The only resources with a star that a policy of ours may have, with what AWS says of it. */
const STARS: { resource: RegExp; actions: RegExp; why: string }[] = [
  {
    resource: /^arn:aws:logs:eu-west-1:123456789012:log-group:\/faasify\/shop:\*$/,
    actions: /^logs:(CreateLogStream|PutLogEvents)$/,
    why: 'the service names the streams of a log group itself',
  },
  {
    resource: /^arn:aws:s3:::shop-bucket\/faasify\/shop\/calls\/\*$/,
    actions: /^s3:(Get|Put|Delete)Object$/,
    why: 'every call has a key of its own below the prefix of the app',
  },
  {
    resource: /^\*$/,
    actions: /^xray:Put(TraceSegments|TelemetryRecords)$/,
    why: 'the service authorisation reference of X-Ray names no resource types for these',
  },
  {
    resource: /^\*$/,
    actions:
      /^ec2:(Create|Describe|Delete)NetworkInterfaces?$|^ec2:DescribeSubnets$|^ec2:(Una|A)ssignPrivateIpAddresses$/,
    why: 'as in AWSLambdaVPCAccessExecutionRole: interfaces have no name before they are made',
  },
];

const EVERYTHING = {
  partition: 'aws',
  account: '123456789012',
  region: 'eu-west-1',
  logGroup: '/faasify/shop',
  calls: ['arn:aws:lambda:eu-west-1:123456789012:function:shop-trig:live'],
  tracing: true,
  vpc: true,
  deadLetter: 'arn:aws:sqs:eu-west-1:123456789012:failed',
  claims: 'shop-bucket/faasify/shop/calls/',
  asked: [],
};

test('with every setting that adds to it no statement has a star but where AWS wants one', () => {
  const { statements } = makePolicy(EVERYTHING);
  expect(statements.map(({ id }) => id)).toEqual(['Logs', 'Calls', 'Claims', 'Traces', 'Network', 'DeadLetters']);
  const pairs = statements.flatMap(({ actions, resources }) =>
    actions.flatMap((action) => resources.map((resource) => ({ action, resource }))),
  );
  expect(pairs.filter(({ action }) => action.includes('*'))).toEqual([]);
  const starred = pairs.filter(({ resource }) => resource.includes('*'));
  const unknown = starred.filter(
    ({ action, resource }) => !STARS.some((star) => star.resource.test(resource) && star.actions.test(action)),
  );
  expect(unknown).toEqual([]);
});

test('whoever reads it is told why, wherever there is a star', () => {
  for (const { resources, why } of makePolicy(EVERYTHING).statements) {
    if (resources.some((resource) => resource.includes('*'))) expect(why).toMatch(/hence \*|has to be \*|wants \*/);
  }
});
