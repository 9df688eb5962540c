import ts from 'typescript';
import type { Problem } from '../../types.ts';
import type { LoadedProgram } from './load.ts';

/** The compiler knows no types behind that place, and so nobody knows what is called there. */
const TOO_LONG = 2563;

const TYPE_ERROR = { code: 'type-error', severity: 'warning' } as const;
const TOO_LONG_PROBLEM = { code: 'too-long', severity: 'error' } as const;

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
    .map(({ code, file, start, messageText }) => ({
      ...(code === TOO_LONG ? TOO_LONG_PROBLEM : TYPE_ERROR),
      message: ts.flattenDiagnosticMessageText(messageText, '\n  ').replaceAll(`${root}/`, ''),
      ...(file && { at: place(file, start ?? 0) }),
    }));
}
