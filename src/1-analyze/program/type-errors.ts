import ts from 'typescript';
import type { Problem } from '../../types.ts';
import type { LoadedProgram } from './load.ts';

/** What the compiler says about files of the user's own program. Warnings: it may run all the same. */
export function findTypeErrors(
  { root, program, files, place }: LoadedProgram,
  fileNames: readonly string[],
): Problem[] {
  const wanted = new Set(fileNames);
  const found = files
    .filter((file) => wanted.has(file.fileName))
    .flatMap((file) => program.getSemanticDiagnostics(file));
  const errors = [...program.getGlobalDiagnostics(), ...found];
  return errors
    .filter(({ category }) => category === ts.DiagnosticCategory.Error)
    .map(({ file, start, messageText }) => ({
      code: 'type-error',
      severity: 'warning',
      message: ts.flattenDiagnosticMessageText(messageText, '\n  ').replaceAll(`${root}/`, ''),
      ...(file && { at: place(file, start ?? 0) }),
    }));
}
