/** What is asked of the host about functions that are made through it, and what is uploaded to it. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ApiError } from '../../src/host/control/api-error.ts';
import { unzip } from '../../src/host/control/unzip.ts';
import { makeZip } from '../host/control/zips.ts';
import { expectAnswer } from './api.ts';
import { type Fuzzer, fuzz } from './fuzzer.ts';
import { guarded } from './guard.ts';
import { anyWire, mutated } from './wires.ts';

const ARN = 'arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Amade';
const ROLE = 'arn:aws:iam::000000000000:role/x';
const ZIP = makeZip([{ name: 'index.mjs', content: 'export const handler = (event) => event;' }]);

const name = fc.constantFrom(
  'made',
  'other',
  'u',
  ARN,
  'made:live',
  'made:1',
  '__proto__',
  '%00',
  '..',
  `${ARN}%3A%24LATEST`,
);
const place = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('2015-03-31', '2017-10-31', '2019-09-30', '2021-10-31'),
      name,
      fc.constantFrom(
        '',
        '/code',
        '/configuration',
        '/versions',
        '/aliases',
        '/aliases/live',
        '/policy',
        '/policy/s',
        '/concurrency',
        '/invocations',
      ),
      fc.constantFrom(
        '',
        '?Qualifier=live',
        '?Qualifier=1',
        '?Qualifier=%24LATEST',
        '?MaxItems=1&Marker=x',
        '?RevisionId=x',
      ),
    )
    .map(([date, name, rest, query]) => `/${date}/functions/${name}${rest}${query}`),
  fc
    .tuple(name, fc.constantFrom('', '?tagKeys=a&tagKeys=__proto__'))
    .map(([name, query]) => `/2017-03-31/tags/${name}${query}`),
  fc.constantFrom(
    '/',
    '/2015-03-31/functions',
    '/2015-03-31/functions?FunctionVersion=ALL',
    '/2016-08-19/account-settings',
  ),
);

const usual: Record<string, unknown> = {
  FunctionName: 'made',
  ...{ Runtime: 'nodejs22.x', Handler: 'index.handler', Role: ROLE, Code: { ZipFile: ZIP.toString('base64') } },
  ...{
    ZipFile: ZIP.toString('base64'),
    Timeout: 3,
    MemorySize: 128,
    Publish: true,
    Description: 'd',
    Architectures: ['arm64'],
  },
  ...{ Environment: { Variables: { A1: 'b' } }, Tags: { a: 'b' }, Name: 'live', FunctionVersion: '1', RevisionId: 'x' },
  ...{ RoutingConfig: { AdditionalVersionWeights: { 1: 0.5 } }, StatementId: 's', Action: 'lambda:InvokeFunction' },
  ...{ Principal: '*', ReservedConcurrentExecutions: 1, CodeSha256: 'x', LoggingConfig: { LogFormat: 'JSON' } },
};
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('__proto__', '$LATEST', '', 1e308, -1, null, [null], { __proto__: null }),
);
/** Most of the usual fields, some of them with other values. */
const body = fc
  .tuple(fc.subarray(Object.keys(usual)), fc.subarray(Object.keys(usual), { maxLength: 2 }), odd)
  .map(([left, strange, value]) => {
    const fields = Object.entries(usual).filter(([key]) => key !== 'RevisionId' || left.includes(key));
    const some = left.length % 3 === 0 ? fields.filter(([key]) => left.includes(key)) : fields;
    return JSON.stringify(Object.fromEntries(some.map(([key, own]) => [key, strange.includes(key) ? value : own])));
  });
const form = fc
  .tuple(
    fc.constantFrom(
      'CreateRole',
      'GetRole',
      'ListRoles',
      'PutRolePolicy',
      'GetRolePolicy',
      'DeleteRole',
      'TagRole',
      '__proto__',
      '',
    ),
    fc.constantFrom('r', '__proto__', '', '<&>', '\0'),
    fc.constantFrom('2010-05-08', '2011-06-15', ''),
  )
  .map(
    ([action, role, version]) =>
      `${new URLSearchParams({
        ...{ Action: action, Version: version, RoleName: role, PolicyName: role, PolicyDocument: '{}' },
        ...{ AssumeRolePolicyDocument: '{}', 'Tags.member.1.Key': role, 'Tags.member.1.Value': '<' },
      })}`,
  );
const target = fc
  .constantFrom(
    'CreateLogGroup',
    'DescribeLogGroups',
    'DeleteLogGroup',
    'TagResource',
    'PutRetentionPolicy',
    '__proto__',
  )
  .map((action) => `X-Amz-Target: Logs_20140328.${action}`);
const signed = `Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
const headers = fc.array(
  fc.oneof(
    target,
    fc.constantFrom(
      signed,
      'X-Amz-Invocation-Type: Event',
      'X-Amz-Log-Type: Tail',
      'X-Amz-Client-Context: x',
      'X-Amzn-Trace-Id: Root=1;;=',
    ),
  ),
  { maxLength: 2 },
);

const call = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
    place,
    headers,
    body: fc.oneof(body, form, anyWire, mutated(body)),
  })
  .map(({ method, place, headers, body }) => {
    const length = `Content-Length: ${Buffer.byteLength(body)}`;
    return [`${method} ${place} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, length, '', body].join('\r\n');
  });

const file = fc.record({
  name: fc.oneof(
    fc.constantFrom('a', 'a/', 'a/b', '../x', '/x', 'a/../../x', '..\\x', 'C:x', '', '.', '__proto__', 'a\0', 'ü'),
    fc.string({ maxLength: 20 }),
  ),
  content: fc.string({ maxLength: 50 }),
  mode: fc.constantFrom(0o100644, 0o100755, 0o120777, 0o40755, 0, 0o20666),
});
const zip = fc
  .tuple(fc.array(file, { maxLength: 4 }), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }))
  .map(([files, changes]) => {
    const bytes = makeZip(files);
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    return bytes;
  });

/** Whatever is in it, it lies inside or is refused. */
async function unpackHostile(bytes: Buffer): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'faasify-fuzz-'));
  try {
    await unzip(bytes, join(home, 'code')).catch((error) => {
      if (!(error instanceof ApiError) || error.status !== 400) throw error;
    });
    const outside = readdirSync(home).filter((name) => name !== 'code');
    if (outside.length > 0 || existsSync('/x')) throw new Error(`written outside: ${outside}`);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

export const control: Fuzzer[] = [
  fuzz('requests about functions, over HTTP', 150, call, (bytes) => guarded(() => expectAnswer(bytes))),
  fuzz('zips that nobody should make', 60, zip, (bytes) => guarded(() => unpackHostile(bytes))),
];
