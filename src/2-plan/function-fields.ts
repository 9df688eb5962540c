/** Names of the fields that hold functions, as numbers: shapes and classes are asked about with every unit. */

import { BitSet } from '../1-analyze/flow/bit-set.ts';
import { Numbering } from '../1-analyze/flow/numbered-set.ts';
import type { ClassId, Shape } from '../types.ts';
import { getClosure } from './collections.ts';
import { getFact, type Program } from './program.ts';
import { getClasses, getParts, listParts, mayBeFunction } from './shapes.ts';

interface Known {
  names: Numbering<string>;
  shapes: Map<Shape, BitSet>;
  classes: Map<ClassId, BitSet>;
  /** By shape, the names of all fields in it. */
  all: Map<Shape, readonly number[]>;
}

const known = new WeakMap<Program, Known>();

function getKnown(program: Program): Known {
  const found = known.get(program) ?? { names: new Numbering(), shapes: new Map(), classes: new Map(), all: new Map() };
  known.set(program, found);
  return found;
}

/** The same for every field of that name; `[]` for elements. */
export function numberField(program: Program, name: string): number {
  return getKnown(program).names.of(name);
}

/** All fields of a shape, whatever they hold. */
export function findFieldNames(program: Program, shape: Shape): readonly number[] {
  const { names, all } = getKnown(program);
  const found =
    all.get(shape) ??
    [...new Set(listParts(shape).flatMap((part) => (part.kind === 'object' ? Object.keys(part.fields) : [])))].map(
      (name) => names.of(name),
    );
  all.set(shape, found);
  return found;
}

/** The fields of a shape that hold functions; of a class all of them. */
export function findFunctionFields(program: Program, shape: Shape): BitSet {
  const { names, shapes } = getKnown(program);
  const found = shapes.get(shape);
  if (found) return found;
  const fields = new BitSet();
  for (const name of listParts(shape).flatMap(listOwn)) fields.add(names.of(name));
  for (const id of getClasses(shape)) fields.addAll(findClassFields(program, id));
  shapes.set(shape, fields);
  return fields;
}

/** Not those of what is inside it. */
function listOwn(shape: Shape): string[] {
  switch (shape.kind) {
    case 'array':
    case 'builtin':
      return getParts(shape).some(mayBeFunction) ? ['[]'] : [];
    case 'object':
      return Object.entries(shape.fields).flatMap(([name, part]) =>
        mayBeFunction(part) ? [name.startsWith('[') ? '[]' : name] : [],
      );
    default:
      return [];
  }
}

/** Also those of what it extends, and of what extends it. */
export function findClassFields(program: Program, id: ClassId): BitSet {
  const { names, classes } = getKnown(program);
  const found = classes.get(id);
  if (found) return found;
  const related = getClosure([id], (one) => {
    const { base, subclasses } = getFact(program.classes, one);
    return base?.kind === 'program' ? [base.id, ...subclasses] : subclasses;
  });
  const fields = new BitSet();
  for (const one of related) {
    const cls = getFact(program.classes, one);
    for (const name of [...cls.fields.map((field) => field.name), ...cls.privateFields]) fields.add(names.of(name));
  }
  classes.set(id, fields);
  return fields;
}
