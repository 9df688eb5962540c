/** Objects that are but another look at what somebody else may have: what is changed through one is changed in both. */

import ts from 'typescript';
import { isPrimitiveType } from '../names/primitives.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { argumentsOf } from '../names/references.ts';
import { findOutsideUse } from '../outside/outside.ts';

/**
 * `new DataView(bytes.buffer)`, `new Uint8Array(memory)`, `Buffer.from(memory)`, `new Proxy(object, …)`, `Object(object)`; not
 * `new Uint8Array(8)`, nor a copy of a list.
 */
export function isView(index: ProgramIndex, node: ts.Expression): node is ts.NewExpression | ts.CallExpression {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  const name =
    findOutsideUse(index, node.expression)
      ?.path.join('.')
      .replace(/^(globalThis|default)\./, '') ?? '';
  if (name === 'Object') return argumentsOf(node).length > 0;
  if (ts.isCallExpression(node)) return name === 'Buffer.from' && looksAtMemory(index, node);
  if (name === 'Proxy' || name === 'DataView') return true;
  return /^(Buffer|\w+Array)$/.test(name) && name !== 'Array' && looksAtMemory(index, node);
}

function looksAtMemory({ checker }: ProgramIndex, node: ts.CallExpression | ts.NewExpression): boolean {
  const [source] = argumentsOf(node);
  return source !== undefined && mayBeMemory(checker, checker.getTypeAtLocation(source));
}

/** Not a number, a text, a list or another view: those are copied. */
function mayBeMemory(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (type.isUnion()) return type.types.some((part) => mayBeMemory(checker, part));
  if (isPrimitiveType(type) || checker.isArrayType(type) || checker.isTupleType(type)) return false;
  return !/^(Buffer|\w+Array)$/.test(type.symbol?.name ?? '');
}
