/** Declarations whose initial values a unit does not make: they travel with every call. */

import ts from 'typescript';
import type { GivenFacts, GivenPart } from '../../types.ts';
import { spanOf } from '../classes/classes.ts';
import type { ProgramIndex, VariableEntry } from '../names/program-index.ts';
import { findReach } from '../names/reach.ts';
import { mentionedNames } from '../names/scopes.ts';
import { namesIn, unwrap } from '../names/syntax.ts';

/** Whether a unit makes no value of its own for a variable. */
export type Given = (variable: VariableEntry) => boolean;

/**
 * `const started = Date.now()`: nothing of it is left. `const api = { base: process.env.BASE, get() {} }, size = 4`: the
 * functions and what else is declared are.
 */
export function describeGiven(
  index: ProgramIndex,
  given: Given,
  statement: ts.VariableStatement,
  names: ReadonlySet<string>,
): { unstable?: true; given?: GivenFacts } {
  const { declarations } = statement.declarationList;
  const travelling = declarations.filter((declaration) => travels(index, given, declaration));
  if (travelling.length === 0) return {};
  const kept: ts.Node[] = declarations.filter((declaration) => !travelling.includes(declaration));
  const parts = travelling.map((declaration): GivenPart => {
    const members = listFunctions(index, declaration);
    kept.push(...members);
    return {
      span: spanOf(declaration),
      names: namesIn(declaration.name).map(({ text }) => text),
      members: members.map(spanOf),
    };
  });
  if (kept.length === 0) return { unstable: true };
  const mentions = new Set(kept.flatMap((node) => mentionedNames(index, node, names)));
  return { given: { parts, mentions: [...mentions].sort() } };
}

/** All that it declares is state with an initial value of the process. */
function travels(index: ProgramIndex, given: Given, { name }: ts.VariableDeclaration): boolean {
  return namesIn(name).every((one) => {
    const symbol = index.checker.getSymbolAtLocation(one);
    const variable = symbol && index.variableOf(symbol);
    return variable !== undefined && given(variable);
  });
}

/** `{ get() {}, len: (s) => s.length }`: what can be named by the variable, and is the same everywhere. */
function listFunctions(index: ProgramIndex, { initializer }: ts.VariableDeclaration): ts.ObjectLiteralElementLike[] {
  const literal = initializer && unwrap(initializer);
  if (!literal || !ts.isObjectLiteralExpression(literal)) return [];
  return literal.properties.filter((property) => {
    if (ts.isMethodDeclaration(property)) return isNamed(index, property);
    return ts.isPropertyAssignment(property) && isNamed(index, unwrap(property.initializer));
  });
}

function isNamed(index: ProgramIndex, node: ts.Node): boolean {
  const entry = index.functionOf(node);
  return entry !== undefined && findReach(entry).kind === 'local';
}
