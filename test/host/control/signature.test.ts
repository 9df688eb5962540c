/** Who asks is who holds the secret: signed by three signers, and by nobody who does not. */
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { sign } from 'aws4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findKey } from '../../../src/host/control/authorization.ts';
import { checkSignature } from '../../../src/host/control/signature.ts';
import { send, startPlane, type TestPlane } from './plane.ts';

const ENV = { AWS_SECRET_ACCESS_KEY: 'right' };
const CREDENTIALS = { accessKeyId: 'AKIDTEST', secretAccessKey: 'right' };
const ROOT = '/2015-03-31/functions';

let plane: TestPlane;
beforeAll(async () => {
  plane = await startPlane({ accessKey: 'AKIDTEST', env: ENV });
  await plane.create('shop');
});
afterAll(() => plane.close());

interface Signed {
  method: string;
  path: string;
  body: string;
  headers: Record<string, string>;
}

/** As the stubs of an app sign their calls. */
function signed(given: Partial<Signed> & { service?: string } = {}, credentials = CREDENTIALS): Signed {
  const {
    method = 'POST',
    path = `${ROOT}/shop/invocations?Qualifier=%24LATEST`,
    body = '{"n":1}',
    service = 'lambda',
  } = given;
  const headers = { host: new URL(plane.url).host, 'content-type': 'application/json', ...given.headers };
  const request = { service, region: 'eu-west-1', method, host: headers.host, path, headers, body };
  const result = sign(request, credentials).headers ?? {};
  return {
    method,
    path,
    body,
    headers: Object.fromEntries(Object.entries(result).map(([key, value]) => [key, `${value}`])),
  };
}

const ask = ({ path, ...rest }: Signed) => send(plane.url, path, rest);
const typeOf = async (request: Signed) => (await ask(request)).headers['x-amzn-errortype'];

describe('a request', () => {
  it('that is signed is answered: of the SDK, of the stubs, with odd paths and queries', async () => {
    expect((await plane.lambda.send(new ListFunctionsCommand({}))).Functions).toHaveLength(1);
    expect(JSON.parse((await ask(signed())).body)).toMatchObject({ event: { n: 1 } });
    const odd = [
      `${ROOT}/arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Ashop/configuration`,
      `${ROOT}/shop:$LATEST/configuration`,
      `${ROOT}/?MaxItems=10&FunctionVersion=ALL`,
      `${ROOT}?Marker=&x=a%20b&x=%2B&x=%C3%BC`,
    ];
    for (const path of odd) expect((await ask(signed({ method: 'GET', path, body: '' }))).status, path).toBe(200);
  });

  it('that is not signed, or by somebody else, is refused', async () => {
    expect((await send(plane.url, ROOT)).headers['x-amzn-errortype']).toBe('MissingAuthenticationTokenException');
    expect((await send(plane.url, ROOT)).status).toBe(403);
    const bearer = { authorization: 'Bearer x' };
    expect((await send(plane.url, ROOT, { headers: bearer })).headers['x-amzn-errortype']).toBe(
      'IncompleteSignatureException',
    );
    const wrong = plane.open({ secretAccessKey: 'wrong' });
    await expect(wrong.send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      $metadata: { httpStatusCode: 403 },
    });
    const unknown = plane.open({ accessKeyId: 'AKIDOTHER' });
    await expect(unknown.send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    expect(await typeOf(signed({}, { ...CREDENTIALS, accessKeyId: '__proto__' }))).toBe('UnrecognizedClientException');
  });

  it('of which anything was changed on the way is refused', async () => {
    const good = signed();
    const changes: Partial<Signed>[] = [
      { body: '{"n":2}' },
      { body: '', headers: { ...good.headers, 'Content-Length': '0' } },
      { method: 'PUT', path: `${ROOT}/shop/configuration` },
      { path: `${ROOT}/other/invocations?Qualifier=%24LATEST` },
      { path: `${ROOT}/shop/invocations?Qualifier=1` },
      { path: `${ROOT}/shop/invocations?Qualifier=%24LATEST&x=1` },
      { headers: { ...good.headers, 'x-amz-invocation-type': 'Event' } },
      { headers: { ...good.headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
      { headers: { ...good.headers, host: 'localhost' } },
      { headers: { ...good.headers, 'X-Amz-Date': '20200101T000000Z' } },
    ];
    expect((await ask(good)).status).toBe(200);
    for (const change of changes) {
      expect(await typeOf({ ...good, ...change }), JSON.stringify(change)).toBe('InvalidSignatureException');
    }
    const hashed = signed({ headers: { 'X-Amz-Content-Sha256': 'ab'.repeat(32) } });
    expect(await typeOf(hashed)).toBe('InvalidSignatureException');
    const bare = {
      ...good.headers,
      Authorization: good.headers.Authorization?.replace(/Signature=.*/, 'Signature=') ?? '',
    };
    expect(await typeOf({ ...good, headers: bare })).toBe('IncompleteSignatureException');
  });

  it('is for its service and its time', async () => {
    expect(await typeOf(signed({ service: 'sqs' }))).toBe('InvalidSignatureException');
    const at = (minutes: number) => {
      const date = new Date(Date.now() + minutes * 60_000).toISOString().replace(/[-:]|\.\d+/g, '');
      return ask(signed({ headers: { 'X-Amz-Date': date } }));
    };
    expect((await at(-4)).status).toBe(200);
    expect((await at(4)).status).toBe(200);
    expect((await at(-6)).body).toContain('Signature expired');
    expect((await at(6)).body).toContain('Signature not yet current');
  });

  it('to another service is asked for its key, too', async () => {
    const config = { endpoint: plane.url, region: 'eu-west-1', maxAttempts: 1 };
    const sts = new STSClient({ ...config, credentials: CREDENTIALS });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe('000000000000');
    const other = new STSClient({ ...config, credentials: { ...CREDENTIALS, secretAccessKey: 'wrong' } });
    const failed = await other.send(new GetCallerIdentityCommand({})).catch((error) => error);
    expect(failed).toMatchObject({ name: 'SignatureDoesNotMatch', $metadata: { httpStatusCode: 403 } });
  });

  it('of a function carries the keys that the server gave it, with their token', async () => {
    const headers = {
      authorization: `AWS4-HMAC-SHA256 Credential=ID/20260101/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
    };
    const keys = new Map([['ID', { secret: 's', token: 't' }]]);
    expect(() => findKey(keys, headers)).toThrow('security token');
    expect(findKey(keys, { ...headers, 'x-amz-security-token': 't' }).key.secret).toBe('s');
  });
});

it('the example of the documentation has the signature of the documentation', async () => {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, ' +
    'Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7';
  const headers = {
    ...{ authorization, host: 'iam.amazonaws.com', 'x-amz-date': '20150830T123600Z' },
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
  };
  const url = new URL('https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08');
  const caller = findKey(new Map([['AKIDEXAMPLE', { secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }]]), headers);
  const request = { method: 'GET', url, headers, body: Buffer.alloc(0), service: 'iam' };
  await checkSignature(caller, request, Date.UTC(2015, 7, 30, 12, 37));
  await expect(checkSignature(caller, { ...request, method: 'PUT' }, Date.UTC(2015, 7, 30, 12, 37))).rejects.toThrow();
});
