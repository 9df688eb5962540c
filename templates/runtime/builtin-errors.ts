/** Built-in classes of what is thrown. */
import { AssertionError } from 'node:assert';
import { EventEmitter, on } from 'node:events';
import { types } from 'node:util';
import { type Builtin, type BuiltinClass, isPrototypeOfClass } from './builtin.ts';
import { getSlot } from './properties.ts';

const ERRORS = [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
  AssertionError,
  findAbortError(),
];

/** Node's own class, which it does not export: that of what is thrown by anything that was given an aborted signal. */
function findAbortError(): ErrorConstructor {
  try {
    on(new EventEmitter(), 'abort', { signal: AbortSignal.abort() });
  } catch (error) {
    if (error instanceof Error) return error.constructor as ErrorConstructor;
  }
  return Error;
}

/** What an exception has of its own and cannot lose: nothing in Node, marks in Deno, all that it holds in Cloudflare Workers. */
function listPartsOfExceptions(): (string | symbol)[] {
  return Reflect.ownKeys(new DOMException()).filter((key) => key !== 'stack');
}

/** Its instances are native errors from Node 22 on. */
function describeException(): Builtin {
  const ofAll = listPartsOfExceptions();
  return {
    type: DOMException,
    is: (value) => value instanceof DOMException,
    contents: (value: DOMException) =>
      (['message', 'name'] as const).map((name) => getSlot(DOMException.prototype, name, value) ?? value[name]),
    of([message, name]) {
      const made = new DOMException(`${message}`, `${name}`);
      Reflect.deleteProperty(made, 'stack');
      return made;
    },
    hides: (key) => ofAll.includes(key),
  };
}

/** The realms that older test runners make for tests have none. */
export const EXCEPTIONS = typeof DOMException === 'function' ? [describeException()] : [];

export const FAILED: Builtin[] = [
  ...EXCEPTIONS,
  ...ERRORS.map((type) => ({
    type,
    is: (value: unknown) => types.isNativeError(value) && findErrorClass(value) === type,
    contents: () => [],
    empty: () => withoutProperties(Reflect.construct(Error, [], type)),
  })),
];

function findErrorClass(value: object): BuiltinClass {
  for (let next = value; next; next = Object.getPrototypeOf(next)) {
    const type = ERRORS.find((cls) => isPrototypeOfClass(next, cls));
    if (type) return type;
  }
  return Error;
}

/** The object without the properties that its constructor gave it. */
export function withoutProperties<T extends object>(object: T): T {
  for (const key of Reflect.ownKeys(object)) Reflect.deleteProperty(object, key);
  return object;
}
