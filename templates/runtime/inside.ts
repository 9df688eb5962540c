/** What objects hold besides plain data: for comparing and overwriting. */
import { findBuiltin } from './builtins.ts';
import type { Inside } from './codec.ts';
import { writeGivenKeys } from './function-values.ts';
import { listKeys } from './instances.ts';
import { noteContents } from './objects.ts';
import { findPrivates } from './registry.ts';

/** See codec.ts. */
export const inside: Inside = {
  writeProperties: writeGivenKeys,
  readContents: noteContents,
  contents: listContents,
  keys: (value) => (mayHide(value) ? listKeys(value, findBuiltin(value)) : Reflect.ownKeys(value)),
  kindOf,
  overwrite,
};

/** Sandboxes may not have the class. */
function isTarget(value: object): boolean {
  return typeof EventTarget === 'function' && value instanceof EventTarget;
}

/** Properties of views and signals show what they hold; what becomes of a signal is told otherwise. */
function mayHide(value: object): boolean {
  return ArrayBuffer.isView(value) || isTarget(value);
}

/** Entries, bytes, private fields … : what an object holds besides own properties. */
function listContents(value: object): unknown[] {
  if (typeof value === 'function' || isTarget(value)) return [];
  const privates = findPrivates(Object.getPrototypeOf(value)).flatMap(({ accessors }) => Object.values(accessors));
  return [...findBuiltin(value).contents(value as never), ...privates.map(([get]) => get(value as never))];
}

function kindOf(value: object): string {
  const classes = findPrivates(Object.getPrototypeOf(value)).map(({ id }) => id);
  return [findBuiltin(value).type.name, ...classes].join(' ');
}

function overwrite(target: object, source: object): void {
  const builtin = findBuiltin(target);
  const prototype = Object.getPrototypeOf(source);
  if (prototype !== builtin.type.prototype) Object.setPrototypeOf(target, prototype);
  builtin.set?.(target as never, builtin.contents(source as never));
  for (const { accessors } of findPrivates(prototype)) {
    for (const [get, set] of Object.values(accessors)) set(target as never, get(source as never) as never);
  }
}
