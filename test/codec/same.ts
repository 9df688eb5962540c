import { types } from 'node:util';
import { Cell, findClosure, findPrivates } from '../../templates/runtime/registry.ts';

/**
 * Where two graphs differ in anything that a program could notice: primitives, prototypes, built-in contents, property
 * order, attributes, extensibility, and which objects are the same one. Undefined if they do not. Objects in `shared`
 * must be identical. Two different objects are the same if all of that agrees.
 */
export function findDifference(one: unknown, other: unknown): string | undefined {
  const pairs = new Map<unknown, unknown>();
  const back = new Map<unknown, unknown>();
  const waiting: [unknown, unknown, string][] = [[one, other, 'value']];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [a, b, path] = next;
    if (!isObject(a) || !isObject(b)) {
      if (!Object.is(a, b)) return `${path}: ${String(a)} and ${String(b)}`;
      continue;
    }
    if (pairs.has(a) || back.has(b)) {
      if (pairs.get(a) !== b || back.get(b) !== a) return `${path}: identity`;
      continue;
    }
    pairs.set(a, b);
    back.set(b, a);
    if (typeof a === 'function' && a !== b && !isSameSite(a, b)) return `${path}: functions`;
    const problem = compareObjects(a, b, path, waiting);
    if (problem) return problem;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isSameSite(a: object, b: object): boolean {
  const [one, other] = [a, b].map((fn) => findClosure(fn as () => unknown)?.site);
  return one !== undefined && one === other;
}

function compareObjects(a: object, b: object, path: string, waiting: [unknown, unknown, string][]): string | undefined {
  if (a === b && typeof a === 'function') return undefined;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${path}: prototype`;
  if (Object.isExtensible(a) !== Object.isExtensible(b)) return `${path}: extensible`;
  const [kind, ...parts] = listSlots(a);
  const [otherKind, ...otherParts] = listSlots(b);
  if (kind !== otherKind) return `${path}: ${kind} and ${otherKind}`;
  if (parts.length !== otherParts.length) return `${path}: ${parts.length} and ${otherParts.length} parts`;
  parts.forEach((part, i) => {
    waiting.push([part, otherParts[i], `${path}<${i}>`]);
  });
  const keys = Reflect.ownKeys(a);
  const otherKeys = Reflect.ownKeys(b);
  if (keys.length !== otherKeys.length) return `${path}: keys ${keys.map(String)} and ${otherKeys.map(String)}`;
  for (const [i, key] of keys.entries()) {
    if (key !== otherKeys[i]) return `${path}: keys ${keys.map(String)} and ${otherKeys.map(String)}`;
    const one = readProperty(a, key);
    const other = readProperty(b, key);
    for (const attribute of ['writable', 'enumerable', 'configurable'] as const) {
      if (one[attribute] !== other[attribute]) return `${path}.${String(key)}: ${attribute}`;
    }
    for (const part of ['value', 'get', 'set'] as const) {
      waiting.push([one[part], other[part], `${path}.${String(key)}`]);
    }
  }
  return undefined;
}

/** The stack of an error is an accessor since Node 21; whether it is one makes no difference to a program. */
function readProperty(object: object, key: string | symbol): PropertyDescriptor {
  const property = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
  if (key !== 'stack' || !property.get || !types.isNativeError(object)) return property;
  const { enumerable = false, configurable = false } = property;
  return { value: object.stack, writable: true, enumerable, configurable };
}

/** What is inside an object besides properties. */
function listSlots(value: object): unknown[] {
  const privates = findPrivates(Object.getPrototypeOf(value)).flatMap(({ accessors }) => Object.values(accessors));
  return [...listBuiltinSlots(value), ...privates.map(([get]) => get(value as never))];
}

function listBuiltinSlots(value: object): unknown[] {
  if (typeof value === 'function') return ['function', value.name, ...listCaptures(value as () => unknown)];
  if (types.isDate(value)) return ['Date', Date.prototype.getTime.call(value)];
  if (types.isRegExp(value)) return ['RegExp', value.source, value.flags];
  if (types.isMap(value)) return ['Map', ...[...Map.prototype.entries.call(value)].flat()];
  if (types.isSet(value)) return ['Set', ...Set.prototype.values.call(value)];
  if (types.isArrayBuffer(value)) return ['ArrayBuffer', ...new Uint8Array(value)];
  if (Buffer.isBuffer(value)) return ['Buffer', value.length, ...value];
  if (types.isArrayBufferView(value)) return ['View', value.buffer, value.byteOffset, value.byteLength];
  if (types.isNumberObject(value) || types.isStringObject(value)) return ['Box', value.valueOf()];
  if (types.isBooleanObject(value) || types.isBigIntObject(value)) return ['Box', value.valueOf()];
  if (types.isSymbolObject(value)) return ['Box', Symbol.prototype.valueOf.call(value)];
  if (types.isNativeError(value)) return ['Error'];
  if (value instanceof URL) return ['URL', value.href, value.searchParams];
  if (value instanceof URLSearchParams) return ['URLSearchParams', value.toString()];
  return [Array.isArray(value) ? 'Array' : 'Object'];
}

/** Captured variables that are shared are there as what holds them. */
function listCaptures(fn: () => unknown): unknown[] {
  const captures = Object.values(findClosure(fn)?.captures() ?? {});
  return captures.map((value) => (value instanceof Cell ? value.value : value));
}
