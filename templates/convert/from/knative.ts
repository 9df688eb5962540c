/** `exports.handle = async (context, body) => ({ statusCode, headers, body })`, with a CloudEvent `(context, event) => event` */
import { toBytes } from '../bytes.ts';
import { type CloudEvent, findCloudEvent, isCloudEvent, writeCloudEvent } from '../cloud-event.ts';
import {
  type Around,
  type HttpCall,
  isRecord,
  type Module,
  type Pairs,
  type Result,
  type Run,
  type Settings,
} from '../form.ts';
import { findHeader, joinHeaders, readHeaders, readQuery, splitUrl, withType } from '../headers.ts';
import { asHttp, readBody, readStatus } from '../meet.ts';
import { getFunction } from '../pick.ts';

export function adapt(module: Module, settings: Settings): Run {
  const handle = getFunction(module, settings.handler);
  return async (given) => {
    const call = asHttp(given);
    const cloudevent = findCloudEvent(given);
    const body = cloudevent ? cloudevent.data : readBody(call);
    const context = makeContext(call, body, cloudevent);
    const returned: unknown = await handle.call(Object.freeze({}), context, cloudevent ?? body);
    if (isCloudEvent(returned)) return { kind: 'http', status: 200, ...writeCloudEvent(returned) };
    return readResult(returned);
  };
}

function makeContext(call: HttpCall & Around, body: unknown, cloudevent: CloudEvent | undefined) {
  const query = readQuery(splitUrl(call.url).query);
  const { log, info, warn, error, debug } = console;
  return {
    ...query,
    ...{
      body,
      query,
      headers: joinHeaders(call.headers),
      method: call.method,
      rawBody: new TextDecoder().decode(call.body),
    },
    ...{
      httpVersion: '1.1',
      httpVersionMajor: 1,
      httpVersionMinor: 1,
      contentType: findHeader(call.headers, 'content-type'),
    },
    ...(cloudevent && { cloudevent }),
    log: { log, info, warn, error, debug, trace: debug, fatal: error },
    cloudEventResponse: makeCloudEventResponse,
  };
}

function makeCloudEventResponse(data: unknown) {
  const event: Record<string, unknown> = {
    specversion: '1.0',
    id: '',
    source: '',
    type: '',
    datacontenttype: 'application/json',
    data,
  };
  const setter = (name: string) => (value: string) => {
    event[name] = value;
    return builder;
  };
  const builder = {
    ...{ version: setter('specversion'), id: setter('id'), type: setter('type'), source: setter('source') },
    response: () => event,
  };
  return builder;
}

function readResult(given: unknown): Result {
  if (!given) return { kind: 'http', status: 204, headers: [['content-type', 'text/plain']], body: toBytes('') };
  if (typeof given === 'string') return text(200, [], given);
  if (!isRecord(given)) return { kind: 'value', value: given };
  const { statusCode, headers, body } = given;
  const status = readStatus(statusCode);
  const written = readHeaders(headers);
  if (body === undefined && statusCode === undefined && headers === undefined) return { kind: 'value', value: given };
  if (typeof body === 'string' && written.length > 0)
    return { kind: 'http', status, headers: withType(written, 'application/json; charset=utf-8'), body: toBytes(body) };
  if (typeof body === 'string') return text(status, written, body);
  return {
    kind: 'http',
    status,
    headers: withType(written, 'application/json; charset=utf-8'),
    body: toBytes(body ?? ''),
  };
}

function text(status: number, headers: Pairs, body: string): Result {
  return { kind: 'http', status, headers: withType(headers, 'text/plain; charset=utf-8'), body: toBytes(body) };
}
