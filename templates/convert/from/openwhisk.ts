/** `function main(params) { return { … } }`: requests come as web actions have them, `{ error }` is a failure. */
import { decode, fromBase64, isUtf8, toBase64, toBytes } from '../bytes.ts';
import {
  type Around,
  type Call,
  type HttpCall,
  type HttpResult,
  isNamed,
  isRecord,
  type Module,
  type Result,
  type Run,
  type Settings,
} from '../form.ts';
import {
  isJsonType,
  isTextType,
  joinHeaders,
  readHeaders,
  readQuery,
  readType,
  splitUrl,
  withType,
} from '../headers.ts';
import { asEvent, readBody, readStatus } from '../meet.ts';
import { getFunction } from '../pick.ts';

export function adapt(module: Module, settings: Settings): Run {
  const main = getFunction(module, settings.handler);
  return async (call) => {
    setEnvironment(call, settings);
    const params = call.kind === 'http' ? toParams(call) : asEvent(call);
    const given: unknown = await main(isRecord(params) ? params : { value: params }, makeContext(call, settings));
    return readResult(given === undefined ? {} : given, call);
  };
}

/** Query and body by name, and what of the request is left. */
function toParams(call: HttpCall): Record<string, unknown> {
  const { path, query } = splitUrl(call.url);
  const body = readBody(call);
  const named = isNamed(body) ? body : undefined;
  const rest = named || body === undefined ? {} : { __ow_body: typeof body === 'string' ? body : writeRaw(call.body) };
  return {
    ...readQuery(query),
    ...named,
    ...rest,
    ...{
      __ow_method: call.method.toLowerCase(),
      __ow_headers: joinHeaders(call.headers),
      __ow_path: path === '/' ? '' : path,
    },
  };
}

function writeRaw(body: Uint8Array): string {
  return isUtf8(body) ? decode(body) : toBase64(body);
}

/** Where actions look for what they know of themselves. */
function setEnvironment(call: Around, { name, timeout }: Settings): void {
  Object.assign(process.env, {
    __OW_ACTION_NAME: `/_/${name}`,
    __OW_ACTIVATION_ID: call.id,
    __OW_DEADLINE: String(call.deadline ?? Date.now() + timeout * 1000),
  });
}

/** The second argument, which DigitalOcean gives. */
function makeContext(call: Around, { name, timeout }: Settings) {
  const end = call.deadline ?? Date.now() + timeout * 1000;
  const names = { functionName: name, activationId: call.id, requestId: call.id, functionVersion: '0.0.1' };
  return { ...names, deadline: end, getRemainingTimeInMillis: () => Math.max(0, end - Date.now()) };
}

function readResult(given: unknown, call: Call): Result {
  if (!isRecord(given)) throw new TypeError('The action did not return a dictionary or array.');
  const { error } = given;
  if (error !== undefined && error !== null) {
    const answer = isRecord(error) ? findAnswer(error) : undefined;
    if (!answer) throw toError(error);
    return answer;
  }
  const answer = call.kind === 'http' ? findAnswer(given) : undefined;
  return answer ?? { kind: 'value', value: given };
}

function toError(error: unknown): Error {
  const message = isRecord(error) && typeof error.message === 'string' ? error.message : undefined;
  const made = new Error(message ?? (typeof error === 'string' ? error : JSON.stringify(error)));
  if (isRecord(error) && typeof error.name === 'string') made.name = error.name;
  return made;
}

/** `{ statusCode, headers, body }`, of which any may be missing. */
function findAnswer(given: Record<string, unknown>): HttpResult | undefined {
  const { statusCode, headers, body } = given;
  if (statusCode === undefined && body === undefined && headers === undefined) return undefined;
  const hasBody = body !== undefined && body !== null && body !== '';
  const isText = typeof body === 'string';
  const all = hasBody
    ? withType(readHeaders(headers), isText ? 'text/html; charset=UTF-8' : 'application/json')
    : readHeaders(headers);
  const type = readType(all);
  const isBinary = isText && !isTextType(type) && !isJsonType(type) && type !== '';
  const bytes = (isBinary ? fromBase64(body) : undefined) ?? toBytes(body);
  return { kind: 'http', status: readStatus(statusCode, hasBody ? 200 : 204), headers: all, body: bytes };
}
