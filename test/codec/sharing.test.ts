import { AssertionError } from 'node:assert';
import { expect, test } from 'vitest';
import { changesSince, commit, readChanges, snapshot } from '../../templates/runtime/changes.ts';
import { createDecoder, createEncoder } from '../../templates/runtime/codec.ts';
import type { Wire } from '../../templates/runtime/protocol.ts';
import { site, sites } from '../../templates/runtime/registry.ts';
import { rich } from '../../templates/runtime/rich.ts';
import { encode, send } from './round-trip.ts';
import { findDifference } from './same.ts';

function roundTrip(wire: Wire): Wire {
  return JSON.parse(JSON.stringify(wire)) as Wire;
}

/** What a function returns to its caller, and what it has changed of what it was given. */
function call<A>(args: A, run: (args: A) => unknown): unknown {
  const sender = createEncoder({ extension: rich() });
  const request = roundTrip(sender.encode(args, 'args'));
  const receiver = createDecoder({ extension: rich() });
  const received = receiver.decode(request) as A;
  const before = snapshot(receiver.objects, receiver.extension);
  const result = run(received);
  const encoder = createEncoder({ known: receiver.objects, extension: rich() });
  const ret = roundTrip(encoder.encode(result, 'ret'));
  const changed = changesSince(before, encoder, receiver.extension);
  const decoder = createDecoder({ known: [...sender.numbers.keys()], extension: rich() });
  const value = decoder.decode(ret);
  readChanges(roundTrip(changed) as [number, Wire][], decoder);
  commit(decoder);
  return value;
}

const large = () => Buffer.alloc(10_000, 1);
const small = () => Buffer.from('small');

test.each([small, large])('a part of a Buffer is a part of it on the other side, too', (make) => {
  const whole = make();
  const [one, other, far] = send([whole, whole.subarray(1, 4), Buffer.from('apart')]) as [Buffer, Buffer, Buffer];
  expect([other.length, other.equals(whole.subarray(1, 4)), far.toString()]).toEqual([3, true, 'apart']);
  one[2] = 200;
  expect(other[1]).toBe(200);
});

test.each([small, large])('a part that comes back is a part of the own Buffer', (make) => {
  const own = make();
  const part = call(own, (buffer) => buffer.subarray(1, 3)) as Buffer;
  own[1] = 200;
  expect([...part]).toEqual([200, own[2]]);
});

test.each([small, large])('changes through a part', (make) => {
  const own = make();
  const parts: [Buffer, Buffer] = [own, own.subarray(1, 3)];
  call(parts, ([, part]) => part.fill(7));
  expect([...own.subarray(0, 4)]).toEqual([make()[0], 7, 7, make()[3]]);
});

test('changes of a Buffer whose memory has the size of the pool', () => {
  const memory = new ArrayBuffer(Buffer.poolSize);
  const own = Buffer.from(memory, 0, 5000);
  call(own, (buffer) => buffer.fill(7));
  expect(new Uint8Array(memory, 0, 5001).slice(4999)).toEqual(new Uint8Array([7, 0]));
  const both = send([memory, own]) as [ArrayBuffer, Buffer];
  expect(both[1].buffer).toBe(both[0]);
});

test('Buffers that share only some bytes are refused', () => {
  const whole = small();
  expect(() => encode([whole.subarray(0, 3), whole.subarray(2)])).toThrow('a Buffer that has a part of another one');
  expect(() => encode([whole.subarray(0, 3), whole])).toThrow('a Buffer that has a part of another one');
  expect(() => encode([whole, whole.buffer])).toThrow('value[1]: the memory of a Buffer');
  expect(() => encode([whole, new Uint8Array(whole.buffer)])).toThrow('the memory of a Buffer');
});

test('searchParams belong to their URL, whichever comes first', () => {
  const url = new URL('http://localhost/?a=1');
  const pair = [url.searchParams, url];
  expect(() => encode(pair)).toThrow('value[1]: a URL that comes after its searchParams');
  for (const [params, received] of [send(pair), (send(pair.toReversed()) as unknown[]).toReversed()] as [
    URLSearchParams,
    URL,
  ][]) {
    params.append('b', '2');
    expect(received.href).toBe('http://localhost/?a=1&b=2');
  }
});

test('a URL that changes together with its searchParams', () => {
  const url = new URL('http://localhost/?a=1');
  call([url, url.searchParams] as const, ([, params]) => params.append('b', '2'));
  expect(url.href).toBe('http://localhost/?a=1&b=2');
});

test('a function that captures itself', () => {
  sites({
    's#fact': () => {
      let captured: { fact(n: number): number };
      const fact = (n: number): number => (n > 1 ? n * captured.fact(n - 1) : 1);
      return [
        fact,
        (captures: typeof captured) => {
          captured = captures;
        },
      ];
    },
  });
  const fact: (n: number) => number = site(
    's#fact',
    (n) => (n > 1 ? n * fact(n - 1) : 1),
    () => ({ fact }),
  );
  const encoder = createEncoder({ extension: rich({ makes: () => true }) });
  const wire = encoder.encode({ deep: [{ fact }], fact }, 'value');
  const received = createDecoder({ extension: rich() }).decode(wire) as {
    deep: [{ fact: unknown }];
    fact(n: number): number;
  };
  expect([received.fact(5), received.deep[0].fact === received.fact]).toEqual([120, true]);
});

test('errors of node:assert', () => {
  const error = new AssertionError({ message: 'no', actual: [1], expected: new Map([[1, 2]]), operator: 'deepEqual' });
  const received = send(error) as AssertionError;
  expect(received).toBeInstanceOf(AssertionError);
  expect(findDifference(error, received)).toBeUndefined();
});
