/**
 * The part of units whose calls may be larger than the provider lets through. The caller asks for a ticket, leaves the request in
 * the bucket at the address that it gets, and calls with the claim for it; a reply that is too large comes back as a claim. All
 * addresses are signed by the unit, so that its callers need no permissions for the bucket.
 */
import { randomUUID } from 'node:crypto';
import { type Claim, leave, makeClaim, remove, take } from './bucket.ts';
import { presign } from './presign.ts';
import { type ClaimReply, MAX_CARRIED, type Reply, type Request } from './protocol.ts';

type Handler = (event: unknown, context?: unknown) => unknown;

/** The real one, whatever a program puts in its place. */
const { stringify, parse } = JSON;
const ID = /^[0-9a-f-]{36}$/;

export function claims(handler: Handler): (event: unknown, context?: unknown) => Promise<unknown> {
  return async (event, context) => {
    const { v, ticket, claim } = Object(event) as Request;
    if (!v || !(ticket || claim)) return bringAway(event, await handler(event, context));
    const place = findPlace();
    if (!place) return refuse('no bucket is set for it');
    if (!claim) {
      const id = randomUUID();
      return { ticket: { id, url: place('PUT', id) } };
    }
    if (!ID.test(claim.id)) return refuse('the claim is none');
    const taken = await take(place('GET', claim.id), claim);
    if ('problem' in taken) return refuse(taken.problem);
    const removed = remove(place('DELETE', claim.id));
    const request: unknown = parse(taken.text);
    const reply = await handler(request, context);
    await removed;
    return bringAway(request, reply);
  };
}

function refuse(message: string): Reply {
  return { refused: { code: 'claim', message } };
}

/** Signs addresses of objects by their id. `bucket/faasify/shop/calls/` */
function findPlace(): ((method: string, id: string) => string) | undefined {
  const [bucket, ...folders] = (process.env.FAASIFY_CLAIMS ?? '').split('/');
  return bucket ? (method, id) => presign(method, bucket, folders.join('/') + id) : undefined;
}

/** The reply, or a claim for it if it is too large and the caller takes one. */
async function bringAway(request: unknown, reply: unknown): Promise<unknown> {
  const place = (Object(request) as Request).claims ? findPlace() : undefined;
  if (!place) return reply;
  const text = stringify(reply) ?? '';
  const body = text.length * 3 > MAX_CARRIED ? Buffer.from(text) : undefined;
  if (!body || body.length <= MAX_CARRIED) return reply;
  const id = randomUUID();
  const failed = await leave(place('PUT', id), body);
  const claim: Claim = makeClaim(body);
  const left: ClaimReply = failed
    ? { bytes: body.length, problem: failed.problem }
    : { ...claim, url: place('GET', id), remove: place('DELETE', id) };
  return { claim: left };
}
