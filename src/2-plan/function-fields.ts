/** Names of the fields that hold functions, as numbers: shapes and classes are asked about with every unit. */

import { BitSet } from '../1-analyze/flow/bit-set.ts';
import { Numbering } from '../1-analyze/flow/numbered-set.ts';
import { rememberFor } from '../1-analyze/names/remember.ts';
import type { ClassId, Shape } from '../types.ts';
import { getClosure } from './collections.ts';
import { getFact, type Program } from './program.ts';
import { rememberIn } from './remember.ts';
import { getClasses, getParts, listParts, mayBeFunction } from './shapes.ts';

/** Of all fields of a program. */
const namesOf = rememberFor((_program: Program) => new Numbering<string>());

/** The same for every field of that name; `[]` for elements. */
export function numberField(program: Program, name: string): number {
  return namesOf(program).of(name);
}

/** All fields of a shape, whatever they hold. */
export const findFieldNames = rememberIn((program, shape: Shape): readonly number[] => {
  const names = listParts(shape).flatMap((part) => (part.kind === 'object' ? Object.keys(part.fields) : []));
  return [...new Set(names)].map((name) => numberField(program, name));
});

/** The fields of a shape that hold functions; of a class all of them. */
export const findFunctionFields = rememberIn((program, shape: Shape): BitSet => {
  const fields = new BitSet();
  for (const name of listParts(shape).flatMap(listOwn)) fields.add(numberField(program, name));
  for (const id of getClasses(shape)) fields.addAll(findClassFields(program, id));
  return fields;
});

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
export const findClassFields = rememberIn((program, id: ClassId): BitSet => {
  const related = getClosure([id], (one) => {
    const { base, subclasses } = getFact(program.classes, one);
    return base?.kind === 'program' ? [base.id, ...subclasses] : subclasses;
  });
  const fields = new BitSet();
  for (const one of related) {
    for (const { name } of getFact(program.classes, one).fields) fields.add(numberField(program, name));
  }
  return fields;
});
