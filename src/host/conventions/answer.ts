/** Answers requests by the conventions of the table. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, toApiError } from '../control/answer.ts';
import { type Caller, takeTurn } from '../control/authorization.ts';
import { findHostedName, isFromHere } from '../origin.ts';
import type { ServedFunction } from '../served.ts';
import { type Asked, type Convention, type Limits, type Operation, Refused } from './convention.ts';
import { chooseFor, findServed } from './find-served.ts';
import { matchPath, splitPath } from './paths.ts';
import { runUnit } from './run-unit.ts';
import type { Calling, Outcome, Speaking } from './speaking.ts';
import { CONVENTIONS, listConventions } from './table.ts';
import { tooMany } from './too-many.ts';
import { findCaller } from './who.ts';

/** A request as far as its address says what it is. */
interface Found {
  convention: Convention;
  params: Record<string, string>;
  served?: ServedFunction | undefined;
  operation?: Operation | undefined;
}

/** False for requests that are by none of the conventions; of these nothing has been read then. */
export async function answerConvention(
  speaking: Speaking,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const found = find(speaking, request);
  if (!found) return false;
  write(request, response, await answer(speaking, found, request));
  return true;
}

/** By its host, or by its path; `/as/knative/<name>` says itself whose it is. */
function find({ units }: Speaking, { method = '', url = '', headers }: IncomingMessage): Found | undefined {
  const parts = splitPath(url);
  if (!parts) return undefined;
  const host = findHostedName(headers.host);
  const hosted = host === undefined ? undefined : findServed(units, host);
  if (host !== undefined && hosted) {
    const hosting = CONVENTIONS.filter(({ hasHosts }) => hasHosts);
    const convention = chooseFor(hosting, hosted, host);
    return convention && { convention, params: {}, served: hosted };
  }
  const [as, target = '', ...rest] = parts;
  const isNamed = as === 'as' && rest.length > 0;
  const conventions = isNamed ? listConventions(target) : CONVENTIONS;
  const found = conventions.flatMap((convention) => findByPath(units, convention, method, isNamed ? rest : parts));
  const [first] = found;
  if (!first?.served) return first;
  const matching = found.map(({ convention }) => convention);
  const chosen = chooseFor(matching, first.served, first.params.name ?? '');
  return found.find(({ convention }) => convention === chosen);
}

function findByPath(
  units: Speaking['units'],
  convention: Convention,
  method: string,
  parts: readonly string[],
): Found[] {
  const called = convention.paths.flatMap((path) => {
    const params = matchPath(path, parts);
    const served = params && findServed(units, [params.package, params.name].filter(Boolean).join('/'));
    // a path that is all names is one of ours only if there is such a function
    return params && (served || !path.startsWith('/:')) ? [{ convention, params, served }] : [];
  });
  if (method === 'POST' && called[0]?.served) return called.slice(0, 1);
  for (const operation of convention.operations ?? []) {
    const params = operation.method === method ? matchPath(operation.path, parts) : undefined;
    if (params) return [{ convention, params, operation }];
  }
  return called.slice(0, 1);
}

async function answer(speaking: Speaking, found: Found, request: IncomingMessage): Promise<Answer> {
  const { convention, params } = found;
  const url = new URL(request.url ?? '/', 'http://localhost');
  const { method = '', headers } = request;
  const asked: Asked = {
    ...{ method, path: url.pathname, query: url.searchParams, headers, params },
    body: Buffer.alloc(0),
  };
  try {
    if (!isFromHere(request)) throw new Refused('forbidden', 'Only this machine may call.');
    if (!found.operation && method !== 'POST') throw new Refused('method', 'Functions are called with POST.');
    const caller = findCaller(speaking.keys, convention.keys, asked);
    const limits = getLimits(convention, found.served);
    if (!found.operation && !found.served) throw new Refused('not-found', `There is no function ${params.name}.`);
    const whole = { ...asked, body: await readBody(request, found.operation?.limit ?? limits.request) };
    if (found.operation) return await found.operation.run(speaking, whole, caller);
    return await call(speaking, found, whole, { caller, limits });
  } catch (error) {
    if (error instanceof Refused) return convention.refuse(error.refusal, asked);
    const { message } = toApiError(error);
    return convention.refuse({ reason: 'broken', message }, asked);
  }
}

/** What the provider said when the unit was built comes before what the row says. */
function getLimits({ target, limits }: Convention, served: ServedFunction | undefined): Limits {
  const bytes = served?.places.find((place) => place.target === target)?.payload;
  return bytes === undefined ? limits : { request: bytes, reply: bytes };
}

/** Bytes that are read of a request which is too large, so that its sender gets to hear of it. */
const MAX_WASTE = 64 * 1024 * 1024;

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= limit) chunks.push(bytes);
    else if (size > limit + MAX_WASTE) break;
  }
  if (size <= limit) return Buffer.concat(chunks);
  throw new Refused('too-large', `The request is larger than ${limit} bytes.`, { size, limit });
}

async function call(
  speaking: Speaking,
  { convention, served }: Found,
  asked: Asked,
  { caller, limits }: { caller: Caller | undefined; limits: Limits },
): Promise<Answer> {
  if (!served) throw new Refused('not-found', 'There is no such function.');
  const event = convention.read(asked);
  const giveBack = takeTurn(caller);
  if (!giveBack) throw tooMany(caller);
  const run = (type: Calling['type'], limit = limits.reply) =>
    runUnit(speaking, served, event, { type, limit, headers: asked.headers }).finally(giveBack);
  try {
    if (convention.converse) return await convention.converse({ speaking, asked, served, caller, limits, run });
    const id = randomUUID();
    const accepted = convention.accept?.(asked, id);
    if (!accepted) return toAnswer(convention, asked, await run('RequestResponse'));
    const start = performance.now();
    run('Event')
      .then((outcome) => {
        const answer = toAnswer(convention, asked, outcome);
        return convention.conclude?.({ answer, asked, id, duration: performance.now() - start });
      })
      .catch(() => {});
    return accepted;
  } catch (error) {
    giveBack();
    throw error;
  }
}

function toAnswer(convention: Convention, asked: Asked, outcome: Outcome): Answer {
  return 'reply' in outcome ? convention.succeed(outcome.reply, asked) : convention.fail(outcome, asked);
}

/** What remains of a request that was given up in the middle must not be taken for the next one. */
function write(request: IncomingMessage, response: ServerResponse, { status, headers, body = '' }: Answer): void {
  response.writeHead(status, {
    ...(!request.complete && { connection: 'close' }),
    ...(body.length > 0 && { 'content-type': 'application/json' }),
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
