import ts from 'typescript';
import type { ModuleContext } from './context.ts';

/**
 *     let p;  let p = null;        let p: any;  let p: any = null;
 *     const list = [];             const list: any[] = [];
 *
 * The compiler has a type for these only where it can follow what they are given, which it cannot in a function that names them.
 */
export function typeEvolving(context: ModuleContext, statements: readonly ts.Statement[], name: string): void {
  const declared = statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .find((one) => one.name.getText() === name);
  if (!declared || declared.type) return;
  const type = findType(declared);
  if (type === undefined) return;
  context.edits.push({ kind: 'insert', at: declared.exclamationToken?.end ?? declared.name.end, text: `: ${type}` });
}

function findType({ initializer }: ts.VariableDeclaration): string | undefined {
  if (initializer === undefined || initializer.kind === ts.SyntaxKind.NullKeyword) return 'any';
  if (initializer.getText() === 'undefined') return 'any';
  return ts.isArrayLiteralExpression(initializer) && initializer.elements.length === 0 ? 'any[]' : undefined;
}
