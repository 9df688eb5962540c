/** The host over HTTP: the units of an output folder by the conventions of all providers, and the AWS Lambda API for what is made through it. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { ABORTS_PATH, CALL_HEADER } from '../../templates/runtime/line.ts';
import { http } from '../../templates/runtime/node-http.ts';
import { type Answer, NO_CONTENT, toErrorAnswer, write } from './control/answer.ts';
import { ApiError, invalid, tooLarge } from './control/api-error.ts';
import { denied, findKey, type Keys, readAuthorization, takeTurn } from './control/authorization.ts';
import { callProcess, callUnit, readEvent } from './control/invocations.ts';
import { DEFAULT_REGION } from './control/names.ts';
import type { Plane } from './control/plane.ts';
import { findRoute, type Route } from './control/routes.ts';
import { answerS3 } from './control/s3.ts';
import { findService, isForServices, toServiceError } from './control/services.ts';
import { createActivations } from './conventions/activations.ts';
import { answerConvention } from './conventions/answer.ts';
import type { Speaking } from './conventions/speaking.ts';
import { answerRoute, type Routed } from './http-routes.ts';
import { isFromHere } from './origin.ts';
import type { Runtime } from './runtime/runtime.ts';
import { MAX_PAYLOAD } from './served.ts';

/** Clients keep connections open; a server that closes them first makes calls fail. */
const KEEP_ALIVE = 65_000;
/** Bytes of a request to the services around functions. */
const MAX_SERVICE = 1024 * 1024;

export interface HostOptions {
  plane: Plane;
  /** Who may ask, if not every program on this machine may. */
  keys?: Keys;
}

export function createHostServer(options: HostOptions): Server {
  const speaking = createSpeaking(options);
  const server = http.createServer(async (request, response) => {
    try {
      if (!isOfApi(request)) {
        if (await answerAddress(options, request, response)) return;
        if (await answerConvention(speaking, request, response)) return;
      }
      write(request, response, await answer(options, request).catch(toErrorAnswer));
    } catch {
      response.destroy();
    }
  });
  server.keepAliveTimeout = KEEP_ALIVE;
  return server;
}

function createSpeaking({ plane, keys }: HostOptions): Speaking {
  return {
    ...{ units: plane.units, keys, actions: plane.actions, activations: createActivations() },
    call: (served, event, { type, limit, headers }) =>
      callUnit(plane, served, event, {
        ...{ type, limit, trace: headers['x-amzn-trace-id'], told: `${headers[CALL_HEADER] ?? ''}` },
      }),
    callAction(action, event, { type, headers }) {
      const { name, version, limits } = action;
      const run: Runtime['invoke'] = (call) => plane.actions.runs.run(action, call);
      const trace = headers['x-amzn-trace-id'];
      return callProcess(plane, { name, version, memory: limits.memory, run }, event, { type, trace });
    },
  };
}

/** What functions have as addresses of their own does not stand in the way of the API. */
function isOfApi({ url = '' }: IncomingMessage): boolean {
  return /^\/20\d\d-\d\d-\d\d\/|^\/faasify\//.test(url);
}

function answerAddress({ plane }: HostOptions, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const call: Routed['call'] = (served, event, trace) =>
    callUnit(plane, served, event, { type: 'RequestResponse', trace });
  return answerRoute({ functions: plane.units, call }, request, response);
}

async function answer(options: HostOptions, request: IncomingMessage): Promise<Answer> {
  checkOrigin(request);
  const url = parseUrl(request.url ?? '/');
  const method = request.method ?? '';
  if (`${method} ${url.pathname}` === `POST ${ABORTS_PATH}`) return tellCall(options, request);
  if (readAuthorization(request.headers)?.service === 's3') return answerS3(method, url.pathname);
  if (isForServices(method, url)) return answerService(options, request, url);
  const { route, params } = findRoute(method, url.pathname);
  const body = await readSigned(options, request, url, route, () => 'lambda');
  const { headers } = request;
  const giveBack = route.operation === 'InvokeFunction' ? takeCall(options, headers) : () => {};
  try {
    const rest = { region: findRegion(request), body };
    return await route.run(options.plane, { method, params, query: url.searchParams, headers, ...rest });
  } finally {
    giveBack();
  }
}

/** Of those that the account may make at once. */
function takeCall({ keys }: HostOptions, headers: IncomingMessage['headers']): () => void {
  const giveBack = takeTurn(keys?.get(readAuthorization(headers)?.id ?? '')?.caller);
  if (giveBack) return giveBack;
  throw new ApiError(429, 'TooManyRequestsException', 'Rate Exceeded.', 'CallerRateLimitExceeded');
}

/** Identity, roles and log groups: all at one address, in protocols of their own. */
async function answerService(options: HostOptions, request: IncomingMessage, url: URL): Promise<Answer> {
  const { headers } = request;
  const limits = { operation: 'this', limit: MAX_SERVICE };
  try {
    const body = await readSigned(options, request, url, limits, (body) => findService(headers, body).name);
    return findService(headers, body).answer(options.plane, findRegion(request), body);
  } catch (error) {
    return toServiceError(headers, error);
  }
}

/** Programs on this machine only: a web page that is open in a browser must not be able to call functions. */
function checkOrigin(request: IncomingMessage): void {
  if (!isFromHere(request)) throw new ApiError(403, 'AccessDeniedException', 'Only this machine may call.');
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text, 'http://localhost') ? new URL(text, 'http://localhost') : undefined;
  if (!url) throw invalid('The path is not part of a URL.');
  return url;
}

/** Regions are apart from each other, as they are at AWS. */
function findRegion({ headers }: IncomingMessage): string {
  const { region = DEFAULT_REGION } = readAuthorization(headers) ?? {};
  return region;
}

/** The body, if who asks may; `serviceOf`: for which service it has to be signed. */
async function readSigned(
  { keys }: HostOptions,
  request: IncomingMessage,
  url: URL,
  limits: Pick<Route, 'operation' | 'limit'>,
  serviceOf: (body: Buffer) => string,
): Promise<Buffer> {
  const { method = '', headers } = request;
  if (!keys) return readBody(request, limits);
  const caller = findKey(keys, headers);
  const { checkSignature } = await import('./control/signature.ts');
  const body = await readBody(request, limits);
  await checkSignature(caller, { method, url, headers, body, service: serviceOf(body) }, Date.now());
  return body;
}

async function readBody(
  request: IncomingMessage,
  { operation, limit }: Pick<Route, 'operation' | 'limit'>,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > limit) throw tooLarge(limit, operation);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** A signal is aborted that a function was given which is running, or is about to. Where calls are signed there are none. */
async function tellCall({ plane, keys }: HostOptions, request: IncomingMessage): Promise<Answer> {
  if (keys) throw denied('AccessDeniedException', 'Where calls are signed, signals stay with who calls.');
  const body = await readBody(request, { operation: 'TellCall', limit: MAX_PAYLOAD });
  plane.aborts.tell(`${request.headers[CALL_HEADER] ?? ''}`, readEvent(body));
  return NO_CONTENT;
}
