import { expect, test } from 'vitest';
import { createDecoder, createEncoder } from '../../templates/runtime/codec.ts';
import { createDispatch, type Feature } from '../../templates/runtime/dispatch.ts';
import type { Reply } from '../../templates/runtime/protocol.ts';
import { rich } from '../../templates/runtime/rich.ts';
import { send } from './round-trip.ts';
import { findDifference } from './same.ts';

class Local extends RangeError {
  code = 'E_LOCAL';
  socket = new WeakMap();
}

function sendPlain(value: unknown): unknown {
  const wire = JSON.parse(JSON.stringify(createEncoder().encode(value, 'error')));
  return createDecoder({ extension: rich() }).decode(wire);
}

test('a unit for plain data can tell about built-in errors, too', () => {
  const error = Object.assign(new TypeError('no', { cause: new Error('why') }), { code: 7 });
  expect(findDifference(error, sendPlain(error))).toBeUndefined();
});

/** What a caller gets to see of what a function throws that cannot cross. */
function throwReduced(thrown: unknown, ...features: Feature[]): unknown {
  const run = (): never => {
    throw thrown;
  };
  const reply = createDispatch({ 'm#f': { run } }, features)({ v: 3, args: [] }) as Reply;
  expect(reply.uncrossable).toBeDefined();
  return createDecoder({ extension: rich() }).decode(JSON.parse(JSON.stringify(reply.error)));
}

test.each([[[rich]], [[]]])('of an error that cannot cross, what can is kept', (features) => {
  const error = new Local('no', { cause: new Local('why') });
  const received = throwReduced(error, ...features) as Local;
  expect(received).toBeInstanceOf(RangeError);
  expect([received.message, received.code, received.socket, received.stack]).toEqual([
    'no',
    'E_LOCAL',
    undefined,
    error.stack,
  ]);
});

test('errors of Node itself', () => {
  let thrown: unknown;
  try {
    Buffer.alloc('x' as never);
  } catch (error) {
    thrown = error;
  }
  const received = throwReduced(thrown, rich) as NodeJS.ErrnoException;
  expect(received).toBeInstanceOf(TypeError);
  expect(received.code).toBe('ERR_INVALID_ARG_TYPE');
  const aborted = send(new DOMException('stop', 'AbortError')) as DOMException;
  expect([aborted.name, aborted.message, aborted.code]).toEqual(['AbortError', 'stop', 20]);
  expect(aborted).toBeInstanceOf(DOMException);
});

test.each([[undefined], [null], ['text'], [7], [{ status: 404 }], [Symbol.iterator]])('%s can be thrown', (thrown) => {
  expect(send(thrown)).toEqual(thrown);
});

test.each([[() => 1], [Symbol('x')], [new WeakMap()], [new Proxy({}, {})]])('%s becomes an error', (thrown) => {
  expect(throwReduced(thrown, rich)).toBeInstanceOf(Error);
});
