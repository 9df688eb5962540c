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
  const isArray = Array.isArray(value);
  const { prototype } = isArray ? Array : Object;
  if (Object.getPrototypeOf(value) !== prototype || !Object.isExtensible(value) || (isArray && MANY in value))
    return false;
  const keys = Object.getOwnPropertyNames(value);
  if (isArray ? keys.pop() !== 'length' || value.length > 2 * keys.length + 9 : keys.includes('$')) return false;
  for (const key of keys) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (!property?.writable || !property.enumerable || !property.configurable) return false;
  }
  return Object.getOwnPropertySymbols(value)[0] === undefined;
}

/** Refuses all other values: for a unit that could not read them. */
export const plainOnly: WriteExtension = {
  atom: () => undefined,
  enter: (value, to) => to.writeContents(value),
  encode: (_value, to) => to.refuse('not plain data, and the unit takes nothing else'),
  writeFar() {},
  far: () => undefined,
};
