import { run } from 'faasify:handler';
import { decode, isUtf8, toBytes } from '../bytes.ts';
import { isCloudEvent, writeCloudEvent } from '../cloud-event.ts';
import { answer } from '../fetch.ts';
import { makeId } from '../form.ts';
import { foldHeaders, joinUrl, readHeaders, writeQuery } from '../headers.ts';
import { writeParsed } from '../node-handler.ts';

interface Context {
  method: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  body?: unknown;
  rawBody?: unknown;
  cloudevent?: unknown;
}

/** CloudEvents are handed on as the requests that they came in. */
export const handle = async (context: Context, body: unknown): Promise<unknown> => {
  const headers = readHeaders(context.headers);
  const event = isCloudEvent(context.cloudevent) ? writeCloudEvent({ ...context.cloudevent }) : undefined;
  const sent = event?.body ?? (context.rawBody ? toBytes(context.rawBody) : writeParsed(body, headers));
  const url = joinUrl('/', writeQuery(context.query));
  const result = await answer(run, {
    ...{ kind: 'http', id: makeId(), method: context.method, url, body: sent },
    headers: event
      ? [...headers.filter(([name]) => !name.startsWith('ce-') && name !== 'content-type'), ...event.headers]
      : headers,
  });
  const text = isUtf8(result.body) ? decode(result.body) : Buffer.from(result.body);
  return { statusCode: result.status, headers: foldHeaders(result.headers), body: text };
};
