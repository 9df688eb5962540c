/** Requests to addresses, as Scaleway tells them: https://www.scaleway.com/en/docs/serverless-functions/reference-content/code-examples/ */
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
  const {
    path,
    httpMethod: method,
    headers: told = {},
    queryStringParameters = {},
    body = '',
    isBase64Encoded,
  } = event;
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(queryStringParameters)) {
    for (const value of [values].flat()) query.append(name, value);
  }
  const headers = Object.fromEntries(Object.entries(told).map(([name, value]) => [name.toLowerCase(), value]));
  const asked = { method, target: `${path}?${query}`, headers };
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const answer =
    (await answerRoute(handler, routes, asked, async () => bytes)) ?? toJson(404, { message: 'Not Found' });
  return {
    statusCode: answer.status,
    headers: gatherHeaders(answer),
    body: Buffer.from(answer.body).toString('base64'),
    isBase64Encoded: true,
  };
}
