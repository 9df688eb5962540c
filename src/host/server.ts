/** The host over HTTP: the part of the AWS Lambda API that calls and lists functions. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ABORTS_PATH, CALL_HEADER } from '../../templates/runtime/line.ts';
import type { Link } from '../../templates/runtime/link.ts';
import { type Aborts, createAborts } from './aborts.ts';
import { answerRoute } from './http-routes.ts';
import { invoke, MAX_PAYLOAD, type ServedFunction, toArn } from './served.ts';

export interface ServedHost {
  link: Link;
  functions: ReadonlyMap<string, ServedFunction>;
}

interface Host extends ServedHost {
  aborts: Aborts;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** An answer that is an error of the API, not of a function. */
class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

const ROOT = '/2015-03-31/functions';
/** Clients keep connections open; a server that closes them first makes calls fail. */
const KEEP_ALIVE = 65_000;

export function createHostServer(served: ServedHost): Server {
  const host = { ...served, aborts: createAborts() };
  const server = createServer(async (request, response) => {
    if (await answerRoute(host, request, response)) return;
    write(response, await answer(host, request).catch(toErrorAnswer));
  });
  server.keepAliveTimeout = KEEP_ALIVE;
  return server;
}

function write(response: ServerResponse, { status, headers, body = '' }: Answer): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(body);
}

function toErrorAnswer(error: unknown): Answer {
  const { status, type, message } =
    error instanceof ApiError ? error : new ApiError(500, 'ServiceException', String(error));
  const body = JSON.stringify({ Type: status < 500 ? 'User' : 'Service', message, Message: message });
  // What remains of a request that was not read must not be taken for the next one.
  const headers: Record<string, string> = { 'x-amzn-errortype': type, ...(status === 413 && { connection: 'close' }) };
  return { status, headers, body };
}

/** Programs on this machine only: a web page that is open in a browser must not be able to call functions. */
function checkOrigin({ headers: { host, origin } }: IncomingMessage): void {
  const isLocal = host !== undefined && isLoopback(`http://${host}`) && (origin === undefined || isLoopback(origin));
  if (!isLocal) throw new ApiError(403, 'AccessDeniedException', 'Only this machine may call.');
}

function isLoopback(url: string): boolean {
  return URL.canParse(url) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

async function answer(host: Host, request: IncomingMessage): Promise<Answer> {
  checkOrigin(request);
  const { pathname, searchParams } = parseUrl(request.url ?? '/');
  if (`${request.method} ${pathname}` === `POST ${ABORTS_PATH}`) return tellCall(host, request);
  const [first, second, ...rest] = pathname.startsWith(`${ROOT}/`) ? pathname.slice(ROOT.length + 1).split('/') : [];
  const isKnown = rest.length === 0 && (pathname === ROOT || first !== undefined);
  const route = isKnown ? `${request.method} ${first ? 'function' : ''}/${second ?? ''}` : '';
  switch (route) {
    case 'GET /':
      return listFunctions(host, searchParams);
    case 'GET function/':
      return json(200, { Configuration: find(host, first).configuration, Code: { RepositoryType: 'Local' } });
    case 'GET function/configuration':
      return json(200, find(host, first).configuration);
    case 'POST function/invocations':
      return invokeFunction(host, find(host, first), request);
    default:
      throw new ApiError(404, 'UnknownOperationException', `No such operation: ${request.method} ${pathname}`);
  }
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text, 'http://localhost') ? new URL(text, 'http://localhost') : undefined;
  if (!url) throw new ApiError(400, 'InvalidParameterValueException', 'The path is not part of a URL.');
  return url;
}

function json(status: number, value: unknown): Answer {
  return { status, body: JSON.stringify(value) };
}

/** By name, `name:qualifier` or ARN. */
function find({ functions }: ServedHost, given = ''): ServedFunction {
  const text = decodeName(given);
  const name = text.replace(/^.*\bfunction:/, '').replace(/:[^:]*$/, '');
  const found = functions.get(name) ?? [...functions.values()].find(({ deployed }) => deployed === name);
  if (!found) throw new ApiError(404, 'ResourceNotFoundException', `Function not found: ${toArn(name)}`);
  return found;
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ApiError(400, 'InvalidParameterValueException', `Not a function name: ${text}`);
  }
}

/** Page by page, sorted by name; the marker is the name that the next page begins behind. */
function listFunctions({ functions }: ServedHost, query: URLSearchParams): Answer {
  const size = Number(query.get('MaxItems') ?? 50);
  if (!Number.isInteger(size) || size < 1) {
    throw new ApiError(400, 'InvalidParameterValueException', 'MaxItems must be a positive whole number.');
  }
  const marker = query.get('Marker') ?? '';
  const names = [...functions.keys()].sort().filter((name) => name > marker);
  const page = names.slice(0, size);
  const Functions = page.map((name) => functions.get(name)?.configuration);
  return json(200, names.length > size ? { Functions, NextMarker: page.at(-1) } : { Functions });
}

async function invokeFunction(
  { link, aborts }: Host,
  served: ServedFunction,
  request: IncomingMessage,
): Promise<Answer> {
  const event = await readEvent(request);
  const headers = { 'x-amz-executed-version': '$LATEST' };
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  switch (type) {
    case 'DryRun':
      return { status: 204, headers };
    case 'Event':
      void invoke(link, served, event);
      return { status: 202, headers };
    case 'RequestResponse': {
      const id = getCall(request);
      const { payload, isError } = await invoke(link, served, event, (tell) => aborts.open(id, tell));
      aborts.close(id);
      return {
        status: 200,
        headers: { ...headers, ...(isError && { 'x-amz-function-error': 'Unhandled' }) },
        body: payload,
      };
    }
    default:
      throw new ApiError(400, 'InvalidParameterValueException', `Unknown invocation type: ${type}`);
  }
}

/** A signal is aborted that a function was given which is running, or is about to. */
async function tellCall({ aborts }: Host, request: IncomingMessage): Promise<Answer> {
  aborts.tell(getCall(request), await readEvent(request));
  return { status: 204 };
}

function getCall({ headers }: IncomingMessage): string {
  return `${headers[CALL_HEADER] ?? ''}`;
}

async function readEvent(request: IncomingMessage): Promise<string> {
  const text = (await readBody(request)).toString() || '{}';
  try {
    JSON.parse(text);
  } catch (error) {
    const reason = (error as Error).message;
    throw new ApiError(400, 'InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
  }
  return text;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_PAYLOAD) {
      const message = `Request must be smaller than ${MAX_PAYLOAD} bytes for the InvokeFunction operation`;
      throw new ApiError(413, 'RequestEntityTooLargeException', message);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
