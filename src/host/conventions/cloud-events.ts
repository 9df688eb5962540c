/** CloudEvents over HTTP: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md */
import { randomUUID } from 'node:crypto';
import type { Answer } from '../control/answer.ts';
import { type Asked, Refused } from './convention.ts';

const STRUCTURED = 'application/cloudevents+json';

export function isEvent(asked: Asked): boolean {
  return isStructured(asked) || asked.headers['ce-specversion'] !== undefined || isBatch(asked);
}

function isStructured({ headers }: Asked): boolean {
  return typeOf(headers['content-type']) === STRUCTURED;
}

function isBatch({ headers }: Asked): boolean {
  return typeOf(headers['content-type']) === 'application/cloudevents-batch+json';
}

function typeOf(contentType = ''): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** The data of the event is what the function is given. */
export function readEvent(asked: Asked): string {
  if (isBatch(asked)) throw new Refused('media', 'Events come one by one here, not in batches.');
  return isStructured(asked) ? readStructured(asked.body) : readBinary(asked);
}

/** The attributes are headers, the data is the body. */
function readBinary({ headers, body }: Asked): string {
  checkAttributes({ specversion: headers['ce-specversion'], ...pick(headers) });
  const text = body.toString();
  if (text === '') return '{}';
  const type = typeOf(headers['content-type']);
  if (type !== '' && !/[/+]json$/.test(type)) throw new Refused('media', `The data has to be JSON, not ${type}.`);
  parse(text);
  return text;
}

function pick(headers: Asked['headers']): Record<string, unknown> {
  return { id: headers['ce-id'], source: headers['ce-source'], type: headers['ce-type'] };
}

/** All of it is one JSON object. */
function readStructured(body: Buffer): string {
  const event = { ...(parse(body.toString()) as Record<string, unknown> | null) };
  checkAttributes(event);
  const { data, data_base64: bytes } = event;
  if (bytes === undefined) return JSON.stringify(data ?? {});
  if (typeof bytes !== 'string') throw new Refused('malformed', 'data_base64 is no text.');
  const text = Buffer.from(bytes, 'base64').toString();
  parse(text);
  return text;
}

function checkAttributes(event: Record<string, unknown>): void {
  const missing = ['id', 'source', 'type', 'specversion'].find((name) => !isText(event[name]));
  if (missing !== undefined) throw new Refused('malformed', `The event has no ${missing}.`);
  if (event.specversion !== '1.0')
    throw new Refused('malformed', `Version ${event.specversion} of CloudEvents is not understood here, 1.0 is.`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refused('malformed', `The event is no JSON: ${(error as Error).message}`);
  }
}

/** An event again, in the mode of the one that came. */
export function answerEvent(reply: string, asked: Asked): Answer {
  const about = { id: randomUUID(), source: asked.path, type: 'faasify.reply', specversion: '1.0' };
  if (isStructured(asked)) {
    const event = JSON.stringify({ ...about, datacontenttype: 'application/json' });
    return { status: 200, headers: { 'content-type': STRUCTURED }, body: `${event.slice(0, -1)},"data":${reply}}` };
  }
  const headers = Object.entries(about).map(([name, value]) => [`ce-${name}`, value]);
  return { status: 200, headers: Object.fromEntries(headers), body: reply };
}
