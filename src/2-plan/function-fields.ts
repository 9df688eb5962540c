/** Names of the fields that hold functions. */

import type { ClassId, Shape } from '../types.ts';
import { getClosure } from './collections.ts';
import { getFact, type Program } from './program.ts';
import { getClasses, getParts, listParts, mayBeFunction, remember } from './shapes.ts';

/** The fields of a shape that hold functions; of a class all of them. */
export function addFields(program: Program, fields: Set<string>, shape: Shape): void {
  for (const name of listFunctionFields(shape)) fields.add(name);
  for (const id of getClasses(shape)) addClassFields(program, fields, id);
}

const listFunctionFields = remember((shape: Shape): ReadonlySet<string> => new Set(listParts(shape).flatMap(listOwn)));

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

export function addClassFields(program: Program, fields: Set<string>, id: ClassId): void {
  const related = getClosure([id], (one) => {
    const { base, subclasses } = getFact(program.classes, one);
    return base?.kind === 'program' ? [base.id, ...subclasses] : subclasses;
  });
  for (const one of related) {
    const cls = getFact(program.classes, one);
    for (const name of [...cls.fields.map((field) => field.name), ...cls.privateFields]) fields.add(name);
  }
}
