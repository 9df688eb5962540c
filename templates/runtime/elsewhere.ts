/** Calls to units at other providers than AWS. */
import { type Send, TRAVEL_TIME } from './invoking.ts';
import { post } from './posting.ts';
import type { Transport } from './provider-transport.ts';

/** Bytes of an answer where the provider has no limit of its own. */
const MAX_REPLY = 256 * 1024 * 1024;

/** A call goes through the transport of the place that it is for. */
export function createCaller(transportTo: (target: string) => Transport): Send {
  return async (unit, request, { isNear, signal }, onSent) => {
    const transport = transportTo(unit.place?.target ?? '');
    const outgoing = await transport.toRequest(unit, request);
    if ('mayHaveRun' in outgoing) return outgoing;
    const { url, headers, body: text } = outgoing;
    const body = Buffer.from(text);
    const answer = await post({
      url,
      headers: { ...headers, 'content-length': body.length },
      body,
      timeout: isNear ? undefined : unit.timeout * 1000 + TRAVEL_TIME,
      signal,
      maxAnswer: transport.maxReply ?? MAX_REPLY,
      onSent,
    });
    return transport.readAnswer(unit, answer);
  };
}
