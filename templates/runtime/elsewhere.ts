/** Calls to units at other providers than AWS. */
import { type CallElsewhere, TRAVEL_TIME } from './invoking.ts';
import { loadTransport } from './load-transport.ts';
import { post } from './posting.ts';

/** Bytes of an answer where the provider has no limit of its own. */
const MAX_REPLY = 256 * 1024 * 1024;

/** Rejects if there is no answer. */
export const callElsewhere: CallElsewhere = async (unit, request, { isNear }, onSent) => {
  const transport = loadTransport(unit.place?.target ?? '');
  const outgoing = await transport.toRequest(unit, request);
  if ('mayHaveRun' in outgoing) return outgoing;
  const { url, headers, body: text } = outgoing;
  const body = Buffer.from(text);
  const answer = await post({
    url,
    headers: { ...headers, 'content-length': body.length },
    body,
    ...(!isNear && { timeout: unit.timeout * 1000 + TRAVEL_TIME }),
    maxAnswer: transport.maxReply ?? MAX_REPLY,
    onSent,
  });
  return transport.readAnswer(unit, answer);
};
