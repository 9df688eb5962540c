/** The own properties of an object, with symbol keys, attributes and accessors. */
import { types } from 'node:util';
import type { Reader, Writer } from './codec.ts';
import { WireError } from './errors.ts';
import type { Wire } from './protocol.ts';
import { deferStack, readStack, settleStack } from './stack.ts';

/** Attributes as bits; an assignment makes all three. */
const WRITABLE = 1;
const ENUMERABLE = 2;
const CONFIGURABLE = 4;
const ASSIGNED = WRITABLE | ENUMERABLE | CONFIGURABLE;

/** What has been done to an object: 0 nothing, 1 preventExtensions, 2 seal, 3 freeze. */
export type Integrity = 0 | 1 | 2 | 3;

/** What errors have by nature is not enumerable. */
const OF_ERRORS = ['stack', 'message', 'cause', 'errors'];

export function getIntegrity(object: object): Integrity {
  if (Object.isExtensible(object)) return 0;
  if (Object.isFrozen(object) && !V8_OVERLOOKS.some((key) => canWrite(object, key))) return 3;
  return Object.isSealed(object) ? 2 : 1;
}

/** What can be written in objects that V8 takes for frozen: the length of an empty array, the stack of a DOMException. */
const V8_OVERLOOKS = ['length', 'stack'];

function canWrite(object: object, key: string): boolean {
  return Object.getOwnPropertyDescriptor(object, key)?.writable === true;
}

export function setIntegrity(object: object, integrity: unknown): void {
  // One that is frozen has a stack that is not writable.
  if (integrity === 2 || integrity === 3) settleStack(object);
  if (integrity === 1) Object.preventExtensions(object);
  if (integrity === 2) Object.seal(object);
  if (integrity === 3) Object.freeze(object);
}

/** The value of a built-in getter, even where a subclass has one of its own. */
export function getSlot(prototype: object, name: PropertyKey, value: object): unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get?.call(value);
}

/** What attributes a property has if nothing is said. */
function getDefaults(object: object, key: PropertyKey): number {
  return object instanceof Error && OF_ERRORS.includes(key as string) ? ASSIGNED - ENUMERABLE : ASSIGNED;
}

function getAttributes(object: object, property: PropertyDescriptor): number {
  const integrity = getIntegrity(object);
  const isWritable = property.writable || (integrity === 3 && 'value' in property);
  const isConfigurable = property.configurable || integrity >= 2;
  return (isWritable ? WRITABLE : 0) | (property.enumerable ? ENUMERABLE : 0) | (isConfigurable ? CONFIGURABLE : 0);
}

/**
 * `{"x": 1}` if all is as usual, else a list of `[key, value]`, `[key, value, attributes]` or
 * `[key, getter, attributes, setter]`; 0 for no properties. Sealing and freezing is not in the attributes.
 */
export function writeOwn(object: object, keys: readonly (string | symbol)[], to: Writer): Wire {
  const list = keys.map((key) => writeProperty(object, key, to));
  if (list.length === 0) return 0;
  const isUsual = list.every((entry) => entry.length === 2 && typeof entry[0] === 'string');
  return isUsual ? Object.fromEntries(list as [string, Wire][]) : list;
}

function writeProperty(object: object, key: string | symbol, to: Writer): Wire[] {
  const step = /^\d+$/.test(String(key)) ? Number(key) : String(key);
  const property = readProperty(object, key);
  const attributes = getAttributes(object, property);
  const name = typeof key === 'string' ? key : to.write(key, step);
  if (!('value' in property)) return [name, to.write(property.get, step), attributes, to.write(property.set, step)];
  const wire = to.write(property.value, step);
  return attributes === getDefaults(object, key) ? [name, wire] : [name, wire, attributes];
}

/**
 * The stack that the engine gives to errors, to DOMExceptions and to what `Error.captureStackTrace` was called with is an
 * accessor in Node 22 and later.
 */
function readProperty(object: object, key: string | symbol): PropertyDescriptor {
  const property = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
  const { get, set, ...attributes } = property;
  const stack = key === 'stack' && get ? readStack(object) : undefined;
  return stack === undefined ? property : { ...attributes, value: stack, writable: true };
}

/** Reads what the property of a key holds. */
export type ReadValue = (key: PropertyKey, wire: Wire) => unknown;

/** The opposite of `writeOwn`, for an object that does not have them yet. */
export function readOwn(object: object, wire: Wire, from: Reader, readValue?: ReadValue): void {
  if (wire === 0) return;
  if (typeof wire !== 'object' || wire === null) throw new WireError('unreadable properties');
  const list = Array.isArray(wire) ? wire : Object.entries(wire);
  for (const entry of list) {
    const [name, value = null, given, setter] = entry as Wire[];
    const key = typeof name === 'string' ? name : from.read(name as Wire);
    if (typeof key !== 'string' && typeof key !== 'symbol') throw new WireError('unreadable properties');
    const attributes = typeof given === 'number' ? given : getDefaults(object, key);
    const content = readValue ? readValue(key, value) : from.read(value);
    const property = setter === undefined ? { value: content } : { get: content, set: from.read(setter) };
    defineOwn(object, key, property as PropertyDescriptor, attributes);
  }
  if (types.isNativeError(object)) deferStack(object);
}

function defineOwn(object: object, key: PropertyKey, property: PropertyDescriptor, attributes: number): void {
  if (attributes === ASSIGNED && 'value' in property && !(key in object) && Object.isExtensible(object)) {
    Reflect.set(object, key, property.value);
    return;
  }
  const isWritable = 'value' in property ? { writable: !!(attributes & WRITABLE) } : {};
  const isDefined = Reflect.defineProperty(object, key, {
    ...property,
    ...isWritable,
    enumerable: !!(attributes & ENUMERABLE),
    configurable: !!(attributes & CONFIGURABLE),
  });
  if (!isDefined) throw new WireError(`unreadable property ${String(key)}`);
}
