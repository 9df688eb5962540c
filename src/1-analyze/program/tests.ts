/** Which files of a program are tests. */

import ts from 'typescript';
import { isTestPath, posixRelative } from './files.ts';

const TEST_RUNNERS = /^(vitest|mocha|ava|tape|tap|uvu|node:test|bun:test|@jest\/globals|@playwright\/test)$/;

/**
 * Files that lie and are named like tests, from `home`, or import a test runner; not those that the program itself imports
 * (`src/spec/rules.ts`), however they are called.
 */
export function findTests(
  program: ts.Program,
  files: readonly ts.SourceFile[],
  home: string,
  entry: string | undefined,
): ReadonlySet<ts.SourceFile> {
  const looksLikeTest = (file: ts.SourceFile) =>
    file.fileName !== entry && (isTestPath(posixRelative(home, file.fileName)) || importsTestRunner(file));
  const tests = new Set(files.filter(looksLikeTest));
  if (tests.size === 0) return tests;
  const pending = new Set(files.filter((file) => !tests.has(file)));
  for (const file of pending) {
    for (const imported of listImported(program, file)) {
      if (tests.delete(imported)) pending.add(imported);
    }
  }
  return tests;
}

/** `import { it } from 'vitest'` */
function importsTestRunner(file: ts.SourceFile): boolean {
  return file.statements.some(
    (statement) =>
      ts.isImportDeclaration(statement) &&
      ts.isStringLiteral(statement.moduleSpecifier) &&
      TEST_RUNNERS.test(statement.moduleSpecifier.text),
  );
}

function listImported(program: ts.Program, file: ts.SourceFile): ts.SourceFile[] {
  return ts.preProcessFile(file.text, true, true).importedFiles.flatMap(({ fileName }) => {
    const { resolvedModule } = ts.resolveModuleName(fileName, file.fileName, program.getCompilerOptions(), ts.sys);
    return (resolvedModule && program.getSourceFile(resolvedModule.resolvedFileName)) ?? [];
  });
}
