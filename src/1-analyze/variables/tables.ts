/** Arrays of numbers that a program looks things up in: `const CRC = new Uint32Array(256)` and nothing but `CRC[i]`. */

import ts from 'typescript';
import type { ProgramIndex, VariableEntry } from '../names/program-index.ts';
import type { References } from '../names/references.ts';
import { accessedName, isAccess, unwrap, wrapped } from '../names/syntax.ts';
import { originOf } from '../shapes/origin.ts';

/** What is read of one: a number, a text, or a copy. */
const LOOKS =
  /^(?:length|byteLength|byteOffset|BYTES_PER_ELEMENT|at|includes|indexOf|lastIndexOf|slice|join|toSorted|toReversed|with|get\w*[0-9]+)$/;

export function isTable(
  index: ProgramIndex,
  references: References,
  { kind, node, symbol, file }: VariableEntry,
): boolean {
  if ((kind !== 'const' && kind !== 'let') || !ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name))
    return false;
  if (!isOfNumbers(index, index.checker.getTypeOfSymbol(symbol)) || !isMadeHere(index, node.initializer)) return false;
  const module = index.checker.getSymbolAtLocation(file);
  if (module && references.holders.whole.has(module)) return false;
  return [...references.to(symbol), ...references.throughModule(symbol)].every((use) => isLookedUp(index, use));
}

/** `Int32Array`, `DataView` of the language */
export function isOfNumbers(index: ProgramIndex, { symbol }: ts.Type): boolean {
  return (
    /^(?:\w+[0-9]\w*Array|DataView)$/.test(symbol?.name ?? '') &&
    originOf(symbol, index.loaded.program).kind === 'runtime'
  );
}

/** `new Uint8Array(8)`, `new Uint8Array([1, 2])`, `OTHER.slice()`, `Uint8Array.from(list)`: nobody has its memory already. */
function isMadeHere(index: ProgramIndex, initial: ts.Expression | undefined): boolean {
  const value = initial && unwrap(initial);
  if (value && ts.isCallExpression(value) && isAccess(value.expression)) return isCopy(index, value.expression);
  if (!value || !ts.isNewExpression(value) || (value.arguments?.length ?? 0) > 1) return false;
  const [given] = value.arguments ?? [];
  if (!given || ts.isArrayLiteralExpression(unwrap(given))) return true;
  return isNumber(index, given);
}

/** Not that of a `Buffer`, which has the same memory. */
function isCopy(index: ProgramIndex, made: ts.PropertyAccessExpression | ts.ElementAccessExpression): boolean {
  const from = unwrap(made.expression);
  if (!ts.isIdentifier(from)) return false;
  const name = accessedName(made) ?? '';
  if (/^(?:from|of)$/.test(name)) return /^\w+[0-9]\w*Array$/.test(from.text);
  const declaration = index.symbolAt(from)?.valueDeclaration;
  const isHeld = declaration && ts.isVariableDeclaration(declaration) && declaration.initializer;
  return name === 'slice' && isHeld ? isMadeHere(index, declaration.initializer) : false;
}

/** `TABLE[i]`, `TABLE[i] = 1`, `TABLE.length`, `TABLE.includes(n)` */
function isLookedUp(index: ProgramIndex, use: ts.Expression): boolean {
  const outer = wrapped(use);
  const access = outer.parent;
  if (!isAccess(access) || access.expression !== outer) return false;
  if (ts.isElementAccessExpression(access)) return isNumber(index, access.argumentExpression);
  return LOOKS.test(access.name.text);
}

function isNumber({ checker }: ProgramIndex, expression: ts.Expression): boolean {
  const type = checker.getTypeAtLocation(expression);
  return (type.flags & ts.TypeFlags.Any) === 0 && checker.isTypeAssignableTo(type, checker.getNumberType());
}
