/** What is plain data: what JSON says exactly, with nothing hidden. Nothing of the user's runs to find out. */
import type { WriteExtension } from './codec.ts';

/** What JSON can say as it is, apart from arrays and objects. */
export function isJson(value: unknown): value is string | number | boolean | null {
  const isNumber = Number.isFinite(value) && !Object.is(value, -0);
  return isNumber || typeof value === 'string' || typeof value === 'boolean' || value === null;
}

/** An array that has an element here does not cross: where the list of its keys has no room, V8 ends the whole process. */
export const MANY = 1e6;

/**
 * An array with nothing but its elements, most of them there and not too many; an object with nothing but what
 * assignments make, and without a key `$`.
 */
export function isPlainData(value: object): boolean {
  return Array.isArray(value) ? isPlainArray(value) : isPlainObject(value);
}

/** The keys of the elements come first, then `length`, then all others. */
function isPlainArray(value: unknown[]): boolean {
  if (Object.getPrototypeOf(value) !== Array.prototype || !Object.isExtensible(value) || MANY in value) return false;
  const keys = Reflect.ownKeys(value);
  const count = keys.length - 1;
  if (keys[count] !== 'length' || value.length > 2 * count + 9) return false;
  for (let i = 0; i < count; i++) if (!isAssigned(value, keys[i] as string)) return false;
  return true;
}

function isPlainObject(value: object): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype || !Object.isExtensible(value)) return false;
  const keys = Object.getOwnPropertyNames(value);
  if (keys.includes('$')) return false;
  for (const key of keys) if (!isAssigned(value, key)) return false;
  return Object.getOwnPropertySymbols(value)[0] === undefined;
}

/** A property as an assignment makes it. */
function isAssigned(value: object, key: string): boolean {
  const property = Object.getOwnPropertyDescriptor(value, key);
  return property?.writable === true && property.enumerable === true && property.configurable === true;
}

/** Refuses all other values: for a unit that could not read them. */
export const plainOnly: WriteExtension = {
  atom: () => undefined,
  enter: (value, to) => to.writeContents(value),
  encode: (_value, to) => to.refuse('not plain data, and the unit takes nothing else'),
  writeFar() {},
  far: () => undefined,
};
