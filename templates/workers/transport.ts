/** Cloudflare Workers: `POST https://{name}.<subdomain>.workers.dev/`, with the key as a bearer token. */
import type { Failure } from '../runtime/line.ts';
import { postJson, readJson, type Transport } from '../runtime/provider-transport.ts';

export const transport: Transport = {
  toRequest: (unit, text) => postJson(unit, text),
  readAnswer: (unit, answer) => findEnd(answer.body) ?? readJson(unit, answer),
};

/** https://developers.cloudflare.com/workers/observability/errors/ */
const ENDS: Readonly<Record<string, Failure>> = {
  1015: { code: 'throttled', message: 'too many requests', mayHaveRun: false },
  1027: { code: 'throttled', message: 'there were more requests than the plan allows in a day', mayHaveRun: false },
  1101: { code: 'crash', message: 'the Worker has thrown an error that nobody has caught', mayHaveRun: true },
  1102: { code: 'crash', message: 'it has used more CPU or memory than a Worker may', mayHaveRun: true },
};

function findEnd(body: string): Failure | undefined {
  const [, code = ''] = /^error code: (\d+)\s*$/.exec(body) ?? [];
  const end = Object.hasOwn(ENDS, code) ? ENDS[code] : undefined;
  return end && { ...end, message: `${end.message} (Cloudflare's error ${code})` };
}
