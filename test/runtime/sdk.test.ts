import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Invoking } from '../../templates/runtime/invoke-api.ts';
import type { Unit } from '../../templates/runtime/line.ts';
import { sendBySdk } from '../../templates/runtime/sdk.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function startService(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function unitAt(endpoint: string): Unit {
  const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'planted' };
  return {
    ...{ name: 'trig', bundle: '', room: endpoint, memory: 512, timeout: 5, concurrency: 1, endpoint },
    deployed: { name: 'shop-trig', alias: 'live' },
    signing: { region: 'eu-west-1', credentials },
  };
}

const CALLING: Invoking = { id: '1', trace: 'Root=1-2;Parent=3', sign: async () => ({}) };

/** What came, and what is made of the answer. */
async function call(answer: RequestListener) {
  const requests: IncomingMessage[] = [];
  const endpoint = await startService((request, response) => {
    requests.push(request);
    request.resume();
    request.on('end', () => answer(request, response));
  });
  let sent = 0;
  const result = await sendBySdk(unitAt(endpoint), '{"args":[1]}', CALLING, () => sent++);
  return { requests, result, sent };
}

it('asks for the alias, signed, in the trace of its caller, and gives what the function answers', async () => {
  const { requests, result, sent } = await call((_request, response) => response.end('{"ret":2}'));
  expect(result).toEqual({ status: 200, headers: {}, body: '{"ret":2}' });
  expect(sent).toBe(1);
  expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /2015-03-31/functions/shop-trig/invocations?Qualifier=live',
  ]);
  expect(requests[0]?.headers).toMatchObject({
    authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AKIDTEST\/\d+\/eu-west-1\/lambda/),
    'x-amzn-trace-id': 'Root=1-2;Parent=3',
    'user-agent': expect.stringContaining('aws-sdk-js'),
  });
});

it('tells a function that failed from one that did not', async () => {
  const { result } = await call((_request, response) => {
    response.setHeader('x-amz-function-error', 'Unhandled');
    response.end('{"errorType":"Sandbox.Timedout"}');
  });
  const body = '{"errorType":"Sandbox.Timedout"}';
  expect(result).toEqual({ status: 200, headers: { 'x-amz-function-error': 'Unhandled' }, body });
});

it.each([
  [403, 'AccessDeniedException'],
  [404, 'ResourceNotFoundException'],
  [429, 'TooManyRequestsException'],
  [503, 'ServiceException'],
])('an answer of the service stays one, and is not asked for again: %d', async (status, type) => {
  const { requests, result } = await call((_request, response) => {
    response.writeHead(status, { 'x-amzn-errortype': type, 'content-type': 'application/json' });
    response.end('{"message":"so it is"}');
  });
  expect(result).toEqual({ status, headers: {}, body: '{"message":"so it is"}' });
  expect(requests).toHaveLength(1);
});

it('a connection that breaks may have brought the request', async () => {
  const { result } = await call((request) => request.socket.destroy());
  expect(result).toMatchObject({ code: 'unreachable', mayHaveRun: true });
});

it('a service that is not there has not got it', async () => {
  const endpoint = await startService(() => {});
  await new Promise((done) => server?.close(done));
  const result = await sendBySdk(unitAt(endpoint), '{}', CALLING, () => {});
  expect(result).toEqual({
    code: 'unreachable',
    message: `cannot reach ${endpoint} (ECONNREFUSED)`,
    mayHaveRun: false,
  });
});
