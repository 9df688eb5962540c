/** What crosses is the same on the other side, and what is changed there comes back. */
import fc from 'fast-check';
import { changesSince, commit, readChanges, snapshot } from '../../templates/runtime/changes.ts';
import { createDecoder, createEncoder, Unsupported } from '../../templates/runtime/codec.ts';
import { WIRE_VERSION } from '../../templates/runtime/protocol.ts';
import { rich } from '../../templates/runtime/rich.ts';
import { send } from '../codec/round-trip.ts';
import { findDifference } from '../codec/same.ts';
import { type Fuzzer, fuzz } from './fuzzer.ts';
import { build, connect, graph, links } from './values.ts';

/** Memory or a URL that two objects share in a way that cannot be made again. */
const REFUSED = /a part of another one|the memory of a Buffer|after its searchParams/;

export const roundTrips: Fuzzer[] = [
  fuzz('any graph is the same on the other side', 400, graph, (description) => {
    const value = build(description);
    expectSame(value, () => send(value));
  }),
  fuzz('any change comes back', 400, fc.record({ description: graph, changes: links }), ({ description, changes }) => {
    const [here, there] = [build(description), build(description)];
    connect(here, changes);
    expectSame(here, () => {
      changeRemotely(there, (received) => connect(received, changes));
      return there;
    });
  }),
];

function expectSame(value: object[], make: () => unknown): void {
  try {
    const difference = findDifference(value, make());
    if (difference !== undefined) throw new Error(difference);
  } catch (error) {
    if (!(error instanceof Unsupported && REFUSED.test(error.reason))) throw error;
  }
}

function changeRemotely(objects: object[], change: (objects: object[]) => void): void {
  const extend = () => rich({ makes: () => true, v: WIRE_VERSION });
  const sender = createEncoder({ extension: extend() });
  const request = toText({ wire: sender.encode(objects, 'v'), far: sender.finish() });
  const receiver = createDecoder({ extension: extend(), far: request.far });
  const received = receiver.decode(request.wire) as object[];
  const before = snapshot(receiver.objects, receiver.extension);
  change(received);
  const encoder = createEncoder({ known: receiver.objects, extension: extend() });
  const reply = toText({ changed: changesSince(before, encoder, receiver.extension), far: encoder.finish() });
  const decoder = createDecoder({ known: [...sender.numbers.keys()], extension: extend(), far: reply.far });
  readChanges(reply.changed, decoder);
  commit(decoder);
}

function toText<T>(message: T): T {
  return JSON.parse(JSON.stringify(message)) as T;
}
