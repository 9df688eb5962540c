/** What is plain data: what JSON says exactly, with nothing hidden. Nothing of the user's runs to find out. */

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
  const prototype = Object.getPrototypeOf(value);
  if (Array.isArray(value) ? prototype !== Array.prototype : prototype !== Object.prototype) return false;
  if (!Object.isExtensible(value) || Object.getOwnPropertySymbols(value).length > 0) return false;
  const keys = Object.getOwnPropertyNames(value);
  if (!Array.isArray(value)) return keys.every((key) => isAssigned(value, key));
  const count = keys.length - 1;
  if (keys[count] !== 'length' || value.length > 2 * count + 9) return false;
  for (let i = 0; i < value.length; i++) if (!isAssigned(value, i)) return false;
  return true;
}

/** Whether it is a property as an assignment makes it, or a hole. */
function isAssigned(object: object, key: string | number): boolean {
  const property = Object.getOwnPropertyDescriptor(object, key);
  return !property || !!(property.writable && property.enumerable && property.configurable);
}
