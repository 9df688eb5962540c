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
    case 'object':
      return findFieldChange(changed, Object.keys(shape.fields)) ?? changed.anything ?? changed.outside;
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

/** `[string]`, the key of `{ [name: string]: T }`; symbols have keys as well. */
function isIndex(name: string): boolean {
  return name.startsWith('[') && !name.startsWith('[Symbol.');
}

function findBuiltinChange({ builtins }: ChangedParts, name: string): Place | undefined {
  const isSame = (other: string) => other === name || (BYTES.test(name) && BYTES.test(other));
  const changed = Object.keys(builtins).find(isSame);
  return changed === undefined ? undefined : builtins[changed];
}
