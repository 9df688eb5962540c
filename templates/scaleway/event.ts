/** Requests to addresses, as Scaleway tells them: https://www.scaleway.com/en/docs/serverless-functions/reference-content/code-examples/ */
import { refuseReplaced, toSearch } from '../runtime/parsed-body.ts';
import type { UnitHandler } from '../runtime/respond.ts';
import { answerRoute, gatherHeaders, toJson } from '../runtime/web.ts';

export interface AskedEvent {
  path: string;
  httpMethod: string;
  headers?: Record<string, string>;
  /** Decoded. */
  queryStringParameters?: Record<string, string | string[]>;
  body?: string;
  isBase64Encoded?: boolean;
}

export async function answerEvent(handler: UnitHandler, routes: readonly string[], event: AskedEvent) {
  const { path, httpMethod: method, headers: told = {}, queryStringParameters = {} } = event;
  const headers = Object.fromEntries(Object.entries(told).map(([name, value]) => [name.toLowerCase(), value]));
  const asked = { method, target: `${path}?${toSearch(queryStringParameters)}`, headers };
  const answer =
    (await answerRoute(handler, routes, asked, async () => readBody(event, headers))) ??
    toJson(404, { message: 'Not Found' });
  return {
    statusCode: answer.status,
    headers: gatherHeaders(answer),
    body: Buffer.from(answer.body).toString('base64'),
    isBase64Encoded: true,
  };
}

/**
 * Scaleway says of a body that it is base64 where it could be, as `true` could: the length tells.
 * https://github.com/scaleway/serverless-functions-node/blob/main/framework/local/event.ts
 */
function readBody({ body = '', isBase64Encoded }: AskedEvent, headers: Record<string, string>): Uint8Array {
  const length = headers['content-length'];
  const isAsSent = Number(length) === Buffer.byteLength(body);
  return isBase64Encoded && !isAsSent ? Buffer.from(body, 'base64') : refuseReplaced(Buffer.from(body), length);
}
