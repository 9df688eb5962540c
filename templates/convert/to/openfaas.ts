import { run } from 'faasify:handler';
import { answer } from '../fetch.ts';
import { makeId } from '../form.ts';
import { foldHeaders, joinUrl, readHeaders, writeQuery } from '../headers.ts';
import { writeParsed } from '../node-handler.ts';

interface Event {
  body: unknown;
  headers: Record<string, string>;
  method: string;
  query: Record<string, unknown>;
  path: string;
}

interface Context {
  status(code: number): Context;
  headers(fields: Record<string, string | string[]>): Context;
  succeed(value: unknown): void;
}

/** With RAW_BODY=true the body is as it was sent. */
export default async (event: Event, context: Context): Promise<void> => {
  const { method, path, query } = event;
  const headers = readHeaders(event.headers);
  const body = writeParsed(event.body, headers);
  const result = await answer(run, {
    kind: 'http',
    id: makeId(),
    method,
    url: joinUrl(path, writeQuery(query)),
    headers,
    body,
  });
  context.status(result.status).headers(foldHeaders(result.headers)).succeed(Buffer.from(result.body));
};
