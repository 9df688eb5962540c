/**
 * As `lead`, where there are no threads and requests are made with fetch: nobody can sleep until a call is over, so that only those leave
 * their unit that are awaited and whose changes nobody has to see.
 */
import { provideWay } from './lead-way.ts';
import type { Failure, Outcome, Unit } from './line.ts';
import type { Link } from './link.ts';
import type { Transport } from './provider-transport.ts';
import { findPause } from './repeat.ts';
import type { Order } from './traffic.ts';

/** Milliseconds that a reply may take to arrive, on top of the unit's timeout. */
const TRAVEL_TIME = 15_000;

export function lead(target: string, transport: Transport): void {
  const link = createFetchLink(transport);
  provideWay(target, transport, () => link, false);
}

export function createFetchLink(transport: Transport): Link {
  return {
    block: sleep,
    send(order, done) {
      void callAgain(transport, order).then(done);
      return { wait: sleep, tell() {} };
    },
    release() {},
    holdsMany: () => true,
    isFull: () => false,
    async close() {},
  };
}

function sleep(): never {
  throw new Error('there is no thread that could answer while this one sleeps');
}

/** Until there is a reply, or it makes no sense any more. */
async function callAgain(transport: Transport, order: Order): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await call(transport, order.unit, order.request);
    const pause = findPause(outcome, order, attempt);
    if (pause === undefined) return outcome;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function call(transport: Transport, unit: Unit, request: string): Promise<Outcome> {
  const outgoing = await transport.toRequest(unit, request);
  if ('mayHaveRun' in outgoing) return { failure: outgoing };
  try {
    const { url, headers, body } = outgoing;
    const signal = AbortSignal.timeout(unit.timeout * 1000 + TRAVEL_TIME);
    const response = await fetch(url, { method: 'POST', headers: headers as Record<string, string>, body, signal });
    const answer = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
    const read = transport.readAnswer(unit, answer);
    if (typeof read === 'string') return { reply: read };
    return { failure: 'thrown' in read ? { ...THROWN, detail: read.thrown } : read };
  } catch (error) {
    return { failure: describe(unit, error as Error) };
  }
}

const THROWN: Failure = { code: 'function', message: 'the handler threw', mayHaveRun: true };

/** That nobody was reached cannot be told from an answer that has not arrived. */
function describe({ endpoint, timeout }: Unit, { name, message }: Error): Failure {
  if (name === 'TimeoutError')
    return { code: 'timeout', message: `no answer from ${endpoint} within ${timeout} s`, mayHaveRun: true };
  return { code: 'unreachable', message: `cannot reach ${endpoint} (${message})`, mayHaveRun: true };
}
