import ts from 'typescript';
import type { Problem } from '../types.ts';
import type { LoadedProgram } from './load.ts';

/** What the compiler says about the user's own program. Warnings: it may run all the same. */
export function findTypeErrors({ program, files, place }: LoadedProgram): Problem[] {
  const errors = [...program.getGlobalDiagnostics(), ...files.flatMap((file) => program.getSemanticDiagnostics(file))];
  return errors
    .filter(({ category }) => category === ts.DiagnosticCategory.Error)
    .map(({ file, start, messageText }) => ({
      code: 'type-error',
      severity: 'warning',
      message: ts.flattenDiagnosticMessageText(messageText, '\n  '),
      ...(file && { at: place(file, start ?? 0) }),
    }));
}
