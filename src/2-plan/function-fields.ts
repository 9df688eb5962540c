/** Names of the fields that hold functions. */

import type { ClassId, Shape } from '../types.ts';
import { getClosure } from './collections.ts';
import { getFact, type Program } from './program.ts';
import { mayBeFunction } from './shapes.ts';

/** The fields of a shape that hold functions; of a class all of them. */
export function addFields(program: Program, fields: Set<string>, shape: Shape): void {
  switch (shape.kind) {
    case 'class':
      return addClassFields(program, fields, shape.id);
    case 'union':
      for (const part of shape.of) addFields(program, fields, part);
      return;
    case 'array':
    case 'builtin':
      for (const part of shape.kind === 'array' ? [shape.of] : shape.of) {
        if (mayBeFunction(part)) fields.add('[]');
        addFields(program, fields, part);
      }
      return;
    case 'object':
      for (const [name, part] of Object.entries(shape.fields)) {
        if (mayBeFunction(part)) fields.add(name.startsWith('[') ? '[]' : name);
        addFields(program, fields, part);
      }
      return;
    default:
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
