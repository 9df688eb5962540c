/** What OpenWhisk tells of actions and of calls that were made. */
import { summarizeAction } from '../actions/action.ts';
import { type Answer, json } from '../control/answer.ts';
import type { ServedFunction } from '../served.ts';
import type { Activation, WhiskResponse } from './activations.ts';
import { type Asked, type Operation, Refused } from './convention.ts';
import type { Speaking } from './speaking.ts';

const NAMESPACES = '/api/v1/namespaces';
const ONE = `${NAMESPACES}/:namespace`;

export const OPERATIONS: readonly Operation[] = [
  { method: 'GET', path: NAMESPACES, run: (_, asked, caller) => json(200, [getNamespace(asked, caller?.name)]) },
  { method: 'GET', path: `${ONE}/actions`, run: listActions },
  { method: 'GET', path: `${ONE}/activations`, run: listActivations },
  { method: 'GET', path: `${ONE}/activations/:id`, run: (...given) => json(200, describeActivation(find(...given))) },
  {
    method: 'GET',
    path: `${ONE}/activations/:id/result`,
    run: (...given) => json(200, describeResponse(find(...given).response)),
  },
  { method: 'GET', path: `${ONE}/activations/:id/logs`, run: (...given) => json(200, { logs: find(...given).logs }) },
];

type Run = Operation['run'];

function listActions(...[{ units, actions }, asked, caller]: Parameters<Run>): Answer {
  const namespace = getNamespace(asked, caller?.name);
  const made = actions.kept.list(namespace).map((one) => ({ name: one.name, told: summarizeAction(one) }));
  const served = [...units.values()].map((one) => ({ name: one.unit.name, told: describeUnit(one, namespace) }));
  const all = [...made, ...served].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (asked.query.get('count') === 'true') return json(200, { actions: all.length });
  return json(
    200,
    takePage(all, asked, 'actions').map(({ told }) => told),
  );
}

export function describeUnit({ unit }: ServedFunction, namespace: string): object {
  return {
    ...{ name: unit.name, namespace, version: '0.0.1', publish: false, updated: 0 },
    exec: { kind: KIND, binary: true },
    annotations: [{ key: 'exec', value: KIND }],
    limits: describeLimits(unit),
  };
}

export const KIND = 'nodejs:20';

export function describeLimits({ timeout, memory }: ServedFunction['unit']): object {
  return { concurrency: 1, logs: 10, memory, timeout: timeout * 1000 };
}

function listActivations(...[{ activations }, asked, caller]: Parameters<Run>): Answer {
  const { query } = asked;
  const [name, since, upto] = [query.get('name'), readTime(query, 'since'), readTime(query, 'upto')];
  const found = activations.list(getNamespace(asked, caller?.name)).filter((one) => {
    return (name ?? one.name) === one.name && one.start >= (since ?? 0) && one.start <= (upto ?? one.start);
  });
  if (query.get('count') === 'true') return json(200, { activations: found.length });
  const page = takePage(found, asked, 'activations');
  return json(200, query.get('docs') === 'true' ? page.map(describeActivation) : page.map(summarize));
}

function summarize({ response, logs: _logs, subject: _subject, ...rest }: Activation): object {
  return { ...rest, statusCode: response.code };
}

function readTime(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Refused('malformed', `Parameter is not a valid value for epoch seconds: ${text}`);
}

const MAX_PAGE = 200;

function takePage<T>(all: readonly T[], { query }: Asked, collection: string): T[] {
  const read = (name: string, usual: number) => {
    const text = query.get(name) ?? `${usual}`;
    if (/^-?\d{1,9}$/.test(text)) return Number(text);
    throw new Refused('malformed', `The value '${text}' is not an integer for ${collection}.`);
  };
  const [limit, skip] = [read('limit', 30), read('skip', 0)];
  if (limit < 0 || limit > MAX_PAGE) {
    const message = `The value '${limit}' is not in the range of 0 to ${MAX_PAGE} for ${collection}.`;
    throw new Refused('malformed', message);
  }
  if (skip < 0)
    throw new Refused('malformed', `The value '${skip}' is not greater than or equal to 0 for ${collection}.`);
  return all.slice(skip, skip + (limit === 0 ? MAX_PAGE : limit));
}

function find({ activations }: Speaking, asked: Asked, caller?: { name: string }): Activation {
  const found = activations.find(getNamespace(asked, caller?.name), asked.params.id ?? '');
  if (found) return found;
  throw new Refused('not-found', '');
}

const STATUSES = ['success', 'application error', 'action developer error'];

export function describeActivation({ response, ...rest }: Activation): object {
  return { ...rest, statusCode: response.code, response: describeResponse(response) };
}

export function describeResponse({ code, result, size }: WhiskResponse): object {
  return { result, size, status: STATUSES[code], success: code === 0 };
}

const GUEST = 'guest';

/** `_` is the one of who asks; there are no others to be seen. */
export function getNamespace({ params }: Asked, caller = GUEST): string {
  const { namespace = '_' } = params;
  if (namespace === '_' || namespace === caller) return caller;
  throw new Refused('forbidden', 'The supplied authentication is not authorized to access this resource.');
}
