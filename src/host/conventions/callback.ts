/**
 * What OpenFaaS does with `X-Callback-Url` on `/async-function/<name>`: https://docs.openfaas.com/reference/async/
 * Whoever calls chooses the address, so it may only be one of this machine: nobody gets this server to ask others for them.
 */
import type { LookupFunction } from 'node:net';
import { http } from '../../../templates/runtime/node-http.ts';
import type { Answer } from '../control/answer.ts';
import { type Asked, Refused } from './convention.ts';

/** An answer that came after its caller had one. */
export interface Late {
  answer: Answer;
  asked: Asked;
  id: string;
  /** Milliseconds that the function took. */
  duration: number;
}

/** The id of the call: that of who calls, if there is one. */
export function findCallId({ headers }: Asked, id: string): string {
  const given = headers['x-call-id'];
  return typeof given === 'string' && /^[!-~]{1,200}$/.test(given) ? given : id;
}

/** Undefined where nothing is asked for; throws a `Refused` for what is not of this machine. */
export function findCallback({ headers }: Asked): URL | undefined {
  const given = headers['x-callback-url'];
  if (given === undefined) return undefined;
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : undefined;
  if (url && url.protocol === 'http:' && isLoopback(url.hostname)) return url;
  throw new Refused(
    'malformed',
    'X-Callback-Url has to be http://127.0.0.1:…, [::1] or localhost: results go nowhere else from here.',
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Milliseconds that the other side may take. */
const PATIENCE = 60_000;

/** Once, as its queue worker does it; what is said to that, nobody hears, and where else it leads is not followed. */
export function callBack({ answer, asked, id, duration }: Late): Promise<void> {
  const url = findCallback(asked);
  if (!url) return Promise.resolve();
  const { status, headers, body = '' } = answer;
  const sent = {
    'content-type': 'application/json',
    ...headers,
    ...{ 'content-length': `${Buffer.byteLength(body)}`, 'x-call-id': findCallId(asked, id) },
    ...{ 'x-duration-seconds': (duration / 1000).toFixed(6), 'x-function-status': `${status}` },
    'x-function-name': asked.params.name ?? '',
  };
  return new Promise((done) => {
    const outgoing = http.request(url, { method: 'POST', headers: sent, lookup: lookUpHere, timeout: PATIENCE });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('response', (incoming) => incoming.resume());
    outgoing.on('error', () => {});
    outgoing.on('close', done);
    outgoing.end(body);
  });
}

/** `localhost` is this machine, whatever somebody says who is asked for names. */
const lookUpHere: LookupFunction = (_name, { all }, done) => {
  const [own, other] = [
    { address: '127.0.0.1', family: 4 },
    { address: '::1', family: 6 },
  ];
  if (all) done(null, [own, other]);
  else done(null, own.address, own.family);
};
