/** Objects of the wire: they are made, get their number, and are filled then, because their parts may lead back to them. */
import type { Payload, Reader } from './codec.ts';
import { fail, getToken, isTree } from './decode.ts';
import { fillClosure, listNaturalKeys } from './function-values.ts';
import { createInstance, fillInstance, readList } from './instances.ts';
import { makeLent } from './lent.ts';
import { readOwn } from './properties.ts';
import type { Wire } from './protocol.ts';
import { type AnyFunction, bound, makeBound, makeClosure, read } from './registry.ts';
import { fillTable } from './tables.ts';

/** In the place of an object that cannot be referred to, because its parts are needed to make it. */
const UNMADE = null as unknown as object;

/** Makes the object of a wire, gives it its number, and returns it with what fills it. */
export function open(wire: Wire, from: Reader, number = from.objects.push(UNMADE) - 1): [object, () => void] {
  if (!isTree(wire)) return fail('object expected');
  const token = getToken(wire);
  const payload = token === undefined || Array.isArray(token) ? token : fail(token);
  const object = payload ? create(payload, from) : wire;
  if (number >= 0) from.objects[number] = object;
  return [object, () => (payload ? fillRich(object, payload, from) : from.fill(wire))];
}

function create(payload: Payload, from: Reader): object {
  const [kind, ...given] = payload;
  if (kind === 'rows') return [];
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

function fillRich(object: object, payload: Payload, from: Reader): void {
  const [kind, parts = 0, own = 0, properties = 0] = payload;
  if (kind === 'site') return fillClosure(object as AnyFunction, own, properties, from);
  if (kind === 'rows') return fillTable(object as unknown[], payload, from);
  if (kind === 'named') return noteContents(object, own, from);
  if (kind === 'bound') bound(object as AnyFunction, ...readList(parts, from));
  if (kind === 'bound') return readOwn(object, own, from);
  if (kind === 'lent') return readOwn(object, properties, from);
  fillInstance(object, payload, from);
}

/** Notes that an object of this side is to hold what the other side's holds. */
export function noteContents(target: object, wire: Wire, from: Reader): void {
  if (typeof target === 'function') return noteProperties(target, wire, from);
  const [source, fill] = open(wire, from, -1);
  from.overwrites.push([target, source]);
  fill();
}

/** Of a function nothing but the properties that the program gives it can change. */
function noteProperties(target: object, wire: Wire, from: Reader): void {
  const source = {};
  for (const key of listNaturalKeys(target)) {
    Object.defineProperty(source, key, Object.getOwnPropertyDescriptor(target, key) as PropertyDescriptor);
  }
  from.overwrites.push([target, source]);
  readOwn(source, wire, from);
}
