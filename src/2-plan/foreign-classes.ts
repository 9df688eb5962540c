import type { ClassFacts, ClassId } from '../types.ts';
import { getFact, type Program } from './program.ts';

/** Built-in classes whose instances the wire can make anew for a class that extends them. */
const RESTORABLE = new Set([
  ...['Object', 'Array', 'Map', 'Set', 'Date', 'RegExp', 'Number', 'String', 'Boolean', 'ArrayBuffer', 'DataView'],
  ...['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError', 'AggregateError'],
  ...['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array'],
  ...['Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
]);

/** Why instances of a program class cannot be made on the other side; undefined if they can. */
export function findForeignPart(program: Program, id: ClassId): string | undefined {
  const cls = getFact(program.classes, id);
  if (cls.reach === undefined) return 'is made inside a function';
  return cls.base && findForeignBase(program, cls.base);
}

function findForeignBase(program: Program, base: NonNullable<ClassFacts['base']>): string | undefined {
  switch (base.kind) {
    case 'program':
      return findForeignPart(program, base.id);
    case 'builtin':
      return RESTORABLE.has(base.name) ? undefined : `extends ${base.name}`;
    case 'other':
      return `extends ${base.text}, which is not part of the program`;
  }
}
