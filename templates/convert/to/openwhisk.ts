import { run } from 'faasify:handler';
import { decode, encode, fromBase64, isUtf8, toBase64 } from '../bytes.ts';
import { type Around, type HttpCall, type HttpResult, isRecord, makeId, Refusal } from '../form.ts';
import { foldHeaders, isTextType, joinUrl, readHeaders, readType, writeQuery } from '../headers.ts';
import { asAnswer, asValue, describeError } from '../meet.ts';

/** Requests come to web actions (best `--web raw`, where the body is as it was sent); without one the parameters are the event. */
export const main = async (params: Record<string, unknown>): Promise<Record<string, unknown>> => {
  const { __OW_ACTIVATION_ID: id = makeId(), __OW_DEADLINE } = process.env;
  const around: Around = { id, ...(__OW_DEADLINE !== undefined && { deadline: Number(__OW_DEADLINE) }) };
  const isRequest = typeof params.__ow_method === 'string';
  try {
    if (isRequest) return toWebAnswer(asAnswer(await run({ ...around, ...readRequest(params) })));
    const value = asValue(await run({ ...around, kind: 'event', value: params }));
    return isRecord(value) ? value : { value };
  } catch (error) {
    if (!(error instanceof Refusal)) console.error(error);
    const said = describeError(error);
    const statusCode = error instanceof Refusal ? error.status : 500;
    return { error: isRequest ? { statusCode, headers: { 'content-type': 'application/json' }, body: said } : said };
  }
};

function readRequest(params: Record<string, unknown>): HttpCall {
  const { __ow_method, __ow_headers, __ow_path, __ow_query, __ow_body, __ow_user: _user, ...named } = params;
  const headers = readHeaders(__ow_headers).filter(([name]) => name !== 'content-length');
  const isRaw = __ow_query !== undefined;
  const method = String(__ow_method).toUpperCase();
  const type = readType(headers);
  const query = isRaw ? String(__ow_query) : method === 'GET' || method === 'HEAD' ? writeQuery(named) : '';
  const rest = isRaw || query !== '' ? '' : Object.keys(named).length === 0 ? '' : writeNamed(type, named);
  const body = typeof __ow_body === 'string' ? readBody(__ow_body, type) : encode(rest);
  return { kind: 'http', method, url: joinUrl(String(__ow_path ?? '') || '/', query), headers, body };
}

/** Where the body was read for us, what it said, written again. */
function writeNamed(type: string, named: Record<string, unknown>): string {
  return type === 'application/x-www-form-urlencoded' ? writeQuery(named) : JSON.stringify(named);
}

/** Of raw requests JSON and all that is binary is base64. */
function readBody(body: string, type: string): Uint8Array {
  const isPlain = type.startsWith('text/') || type === 'application/x-www-form-urlencoded';
  const bytes = isPlain ? undefined : fromBase64(body);
  return bytes ?? encode(body);
}

function toWebAnswer({ status, headers, body }: HttpResult): Record<string, unknown> {
  const isText = isTextType(readType(headers)) && isUtf8(body);
  return {
    statusCode: status,
    headers: foldHeaders(headers),
    ...(body.length > 0 && { body: isText ? decode(body) : toBase64(body) }),
  };
}
