import { run } from 'faasify:handler';
import type { IncomingMessage } from 'node:http';
import { answer } from '../fetch.ts';
import { foldHeaders } from '../headers.ts';
import { readCall } from '../node-handler.ts';

export default async (context: { request: IncomingMessage }): Promise<unknown> => {
  const { status, headers, body } = await answer(run, await readCall(context.request));
  return { status, headers: foldHeaders(headers), body: Buffer.from(body) };
};
