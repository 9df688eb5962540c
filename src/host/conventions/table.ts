/**
 * The conventions by which functions can be called here, one row each. Where several have the same path, that of the unit's own
 * target is taken, or else the first.
 */
import { type Answer, NO_CONTENT } from '../control/answer.ts';
import { callBack, findCallback, findCallId } from './callback.ts';
import { isEvent } from './cloud-events.ts';
import type { Asked, Convention, Failed } from './convention.ts';
import { openwhisk } from './openwhisk.ts';
import {
  failAs,
  MB,
  type Row,
  refuseAs,
  row,
  tellMessage,
  tellNothing,
  tellPage,
  tellText,
  UNLIMITED,
} from './rows.ts';

const FAILED = 'FUNCTION_INVOCATION';
const NOT_YOURS = 'Your client does not have permission to get the requested URL from this server.';

const PLAIN = row({ target: 'http', paths: ['/:name'], keys: ['bearer'], limits: UNLIMITED });

const OPENFAAS: Omit<Row, 'paths'> = {
  target: 'openfaas',
  keys: ['basic', 'bearer'],
  limits: UNLIMITED,
  fail: failAs({ timeout: [504, 'timeout'], exit: [502, 'Bad Gateway'] }, tellText),
  refuse: refuseAs({}, tellText, { 'no-key': 'invalid credentials', 'wrong-key': 'invalid credentials' }),
};

export const CONVENTIONS: readonly Convention[] = [
  openwhisk,
  row({
    target: 'fission',
    paths: ['/fission-function/:name', '/fission-function/:namespace/:name'],
    keys: ['bearer'],
    limits: UNLIMITED,
    fail: failAs({ timeout: [504, 'Gateway Timeout'], exit: [502, 'Bad Gateway'] }, tellText),
    refuse: refuseAs({}, tellText, { 'not-found': '404 page not found', 'too-many': 'too many active requests' }),
  }),
  row({ ...OPENFAAS, paths: ['/function/:name'] }),
  row({
    ...OPENFAAS,
    paths: ['/async-function/:name'],
    accept(asked, id) {
      findCallback(asked);
      return { status: 202, headers: { 'x-call-id': findCallId(asked, id) } };
    },
    conclude: callBack,
  }),
  row({
    target: 'fn',
    paths: ['/invoke/:name', '/t/:app/:name'],
    base: '/t/faasify',
    keys: ['bearer'],
    limits: both(6 * MB),
    accept: ({ headers }, id) =>
      headers['fn-invoke-type'] === 'detached' ? { status: 202, headers: { 'fn-call-id': id } } : undefined,
    fail: failAs(
      {
        timeout: [504, 'Timed out'],
        exit: [502, 'error receiving function response'],
        'too-large': [502, 'function response body too large'],
      },
      tellMessage,
    ),
    refuse: refuseAs({ 'too-many': 503 }, tellMessage, {
      'not-found': 'Function not found',
      'too-many': 'Timed out - server too busy',
    }),
  }),
  row({
    target: 'azure',
    paths: ['/api/:name'],
    keys: [{ header: 'x-functions-key' }, { query: 'code' }],
    limits: both(100 * MB),
    fail: failAs({ timeout: [504, ''], exit: [502, ''], memory: [502, ''] }, tellNothing),
    refuse: refuseAs({}, tellNothing),
  }),
  row({
    target: 'vercel',
    paths: ['/api/:name'],
    keys: ['bearer'],
    limits: both(4.5 * MB),
    fail: failAs(
      { timeout: [504, `${FAILED}_TIMEOUT`], exit: [500, `${FAILED}_FAILED`], memory: [500, `${FAILED}_FAILED`] },
      tellVercel,
    ),
    refuse: refuseAs({}, tellVercel, {
      'not-found': 'NOT_FOUND',
      'too-large': 'FUNCTION_PAYLOAD_TOO_LARGE',
      'too-many': 'FUNCTION_THROTTLED',
    }),
  }),
  row({
    target: 'netlify',
    paths: ['/.netlify/functions/:name'],
    keys: ['bearer'],
    limits: both(6 * MB),
    fail: failAs(
      {
        timeout: [500, 'TimeoutError: Task timed out'],
        exit: [502, 'Runtime.ExitError: Runtime exited without providing a reason'],
        memory: [502, 'Runtime.OutOfMemory: signal: killed'],
      },
      tellText,
    ),
    refuse: refuseAs({}, tellText),
  }),
  PLAIN,
  row({
    target: 'gcf',
    paths: ['/:name'],
    keys: ['bearer'],
    limits: both(32 * MB),
    succeed: (reply, asked) => (isEvent(asked) ? NO_CONTENT : { status: 200, body: reply }),
    fail: failAtGoogle,
    refuse: refuseAs({ 'no-key': 403 }, tellPage, {
      'no-key': NOT_YOURS,
      'wrong-key': NOT_YOURS,
      'too-many': 'Rate exceeded.',
    }),
  }),
  row({
    target: 'knative',
    paths: ['/:name'],
    base: '/{name}',
    hasHosts: true,
    keys: ['bearer'],
    limits: UNLIMITED,
    fail: failAs({ timeout: [504, 'request timeout'], exit: [502, 'Bad Gateway'] }, tellText),
    refuse: refuseAs({ 'too-many': 503 }, tellText, { 'too-many': 'queue full' }),
  }),
  row({
    target: 'scaleway',
    paths: ['/:name'],
    hasHosts: true,
    keys: [{ header: 'x-auth-token' }, 'bearer'],
    limits: both(6 * MB),
    fail: failAs({ timeout: [504, 'upstream request timeout'] }, tellText),
    refuse: refuseAs({ 'no-key': 403, 'wrong-key': 403 }, tellText),
  }),
  row({
    target: 'kubeless',
    paths: ['/:name'],
    keys: ['bearer'],
    limits: both(MB),
    fail: failAs({ timeout: [408, 'Request timeout'] }, tellText),
    refuse: refuseAs({}, tellText),
  }),
  row({
    target: 'workers',
    paths: ['/:name'],
    keys: ['bearer'],
    limits: both(100 * MB),
    fail: failAs({ exit: [500, 'error code: 1101'], memory: [500, 'error code: 1102'] }, tellText),
    refuse: refuseAs({}, tellText, { 'too-many': 'error code: 1015' }),
  }),
  row({
    target: 'hookio',
    paths: ['/:owner/:name'],
    base: '/hooks',
    keys: [{ header: 'hookio-private-key' }],
    limits: UNLIMITED,
  }),
];

function both(bytes: number): Convention['limits'] {
  return { request: bytes, reply: bytes };
}

/** The code is in a header, too: https://vercel.com/docs/errors */
function tellVercel(status: number, code: string): Answer {
  const answer = tellText(status, code);
  return { ...answer, headers: { ...answer.headers, 'x-vercel-error': code } };
}

const tellsAtGoogle = failAs({ timeout: [504, 'upstream request timeout'] }, tellText);

/** What ends the process is told as Google's framework tells it. */
function failAtGoogle(failed: Failed, asked: Asked): Answer {
  if (failed.cause !== 'exit' && failed.cause !== 'memory') return tellsAtGoogle(failed, asked);
  const [, code = 1] = /process\.exit\((\d+)\)/.exec(failed.payload) ?? [];
  const text = failed.cause === 'exit' ? `Process exited with code ${code}` : 'The function has needed too much memory';
  const answer = tellText(500, text);
  return { ...answer, headers: { ...answer.headers, 'x-google-status': 'crash' } };
}

/** Of one provider; one that has none of its own has its functions called like anybody's. */
export function listConventions(target: string): readonly Convention[] {
  const own = CONVENTIONS.filter((one) => one.target === target);
  return own.length > 0 ? own : [{ ...PLAIN, target }];
}

/** What FAASIFY_ENDPOINT_<TARGET> is to be where this server is: several providers' functions may have the same path. */
export function findEndpoint(target: string, url: string): string {
  return `${url}/as/${target}${listConventions(target)[0]?.base ?? ''}`;
}
