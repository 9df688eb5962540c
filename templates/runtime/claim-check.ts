/** The app's side of calls that are too large to be sent: see claims.ts. */
import { type Claim, leave, makeClaim, type Problem, remove, take } from './bucket.ts';
import type { Failure } from './line.ts';
import { type ClaimReply, type Reply, type Request, WIRE_VERSION } from './protocol.ts';

/** An answer of the unit, or why there is none. */
type Ask = (event: string) => Promise<string | Failure>;

/** An id that no function has: a unit of another build, which knows no claims, runs nothing. */
const NONE = '';

/** Leaves a request in the bucket; what is sent in its place, or why that was not possible. */
export async function checkIn(request: Buffer, ask: Ask): Promise<string | Failure> {
  const asked = await ask(JSON.stringify({ v: WIRE_VERSION, fn: NONE, ticket: true, args: [] } satisfies Request));
  if (typeof asked !== 'string') return { ...asked, mayHaveRun: false };
  const { ticket, refused } = readReply(asked);
  const what = `the request of ${request.length} bytes`;
  if (!ticket) return refused?.code === 'claim' ? failWith(what, refused.message) : createOldFailure(request.length);
  const failed = await leave(ticket.url, request);
  if (failed) return failBy(what, failed, false);
  const claim = { ...makeClaim(request), id: ticket.id };
  return JSON.stringify({ v: WIRE_VERSION, fn: NONE, claim, args: [] } satisfies Request);
}

function createOldFailure(bytes: number): Failure {
  const message = `the request has ${bytes} bytes, and what is deployed takes none through a bucket: deploy this build`;
  return { code: 'too-large', message, mayHaveRun: false };
}

/** The reply as it is, or fetched. A unit writes claims in this way, and replies of functions never. */
export async function checkOut(text: string): Promise<string | Failure> {
  if (text.startsWith('{"refused":{"code":"claim"')) {
    return failWith('the request', readReply(text).refused?.message ?? '');
  }
  if (!text.startsWith('{"claim":')) return text;
  const { claim } = readReply(text);
  const what = `the function has run; its reply of ${claim?.bytes} bytes`;
  if (!claim || !isWhole(claim)) return failBy(what, { problem: claim?.problem ?? 'no claim', isPassing: false }, true);
  const taken = await take(claim.url, claim);
  await remove(claim.remove);
  return 'problem' in taken ? failBy(what, taken, true) : taken.text;
}

function isWhole(claim: ClaimReply): claim is Claim & { url: string; remove: string } {
  return typeof claim.url === 'string' && typeof claim.remove === 'string' && typeof claim.hash === 'string';
}

function failWith(what: string, problem: string): Failure {
  return failBy(what, { problem, isPassing: true }, false);
}

/** What will only fail again is not tried again. */
function failBy(what: string, { problem, isPassing }: Problem, mayHaveRun: boolean): Failure {
  return {
    code: isPassing || mayHaveRun ? 'service' : 'denied',
    message: `${what} could not be brought through the bucket: ${problem}`,
    mayHaveRun,
  };
}

function readReply(text: string): Reply {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}
