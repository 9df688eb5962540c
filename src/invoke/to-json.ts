/** Text of what JSON can say: `undefined` is null, dates are texts. Throws where it would say something else, with the place. */
export function toJson(value: unknown): string {
  return JSON.stringify(value ?? null, function (this: object, key: string, item: unknown) {
    const lost = findLost(Reflect.get(this, key), item);
    if (lost !== undefined) throw new TypeError(`the result cannot be JSON: ${key === '' ? 'it' : key} is ${lost}`);
    return item;
  });
}

/** `item`: what it says itself that it is in JSON. */
function findLost(value: unknown, item: unknown): string | undefined {
  if (['function', 'symbol', 'bigint'].includes(typeof value)) return `a ${typeof value}`;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(item);
  if (prototype === Object.prototype || prototype === null) return undefined;
  return `an instance of ${item.constructor.name}`;
}
