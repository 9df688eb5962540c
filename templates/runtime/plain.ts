/** What is plain data: what JSON says exactly, in any realm, with nothing hidden. Nothing of the user's runs to find out. */

/** What JSON can say as it is, apart from arrays and objects. */
export function isJson(value: unknown): value is string | number | boolean | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    default:
      return value === null;
  }
}

/** An array with nothing but its elements, most of them there; an object with nothing but what assignments make. */
export function isPlainData(value: object): boolean {
  if (!Object.isExtensible(value) || !isPlainPrototype(value)) return false;
  const keys = Object.getOwnPropertyNames(value);
  if (Array.isArray(value) && (keys.pop() !== 'length' || value.length > 2 * keys.length + 9)) return false;
  for (const key of keys) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (!property?.writable || !property.enumerable || !property.configurable) return false;
  }
  return Object.getOwnPropertySymbols(value).length === 0;
}

/** Whether it is an array or an object as literals make them, here or in another realm. */
function isPlainPrototype(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === Array.prototype)
    return Array.isArray(value) === Array.isArray(prototype);
  return false;
}
