import type { ChangedParts, Place, Shape } from '../types.ts';
import { listParts } from './shapes.ts';

/** Views of memory: each may be of the same bytes as any other. */
const BYTES = /[a-z0-9]Array$|^(?:Buffer|DataView|ArrayBuffer|SharedArrayBuffer)$/;

/** Where the program changes something that a value of the shape may be or hold; undefined if it stays as it is. */
export function findChange(changed: ChangedParts, shape: Shape): Place | undefined {
  for (const part of listParts(shape)) {
    const found = findOwnChange(changed, part);
    if (found) return found;
  }
  return undefined;
}

/** Not of what is inside it. */
function findOwnChange(changed: ChangedParts, shape: Shape): Place | undefined {
  switch (shape.kind) {
    case 'primitive':
    case 'function':
    case 'union':
      return undefined;
    case 'array':
      return findBuiltinChange(changed, 'Array') ?? changed.anything ?? changed.outside;
    case 'object': {
      const names = Object.keys(shape.fields);
      const found = findFieldChange(changed, names) ?? findStandInChange(changed, names);
      return found ?? changed.anything ?? changed.outside;
    }
    case 'builtin':
      return findBuiltinChange(changed, shape.name) ?? changed.anything ?? changed.outside;
    default:
      return [
        changed.anything,
        changed.outside,
        ...Object.values(changed.fields),
        ...Object.values(changed.builtins),
      ].find(Boolean);
  }
}

/** Objects of two types may be the same one if a name is in both; one with an index may have any name. */
function findFieldChange({ fields }: ChangedParts, names: readonly string[]): Place | undefined {
  const changed = Object.keys(fields).find((name) => isIndex(name) || names.some(isIndex) || names.includes(name));
  return changed === undefined ? undefined : fields[changed];
}

/** `{ length: number }` may be a list, `{ size: number }` a Map: objects of the language that have all of the names. */
function findStandInChange({ builtins }: ChangedParts, names: readonly string[]): Place | undefined {
  const changed = Object.keys(builtins).find((builtin) => names.every((name) => mayHave(builtin, name)));
  return changed === undefined ? undefined : builtins[changed];
}

/** What instances have themselves, beside what their class gives them. */
const OWN_NAMES = new Set(['lastIndex', 'stack', 'cause']);

/** The compiler takes none of them for a `Record<string, T>`. */
function mayHave(builtin: string, name: string): boolean {
  const made: unknown = Reflect.get(globalThis, builtin);
  if (name === '[string]') return false;
  if (typeof made !== 'function' || name.startsWith('[') || OWN_NAMES.has(name)) return true;
  return name in Object(made.prototype);
}

/** `[string]`, the key of `{ [name: string]: T }`; symbols have keys as well. */
function isIndex(name: string): boolean {
  return name.startsWith('[') && !name.startsWith('[Symbol.');
}

function findBuiltinChange({ builtins }: ChangedParts, name: string): Place | undefined {
  const isSame = (other: string) => other === name || (BYTES.test(name) && BYTES.test(other));
  const changed = Object.keys(builtins).find(isSame);
  return changed === undefined ? undefined : builtins[changed];
}
