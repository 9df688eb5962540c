/**
 * Objects inside of constants. Both sides have made them alike, so that each goes by the way that leads to it: `@m#TABLE/0/2` is the
 * third thing that the first thing in `TABLE` holds.
 */
import { types } from 'node:util';
import { findBuiltin, findObstacle } from './builtins.ts';
import { fail } from './decode.ts';
import { findPrivates, isConstant, read, takeConstants } from './registry.ts';

interface Part {
  readonly value: object;
  /** The constant, and its name. */
  readonly root: object;
  readonly name: string;
  /** What holds it, as which of its parts; undefined for the constant itself. */
  readonly holder?: Part;
  readonly step?: number;
  /** Classes whose private fields may lead to it: the other side has to have them as well. */
  readonly classes: readonly string[];
  /** The same object in another constant. */
  readonly next?: Part | undefined;
}

const partsOf = new WeakMap<object, Part>();

/** The first name of an object inside of a constant that fits: its constant and the classes on the way to it. */
export function nameOfPart(value: object, fits: (name: string) => boolean): string | undefined {
  for (const [name, root] of takeConstants()) notePartsOf({ value: root, root, name, classes: [] });
  for (let part = partsOf.get(value); part; part = part.next) {
    const { name, root, classes } = part;
    if (fits(name) && classes.every(fits) && read(name) === root) return formatName(part);
  }
  return undefined;
}

function formatName({ name, holder, step }: Part): string {
  return holder ? `${formatName(holder)}/${step}` : name;
}

/** What a name with a way stands for; undefined if it is another name. */
export function readPart(text: string): object | undefined {
  const [, name, steps] = /^(.*#[^/]*)((?:\/\d+)+)$/.exec(text) ?? [];
  if (name === undefined || steps === undefined || !isConstant(name)) return undefined;
  let value = read(name);
  for (const step of steps.slice(1).split('/')) value = isPart(value) ? listHeld(value)[Number(step)] : fail(text);
  return isPart(value) ? value : fail(text);
}

/** What is outside first. */
function notePartsOf(constant: Part): void {
  if (!isPart(constant.value)) return;
  const seen = new Set<object>([constant.value]);
  const found = [constant];
  for (const holder of found) {
    const { root, name } = holder;
    const held = listHeld(holder.value);
    const classes = addPrivate(holder);
    for (let step = 0; step < held.length; step++) {
      const value = held[step];
      if (!isPart(value) || seen.has(value)) continue;
      seen.add(value);
      const part = { value, root, name, holder, step, classes, next: partsOf.get(value) };
      partsOf.set(value, part);
      found.push(part);
    }
  }
}

function addPrivate({ value, classes }: Part): readonly string[] {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (isPlain(prototype)) return classes;
  const own = findPrivates(prototype).map(({ id }) => id);
  return own.length > 0 ? [...classes, ...own] : classes;
}

/** Of most objects: there is nothing else to find out. */
function isPlain(prototype: object | null): boolean {
  return prototype === Object.prototype || prototype === Array.prototype;
}

/** Also instances of classes that do not cross: what they hold may. Not what is tied to its process. */
function isPart(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  if (isPlain(Object.getPrototypeOf(value)) && !types.isArgumentsObject(value)) return true;
  return findObstacle(value) === undefined && !(typeof EventTarget === 'function' && value instanceof EventTarget);
}

/** In the order in which it got there, which is the same on both sides. Nothing of the user's runs. */
function listHeld(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value)) return [];
  const own: unknown[] = Reflect.ownKeys(value).map((key) => Object.getOwnPropertyDescriptor(value, key)?.value);
  if (isPlain(Object.getPrototypeOf(value))) return own;
  const entries = types.isMap(value) || types.isSet(value) ? findBuiltin(value).contents(value as never) : [];
  const privates = findPrivates(Object.getPrototypeOf(value)).flatMap(({ accessors }) => Object.values(accessors));
  return [...own, ...entries, ...privates.map(([get]) => tryGet(() => get(value as never)))];
}

/** An object may have the prototype of a class without its private fields. */
function tryGet(get: () => unknown): unknown {
  try {
    return get();
  } catch {
    return undefined;
  }
}
