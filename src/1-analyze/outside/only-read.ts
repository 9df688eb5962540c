/** Code outside the program that looks at what it is given, and keeps and gives nothing of it. */

import ts from 'typescript';
import { isPrimitive } from '../names/primitives.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { calleeOf } from '../names/references.ts';
import { wrapped } from '../names/syntax.ts';
import { outsideFacts } from './outside.ts';

/** `Object.keys(x)`, `JSON.stringify(x)`: nothing of it stays behind. */
export function isOnlyRead(index: ProgramIndex, node: ts.Expression): boolean {
  const outer = wrapped(node);
  const call = outer.parent;
  if (!ts.isCallExpression(call) || call.expression === outer) return false;
  const facts = outsideFacts(index, calleeOf(call), call);
  if (!facts?.known || facts.callsBack === 'later') return false;
  return (
    facts.returns === 'deep' ||
    isPrimitive(index.checker, call) ||
    /^Object\.(keys|entries|values)$/.test(call.expression.getText())
  );
}
