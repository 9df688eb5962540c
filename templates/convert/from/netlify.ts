/** `export default async (request, context) => Response`; before it `exports.handler = async (event, context) => ({ statusCode, body })` */

import { readCookies } from '../express.ts';
import { fromResponse, toRequest } from '../fetch.ts';
import type { Around, HttpCall, Module, Run, Settings } from '../form.ts';
import { asHttp } from '../meet.ts';
import { getFunction } from '../pick.ts';
import { openLater } from '../settle.ts';
import { adapt as adaptLambda } from './lambda.ts';

export function adapt(module: Module, settings: Settings): Run {
  if (settings.handler === 'handler') {
    const run = adaptLambda(module, { ...settings, event: 'http' });
    return (call) => run(asHttp(call));
  }
  const handler = getFunction(module, settings.handler);
  setGlobal();
  return async (given) => {
    const call = asHttp(given);
    const later = openLater(call.later);
    const response: unknown = await handler(toRequest(call), makeContext(call, later.add));
    await later.end();
    if (response === undefined) return { kind: 'http', status: 204, headers: [], body: new Uint8Array(0) };
    return fromResponse(response);
  };
}

function makeContext(call: HttpCall & Around, waitUntil: (work: unknown) => void) {
  const cookies = readCookies(call);
  return {
    ...{ requestId: call.id, ip: call.ip ?? '127.0.0.1', geo: {}, params: {}, server: { region: '' } },
    ...{ account: { id: '' }, site: {}, deploy: { context: 'production', id: '', published: true } },
    ...{ waitUntil, log: console.log, json: (value: unknown) => Response.json(value) },
    cookies: { get: (name: string) => cookies[name], set: () => {}, delete: () => {} },
  };
}

/** What handlers know as `Netlify`. */
function setGlobal(): void {
  const { env } = process;
  const has = (name: string) => env[name] !== undefined;
  const get = (name: string) => env[name];
  const set = (name: string, value: string) => {
    env[name] = value;
  };
  Object.assign(globalThis, { $netlify: { env: { get, has, set, toObject: () => ({ ...env }) }, context: null } });
}
