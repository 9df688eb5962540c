import type { ClassFacts, ClassId, Shape } from '../types.ts';
import { getFact, getQualifiedName, type Program } from './program.ts';
import { getClasses } from './shapes.ts';

/** Built-in classes whose instances the wire can make anew for a class that extends them. */
const RESTORABLE = new Set([
  ...['Object', 'Array', 'Map', 'Set', 'Date', 'RegExp', 'Number', 'String', 'Boolean', 'ArrayBuffer', 'DataView'],
  ...['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError', 'AggregateError'],
  ...['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array'],
  ...['Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
]);

/** Why instances of a program class cannot be made on the other side; undefined if they can. */
export function findForeignPart(program: Program, id: ClassId, isConstructed = false): string | undefined {
  const cls = getFact(program.classes, id);
  if (cls.reach === undefined) return 'has no name at the top level of its module';
  const isMade = isConstructed || cls.privateFields.length > 0 || cls.hasPrivateMethods === true;
  if (cls.isTextRead && (isMade || cls.reach === 'default')) return 'would need marks in its text, which is read';
  // Only a construction makes what is #private, and it would run the package's constructor.
  if (cls.imported && isConstructed) return `extends ${cls.name}, which is not part of the program`;
  return cls.base && findForeignBase(program, cls.base, isMade);
}

function findForeignBase(
  program: Program,
  base: NonNullable<ClassFacts['base']>,
  isConstructed: boolean,
): string | undefined {
  switch (base.kind) {
    case 'program':
      return findForeignPart(program, base.id, isConstructed);
    case 'builtin':
      return RESTORABLE.has(base.name) ? undefined : `extends ${base.name}`;
    case 'other':
      return `extends ${base.text}, which is not part of the program`;
  }
}

/** The first class of a shape whose instances cannot be made on the other side. */
export function findForeignClass(program: Program, shape: Shape): { name: string; why: string } | undefined {
  for (const id of getClasses(shape)) {
    const why = findForeignPart(program, id);
    if (why !== undefined) return { name: getQualifiedName(id), why };
  }
  return undefined;
}
