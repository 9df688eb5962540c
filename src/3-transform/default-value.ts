/**
 *     export default { rate: 1 };
 *     const $default = { rate: 1 }; export default $default;
 *
 * Only so can code of the module itself say what it is about; likewise for `export =`.
 */

import ts from 'typescript';
import type { ModuleContext } from './context.ts';
import { pickName } from './syntax.ts';

/** Whether this stands for what a module exports without giving it a name. */
export function isUnnamedExport(expression: string): boolean {
  return expression === 'default' || expression === 'export=';
}

/** Gives it a name, and returns that. */
export function nameExportedValue(context: ModuleContext): string | undefined {
  const statement = context.sourceFile.statements.find(ts.isExportAssignment);
  if (!statement) return undefined;
  const name = pickName('$default', context.taken);
  const span = {
    start: statement.getStart(context.sourceFile),
    end: statement.expression.getStart(context.sourceFile),
  };
  const known = context.edits.findIndex((edit) => edit.kind === 'replace' && edit.span.start === span.start);
  const [relinked] = known < 0 ? [] : context.edits.splice(known, 1);
  const keyword = relinked && 'text' in relinked ? relinked.text : context.text.slice(span.start, span.end);
  context.edits.push({ kind: 'replace', span, text: `const ${name} = ` });
  context.edits.push({ kind: 'insert', at: statement.expression.end, text: `; ${keyword.trimEnd()} ${name}` });
  return name;
}
