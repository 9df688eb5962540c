/**
 * The conventions by which functions can be called here, one row each. Where several have the same path, that of the unit's own
 * target is taken, or else the first.
 */
import type { Convention } from './convention.ts';
import { openwhisk } from './openwhisk.ts';
import {
  failAs,
  MB,
  refuseAs,
  row,
  tellJson,
  tellMessage,
  tellNothing,
  tellPage,
  tellText,
  UNLIMITED,
} from './rows.ts';

const NOT_YOURS = 'Your client does not have permission to get the requested URL from this server.';

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
  row({
    target: 'openfaas',
    paths: ['/function/:name'],
    keys: ['basic', 'bearer'],
    limits: UNLIMITED,
    fail: failAs({ timeout: [504, 'timeout'], exit: [502, 'Bad Gateway'] }, tellText),
    refuse: refuseAs({}, tellText, { 'no-key': 'invalid credentials', 'wrong-key': 'invalid credentials' }),
  }),
  row({
    target: 'openfaas',
    paths: ['/async-function/:name'],
    keys: ['basic', 'bearer'],
    limits: UNLIMITED,
    accept: (_, id) => ({ status: 202, headers: { 'x-call-id': id } }),
    refuse: refuseAs({}, tellText, { 'no-key': 'invalid credentials', 'wrong-key': 'invalid credentials' }),
  }),
  row({
    target: 'fn',
    paths: ['/invoke/:name', '/t/:app/:name'],
    keys: ['bearer'],
    limits: both(6 * MB),
    accept: ({ headers }, id) =>
      headers['fn-invoke-type'] === 'detached' ? { status: 202, headers: { 'fn-call-id': id } } : undefined,
    fail: failAs({ timeout: [504, 'Timed out'], exit: [502, 'error receiving function response'] }, tellMessage),
    refuse: refuseAs({}, tellMessage, { 'not-found': 'Function not found' }),
  }),
  row({
    target: 'azure',
    paths: ['/api/:name'],
    keys: [{ header: 'x-functions-key' }, { query: 'code' }],
    limits: both(100 * MB),
    fail: failAs({ timeout: [504, ''], exit: [502, ''], memory: [502, ''], 'too-large': [500, ''] }, tellNothing),
    refuse: refuseAs({}, tellNothing),
  }),
  row({
    target: 'vercel',
    paths: ['/api/:name'],
    keys: ['bearer'],
    limits: both(4.5 * MB),
    fail: failAs(
      { timeout: [504, 'FUNCTION_INVOCATION_TIMEOUT'], exit: [500, 'FUNCTION_INVOCATION_FAILED'] },
      tellText,
    ),
    refuse: refuseAs({}, tellText, { 'not-found': 'NOT_FOUND', 'too-large': 'FUNCTION_PAYLOAD_TOO_LARGE' }),
  }),
  row({
    target: 'netlify',
    paths: ['/.netlify/functions/:name'],
    keys: ['bearer'],
    limits: both(6 * MB),
    refuse: refuseAs({}, tellText),
  }),
  row({ target: 'http', paths: ['/:name'], keys: ['bearer'], limits: UNLIMITED }),
  row({
    target: 'gcf',
    paths: ['/:name'],
    keys: ['bearer'],
    limits: both(32 * MB),
    fail: failAs(
      {
        timeout: [504, 'upstream request timeout'],
        exit: [503, 'Service Unavailable'],
        memory: [503, 'Service Unavailable'],
      },
      tellText,
    ),
    refuse: refuseAs({ 'no-key': 403 }, tellPage, {
      'no-key': NOT_YOURS,
      'wrong-key': NOT_YOURS,
      'too-many': 'Rate exceeded.',
    }),
  }),
  row({
    target: 'knative',
    paths: ['/:name'],
    hasHosts: true,
    keys: ['bearer'],
    limits: UNLIMITED,
    fail: failAs({ timeout: [504, 'request timeout'], exit: [502, 'Bad Gateway'] }, tellText),
    refuse: refuseAs({}, tellText),
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
  ...['kubeless', 'webtask', 'workers', 'deno', 'hookio'].map((target) =>
    row({
      target,
      paths: target === 'hookio' ? ['/:owner/:name'] : ['/:name'],
      keys: ['bearer'],
      limits: target === 'kubeless' ? both(MB) : UNLIMITED,
      refuse: refuseAs({}, tellJson),
    }),
  ),
];

function both(bytes: number): Convention['limits'] {
  return { request: bytes, reply: bytes };
}
