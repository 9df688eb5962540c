/**
 * The AWS Lambda Runtime API for one instance: what a runtime client asks for work and gives its answers to.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { http } from '../../../templates/runtime/node-http.ts';
import { type Answer, fail, MAX_REPLY, MAX_STREAMED, tooLarge } from './answers.ts';

/** An invocation on its way to the runtime. */
export interface Delivery {
  id: string;
  event: Buffer;
  /** Milliseconds since the epoch. */
  deadline: number;
  arn: string;
  trace: string;
  /** JSON, as the caller gave it. */
  clientContext?: string | undefined;
  /** Takes what is streamed as it comes; else it is collected, and may be no larger than a reply. */
  onChunk?: ((chunk: Buffer, contentType: string) => void) | undefined;
}

/** What the supervisor is told, in the order in which it happens. */
export interface RuntimeEvents {
  /** The runtime asks for work: it is loaded, or has done what it had. */
  ready(): void;
  answered(answer: Answer): void;
  initFailed(answer: Answer): void;
}

export interface RuntimeApi {
  /** What AWS_LAMBDA_RUNTIME_API is to be. */
  address: string;
  /** Hands over an invocation. The runtime has to have asked for one. */
  deliver(delivery: Delivery): void;
  close(): void;
}

interface Session {
  events: RuntimeEvents;
  /** `answering`: an answer is arriving. `cut`: it broke off. */
  state: 'starting' | 'ready' | 'running' | 'answering' | 'cut' | 'answered';
  /** Who waits for an invocation. */
  waiting: ServerResponse | undefined;
  delivery: Delivery | undefined;
}

const PREFIX = '/2018-06-01/runtime/';
/** Runtimes put stacks into headers. */
const MAX_HEADERS = 1024 * 1024;

export async function openRuntimeApi(events: RuntimeEvents): Promise<RuntimeApi> {
  const session: Session = { events, state: 'starting', waiting: undefined, delivery: undefined };
  const server = http.createServer({ maxHeaderSize: MAX_HEADERS, requestTimeout: 0, keepAliveTimeout: 0 });
  server.on('request', (request, response) => {
    route(session, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    deliver: (delivery) => deliver(session, delivery),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function route(session: Session, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = '', headers } = request;
  if (headers.origin !== undefined) return refuse(response, 403, 'AccessDenied', 'Only runtimes may ask.');
  const [place = '', id = '', what = ''] = url.startsWith(PREFIX) ? url.slice(PREFIX.length).split('/') : [];
  const called = `${method} ${place === 'init' ? `${place}/${id}` : [place, what || id].join('/')}`;
  switch (called) {
    case 'GET invocation/next':
      return waitForWork(session, response);
    case 'POST invocation/response':
    case 'POST invocation/error':
      return takeAnswer(session, decodeURIComponent(id), request, response, what === 'error');
    case 'POST init/error':
      session.events.initFailed(await readError(request));
      return accept(response);
    default:
      return refuse(response, 404, 'InvalidRequest', `There is no ${method} ${url}`);
  }
}

function waitForWork(session: Session, response: ServerResponse): void {
  const { state, events } = session;
  if (state === 'cut')
    events.answered(fail('Runtime.TruncatedResponse', 'The response broke off', session.delivery?.id));
  else if (state !== 'starting' && state !== 'answered') return refuseTransition(response, state, 'Ready');
  session.state = 'ready';
  session.waiting = response;
  events.ready();
}

function deliver(session: Session, delivery: Delivery): void {
  const { waiting } = session;
  if (!waiting) throw new Error('the runtime has not asked for an invocation');
  const { id, event, deadline, arn, trace, clientContext } = delivery;
  session.waiting = undefined;
  session.delivery = delivery;
  session.state = 'running';
  waiting.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': event.length,
    'Lambda-Runtime-Aws-Request-Id': id,
    'Lambda-Runtime-Deadline-Ms': String(deadline),
    'Lambda-Runtime-Invoked-Function-Arn': arn,
    'Lambda-Runtime-Trace-Id': trace,
    ...(clientContext !== undefined && { 'Lambda-Runtime-Client-Context': clientContext }),
  });
  waiting.end(event);
}

async function takeAnswer(
  session: Session,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
  isError: boolean,
): Promise<void> {
  const { state, delivery, events } = session;
  if (!delivery || delivery.id !== id) return refuse(response, 400, 'InvalidRequestID', 'Invalid request ID');
  if (state !== 'running') return refuseTransition(response, state, isError ? 'InvocationError' : 'InvocationResponse');
  session.state = 'answering';
  const answer = await (isError ? readError(request) : readResponse(request, delivery)).catch(() => undefined);
  if (session.delivery !== delivery) return; // it has been given up meanwhile
  session.state = answer ? 'answered' : 'cut';
  if (!answer) return;
  events.answered(answer);
  if (answer.type !== 'Function.ResponseSizeTooLarge') return accept(response);
  refuse(response, 413, 'RequestEntityTooLarge', `Exceeded maximum allowed payload size (${MAX_REPLY} bytes).`);
}

async function readError(request: IncomingMessage): Promise<Answer> {
  const { body } = await readBody(request, MAX_REPLY);
  const type = `${request.headers['lambda-runtime-function-error-type'] ?? 'Runtime.Unknown'}`;
  const payload = isObject(body) ? body : Buffer.from(JSON.stringify({ errorType: type, errorMessage: `${body}` }));
  return { payload, isError: true, type };
}

function isObject(body: Buffer): boolean {
  try {
    return typeof JSON.parse(body.toString()) === 'object';
  } catch {
    return false;
  }
}

/** With `Lambda-Runtime-Function-Response-Mode: streaming` it comes in parts, and trailers may say that it went wrong. */
async function readResponse(request: IncomingMessage, { onChunk }: Delivery): Promise<Answer> {
  const { headers } = request;
  const isStreamed = headers['lambda-runtime-function-response-mode'] === 'streaming';
  const contentType = headers['content-type'] ?? 'application/octet-stream';
  const pass = isStreamed && onChunk ? (chunk: Buffer) => onChunk(chunk, contentType) : undefined;
  const { body, size } = await readBody(request, pass ? MAX_STREAMED : MAX_REPLY, pass);
  const { trailers } = request; // there once the body is
  const errorType = `${trailers['lambda-runtime-function-error-type'] ?? ''}`;
  if (errorType !== '') {
    const text = `${trailers['lambda-runtime-function-error-body'] ?? ''}`;
    return { payload: Buffer.from(text, 'base64'), isError: true, type: errorType };
  }
  if (size > (pass ? MAX_STREAMED : MAX_REPLY)) return tooLarge(size);
  return { payload: body, isError: false, contentType };
}

/** Reads to the end whatever the size, as the other side writes before it listens; keeps no more than `limit` bytes. */
async function readBody(
  request: IncomingMessage,
  limit: number,
  pass?: (chunk: Buffer) => void,
): Promise<{ body: Buffer; size: number }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) chunks.length = 0;
    else if (pass) pass(chunk);
    else chunks.push(chunk);
  }
  return { body: Buffer.concat(chunks), size };
}

function accept(response: ServerResponse): void {
  write(response, 202, { status: 'OK' });
}

function refuseTransition(response: ServerResponse, from: Session['state'], to: string): void {
  const message = `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`;
  refuse(response, 403, 'InvalidStateTransition', message);
}

function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  write(response, status, { errorMessage, errorType });
}

function write(response: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
