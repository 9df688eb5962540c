/** Statements that go on where a class or function declaration has ended. */

import ts from 'typescript';
import type { VariableId } from '../../types.ts';
import type { ProgramIndex } from './program-index.ts';
import { assignedTargets, isAccess, unwrap } from './syntax.ts';

/** The declaration, by id, and the text of what is set. */
export interface Completed {
  id: VariableId;
  target: string;
}

/** `C.prototype.name = …`, `f.cache = …`, `Object.defineProperty(C.prototype, …)`, `Object.assign(f, …)` */
export function findCompleted(index: ProgramIndex, statement: ts.Statement): Completed | undefined {
  if (!ts.isExpressionStatement(statement)) return undefined;
  const expression = unwrap(statement.expression);
  const target = ts.isCallExpression(expression) ? findDefined(expression) : assignedTargets(expression).find(isAccess);
  const declaration = target && findDeclaration(index, target);
  return declaration === undefined ? undefined : { id: declaration, target: target?.getText() ?? '' };
}

function findDefined(call: ts.CallExpression): ts.Expression | undefined {
  const isDefining = /^(?:Object|Reflect)\.(?:define\w+|assign|set\w*)$/.test(call.expression.getText());
  return isDefining ? call.arguments[0] : undefined;
}

function findDeclaration(index: ProgramIndex, target: ts.Expression): VariableId | undefined {
  let base = unwrap(target);
  while (isAccess(base)) base = unwrap(base.expression);
  const symbol = ts.isIdentifier(base) ? index.symbolAt(base) : undefined;
  if (!symbol || !(symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class))) return undefined;
  const declaration = symbol.valueDeclaration;
  const file = declaration?.getSourceFile();
  if (!file || !index.loaded.isOwn(file)) return undefined;
  // The symbol of `export default function count() {}` is called `default`.
  const name = ts.getNameOfDeclaration(declaration)?.getText() ?? symbol.name;
  return `${index.loaded.moduleId(file)}#${name}`;
}
