/** Events that stand for requests, as API Gateway, function URLs, load balancers and what follows them write them. */
import { decode, EMPTY, encode, fromBase64, isUtf8, toBase64 } from './bytes.ts';
import { type Around, type HttpCall, type HttpResult, isRecord, type Pairs } from './form.ts';
import {
  findHeader,
  groupHeaders,
  isTextType,
  joinHeaders,
  joinUrl,
  readHeaders,
  readQuery,
  readType,
  splitUrl,
  writeQuery,
} from './headers.ts';
import { toGatewayAnswer } from './meet.ts';

/** Of both versions of the format at once: what either has is there. */
export function toGatewayEvent(call: HttpCall & Around, name: string) {
  const { method, headers, id, ip = '127.0.0.1' } = call;
  const { path, query } = splitUrl(call.url);
  const fields = readQuery(query);
  const hasQuery = Object.keys(fields).length > 0;
  const last = Object.entries(fields).map(([key, value]) => [key, Array.isArray(value) ? value.at(-1) : value]);
  const many = Object.entries(fields).map(([key, value]) => [key, Array.isArray(value) ? value : [value]]);
  const userAgent = findHeader(headers, 'user-agent') ?? '';
  const cookies = (findHeader(headers, 'cookie') ?? '').split(/; */).filter((cookie) => cookie !== '');
  const http = { method, path, protocol: 'HTTP/1.1', sourceIp: ip, userAgent };
  const time = Date.now();
  return {
    ...{
      version: '2.0',
      routeKey: '$default',
      rawPath: path,
      rawQueryString: query,
      httpMethod: method,
      path,
      resource: path,
    },
    ...(cookies.length > 0 && { cookies }),
    headers: joinHeaders(headers),
    multiValueHeaders: groupHeaders(headers),
    queryStringParameters: hasQuery ? Object.fromEntries(last) : null,
    multiValueQueryStringParameters: hasQuery ? Object.fromEntries(many) : null,
    ...{ pathParameters: null, stageVariables: null },
    requestContext: {
      ...{
        accountId: 'anonymous',
        apiId: name,
        domainName: findHeader(headers, 'host') ?? 'localhost',
        domainPrefix: name,
      },
      ...{ http, httpMethod: method, path, identity: { sourceIp: ip, userAgent }, protocol: 'HTTP/1.1' },
      ...{
        requestId: id,
        routeKey: '$default',
        stage: '$default',
        timeEpoch: time,
        time: new Date(time).toISOString(),
      },
    },
    ...writeBody(call),
  };
}

function writeBody({ headers, body }: HttpCall): { body: string | null; isBase64Encoded: boolean } {
  if (body.length === 0) return { body: null, isBase64Encoded: false };
  const type = readType(headers);
  const isText = (type === '' || isTextType(type)) && isUtf8(body);
  return { body: isText ? decode(body) : toBase64(body), isBase64Encoded: !isText };
}

/** `undefined` for an event that is no request. */
export function findRequest(event: unknown): HttpCall | undefined {
  if (!isRecord(event)) return undefined;
  const context = isRecord(event.requestContext) ? event.requestContext : {};
  const http = isRecord(context.http) ? context.http : {};
  const method = http.method ?? event.httpMethod;
  if (typeof method !== 'string') return undefined;
  const path = event.rawPath ?? event.path ?? http.path ?? '/';
  const headers = readEventHeaders(event);
  return {
    kind: 'http',
    method,
    url: joinUrl(String(path), readEventQuery(event)),
    headers,
    body: readEventBody(event),
  };
}

function readEventHeaders({ headers, multiValueHeaders, cookies }: Record<string, unknown>): Pairs {
  const many = isRecord(multiValueHeaders) ? readHeaders(multiValueHeaders) : [];
  const found = many.length > 0 ? many : readHeaders(headers);
  const has = found.some(([name]) => name === 'cookie');
  return has || !Array.isArray(cookies) ? found : [...found, ['cookie', cookies.join('; ')]];
}

function readEventQuery(event: Record<string, unknown>): string {
  if (typeof event.rawQueryString === 'string') return event.rawQueryString;
  return writeQuery(event.multiValueQueryStringParameters ?? event.queryStringParameters);
}

function readEventBody({ body, isBase64Encoded }: Record<string, unknown>): Uint8Array {
  if (body === undefined || body === null) return EMPTY;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return (isBase64Encoded === true ? fromBase64(text) : undefined) ?? encode(text);
}

/** Cookies apart, where each may have a line of its own. `event`: what was asked, which says the version. */
export function toAnswerFor(event: Record<string, unknown>, result: HttpResult) {
  const isSecond = event.version === '2.0';
  const cookies = result.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value);
  const answer = toGatewayAnswer({ ...result, headers: result.headers.filter(([name]) => name !== 'set-cookie') });
  if (cookies.length === 0) return answer;
  return { ...answer, ...(isSecond ? { cookies } : { multiValueHeaders: { 'set-cookie': cookies } }) };
}
