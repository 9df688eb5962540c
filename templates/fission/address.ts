/** What a function of Fission is asked: its router tells in headers what for. */
import type { Run } from '../runtime/one-by-one.ts';
import { type ParsedRequest, refuseReplaced, toBytes } from '../runtime/parsed-body.ts';
import { respond } from '../runtime/respond.ts';
import { answerRoute, gatherHeaders, toJson } from '../runtime/web.ts';

export interface AskedContext {
  request: ParsedRequest & { method: string };
}

interface Starts {
  name: string;
  routes: readonly string[];
  schedules: readonly { fn: string }[];
}

/** Where calls and the clock come: a path that the router keeps to the cluster. */
const OWN = '/fission-function/';

export async function answerContext(run: Run, { request }: AskedContext, { name, routes, schedules }: Starts) {
  const { method, headers } = request;
  const target = `${headers['x-fission-full-url'] ?? OWN}`;
  const bytes = toBytes(request);
  if (!target.startsWith(OWN)) {
    const asked = { method, target, headers };
    const length = typeof request.body === 'string' ? headers['content-length'] : undefined;
    const readBody = async () => (request.body instanceof Uint8Array ? bytes : refuseReplaced(bytes, length));
    const answer = (await answerRoute(run, routes, asked, readBody)) ?? toJson(404, { message: 'Not Found' });
    const body = answer.body.length > 0 ? Buffer.from(answer.body) : undefined;
    return { status: answer.status, headers: gatherHeaders(answer), body };
  }
  const due = schedules.find((_, index) => headers['x-fission-timer-name'] === `${name}-run-${index}`);
  if (!due) return respond(run, Buffer.from(bytes).toString());
  await run({ faasify: 'run', fn: due.fn });
  return { status: 204, headers: {}, body: undefined };
}
