import { run } from 'faasify:handler';
import fdk from '@fnproject/fdk';
import { answer } from '../fetch.ts';
import { type Around, type HttpCall, makeId, type Pairs } from '../form.ts';
import { findHeader, groupHeaders } from '../headers.ts';
import { asAnswer, asEvent } from '../meet.ts';

/** Requests come through a gateway; without one the input is the event. */
fdk.handle(
  async (input: Buffer, context) => {
    const around: Around = {
      id: context.callID ?? makeId(),
      ...(context.deadline && { deadline: context.deadline.getTime() }),
    };
    const headers = readHeaders(context.headers);
    const intent = findHeader(headers, 'fn-intent');
    const isRequest = intent === 'httprequest' || findHeader(headers, 'fn-http-method') !== undefined;
    const call = toRequest(input, headers);
    if (!isRequest) {
      const result = asAnswer(await run({ ...around, kind: 'event', value: asEvent({ ...around, ...call }) }));
      return send(result.headers, result.body);
    }
    const { status, headers: written, body } = await answer(run, { ...around, ...call });
    context.httpGateway.statusCode = status;
    for (const [name, values] of Object.entries(groupHeaders(written))) {
      if (name !== 'content-type') context.httpGateway.setResponseHeader(name, ...values);
    }
    return send(written, body);

    function send(all: Pairs, bytes: Uint8Array) {
      context.responseContentType = findHeader(all, 'content-type') ?? 'application/octet-stream';
      return fdk.rawResult(Buffer.from(bytes));
    }
  },
  { inputMode: 'buffer' },
);

function readHeaders(given: Record<string, string[]>): Pairs {
  return Object.entries(given).flatMap(([name, values]) =>
    values.map((value): [string, string] => [name.toLowerCase(), value]),
  );
}

/** What the gateway was sent lies in headers of its own. */
function toRequest(input: Buffer, headers: Pairs): HttpCall {
  const sent = headers
    .filter(([name]) => name.startsWith('fn-http-h-'))
    .map(([name, value]): [string, string] => [name.slice(10), value]);
  const own = headers.filter(([name]) => !name.startsWith('fn-'));
  const address = findHeader(headers, 'fn-http-request-url') ?? '/';
  const url =
    /^https?:/.test(address) && URL.canParse(address) ? address.replace(/^https?:\/\/[^/?]*/, '') || '/' : address;
  const missing = own.filter(([name]) => !sent.some(([other]) => other === name));
  return {
    kind: 'http',
    method: findHeader(headers, 'fn-http-method') ?? 'POST',
    url,
    headers: [...sent, ...missing],
    body: input,
  };
}
