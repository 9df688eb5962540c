/** `const cache = new WeakMap<Doc, Meta>()` as module state: its entries are like fields of their keys, which travel. */

import ts from 'typescript';
import type { Shape } from '../../types.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { isConstant } from '../names/syntax.ts';
import type { Shapes } from '../shapes/shapes.ts';

const WEAK: ReadonlySet<string> = new Set(['WeakMap', 'WeakSet']);

/** Of functions and classes there is but a name on the other side, which no entry can follow. */
const OF_FUNCTIONS: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Function.prototype));

/** The shape of a constant that holds a weak collection whose keys are objects and nothing else. */
export function findWeakShape(
  { checker, loaded }: ProgramIndex,
  shapes: Shapes,
  declaration: ts.Node,
  type: ts.Type,
): Shape | undefined {
  const name = type.symbol?.name ?? '';
  const isOwn = type.symbol?.declarations?.some((at) => loaded.isOwn(at.getSourceFile())) ?? true;
  if (!WEAK.has(name) || isOwn || !ts.isVariableDeclaration(declaration) || !isConstant(declaration)) return undefined;
  const held = checker.getTypeArguments(type as ts.TypeReference);
  const [key] = held;
  return key && isObject(checker, key) ? { kind: 'builtin', name, of: held.map(shapes.shapeOf) } : undefined;
}

/** Something is asked of it that functions do not have. */
function isObject(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every((part) => isObject(checker, part));
  if ((type.flags & ts.TypeFlags.Object) === 0) return false;
  if (type.getCallSignatures().length + type.getConstructSignatures().length > 0) return false;
  if (type.getStringIndexType()) return true;
  const isMissing = ({ name, flags }: ts.Symbol) =>
    !OF_FUNCTIONS.has(name) && name !== 'prototype' && (flags & ts.SymbolFlags.Optional) === 0;
  return checker.getPropertiesOfType(type).some(isMissing);
}
