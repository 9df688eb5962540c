/** Objects of the wire: they are made, get their number, and are filled then, because their parts may lead back to them. */
import type { Payload, Reader } from './codec.ts';
import { fail, getToken, isTree } from './decode.ts';
import { fillClosure, listNaturalKeys } from './function-values.ts';
import { createInstance, fillInstance, readList } from './instances.ts';
import { makeLent } from './lent.ts';
import { type ReadValue, readOwn } from './properties.ts';
import type { Wire } from './protocol.ts';
import { type AnyFunction, bound, makeBound, makeClosure, read } from './registry.ts';
import { fillTable, isTable } from './tables.ts';

/** In the place of an object that cannot be referred to, because its parts are needed to make it. */
const UNMADE = null as unknown as object;

/** `readValue`: reads what properties are to hold. */
type Fill = (readValue?: ReadValue) => void;

/** Makes the object of a wire, gives it its number, and returns it with what fills it. */
export function open(wire: Wire, from: Reader, number = from.objects.push(UNMADE) - 1): [object, Fill] {
  if (!isTree(wire)) return fail('object expected');
  const token = getToken(wire);
  const payload = token === undefined || Array.isArray(token) ? token : fail(token);
  const object = payload ? create(payload, from) : wire;
  if (number >= 0) from.objects[number] = object;
  return [object, (readValue) => (payload ? fillRich(object, payload, from, readValue) : from.fill(wire))];
}

function create(payload: Payload, from: Reader): object {
  const [kind, ...given] = payload;
  if (isTable(kind)) return [];
  if (kind === 'named') return readNamed(given[0]);
  if (kind === 'site') return makeClosure(`${given[0]}`);
  if (kind === 'bound') return makeBound(`${given[2]}`, Number(given[3]));
  if (kind === 'lent') return makeLent(`${given[0]}`, Number(given[1] ?? 0), given[3] === 1);
  return createInstance(payload, from);
}

function readNamed(name: Wire | undefined): object {
  const value = read(`${name}`);
  return typeof value === 'object' && value !== null ? value : fail(`${name}`);
}

function fillRich(object: object, payload: Payload, from: Reader, readValue?: ReadValue): void {
  const [kind, parts = 0, own = 0, properties = 0] = payload;
  if (kind === 'site') return fillClosure(object as AnyFunction, own, properties, from);
  if (isTable(kind)) return fillTable(object as unknown[], payload, from);
  if (kind === 'named') return noteContents(object, own, from);
  if (kind === 'bound') bound(object as AnyFunction, ...readList(parts, from));
  if (kind === 'bound') return readOwn(object, own, from);
  if (kind === 'lent') return readOwn(object, properties, from);
  fillInstance(object, payload, from, readValue);
}

/** Notes that an object of this side is to hold what the other side's holds. */
export function noteContents(target: object, wire: Wire, from: Reader): void {
  if (typeof target === 'function') return noteProperties(target, wire, from);
  const [source, fill] = open(wire, from, -1);
  from.overwrites.push([target, source]);
  fill((key, part) => readInto(target, key, part, from));
}

/** What a frozen object holds stays what it is, and is to hold what its counterpart holds. */
function readInto(target: object, key: PropertyKey, wire: Wire, from: Reader): unknown {
  const { value, writable, configurable } = Object.getOwnPropertyDescriptor(target, key) ?? {};
  const isFixed = writable === false && configurable === false;
  if (!isFixed || typeof value !== 'object' || value === null || !opensObject(wire)) return from.read(wire);
  from.objects.push(value);
  noteContents(value, wire, from);
  return value;
}

function opensObject(wire: Wire): boolean {
  if (!isTree(wire)) return false;
  const token = getToken(wire);
  return token === undefined || (Array.isArray(token) && !OTHERS.has(`${token[0]}`));
}

/** Objects that are not made of what the wire says of them. */
const OTHERS: ReadonlySet<string> = new Set(['named', 'site', 'bound', 'lent']);

/** Of a function nothing but the properties that the program gives it can change. */
function noteProperties(target: object, wire: Wire, from: Reader): void {
  const source = {};
  for (const key of listNaturalKeys(target)) {
    Object.defineProperty(source, key, Object.getOwnPropertyDescriptor(target, key) as PropertyDescriptor);
  }
  from.overwrites.push([target, source]);
  readOwn(source, wire, from);
}
