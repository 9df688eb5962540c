/** Dates that become text without a call of theirs, and methods of which nobody can tell whether they are those of a date. */

import ts from 'typescript';
import type { EffectKind } from '../../types.ts';
import { isPrimitiveType } from '../names/primitives.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { isAccess } from '../names/syntax.ts';
import { isBuiltinModule, methodEffects } from '../outside/builtins.ts';
import { findOutsideUse } from '../outside/outside.ts';
import { type ImplicitUse, listOutside, listUses } from './uses.ts';

const KINDS: readonly EffectKind[] = ['zone', 'locale', 'formats'];
/** Types of which a method of unknown receiver, or of unknown name, may be. */
const TYPES = ['Date', 'String', 'Number', 'Array'];
const DATE_NAMES = new Set(Object.getOwnPropertyNames(Date.prototype));
/** How deep values that are handed out are looked into. */
const MAX_DEPTH = 3;
/** They show dates in UTC, or take them as numbers. */
const NO_TEXT = /^(?:console|Number|Math|isNaN|isFinite|BigInt|JSON|Date)\b/;

/** `${date}`, `date + ''` */
export function turnsDates(index: ProgramIndex, node: ts.Node): boolean {
  return listUses(node).some((use) => turnsDateToText(index, use, false));
}

/**
 * `String(date)`, `dates.join()`: of a call that leads out of the program. The language turns what it is given into text, and
 * elements of lists; of Node's modules only headers are turned; packages may do so with all that is inside.
 */
export function turnsDatesGiven(index: ProgramIndex, callee: ts.Expression, given: readonly ts.Expression[]): boolean {
  const { from } = findOutsideUse(index, callee) ?? {};
  const isOfNode = from?.kind === 'import' && isBuiltinModule(from.specifier);
  if (isOfNode ? !/\bhttp/.test(from.specifier) : NO_TEXT.test(callee.getText())) return false;
  const isDeep = !isOfNode && from?.kind !== 'global' && !isOfLibrary(index, callee);
  return listOutside(index, callee, given).some((use) => turnsDateToText(index, use, isDeep));
}

/** `value.toLocaleString()`, `date[name]()`, `value.toString()`, where nothing tells what the method is of. */
export function localOfUnknown({ checker }: ProgramIndex, callee: ts.Expression): readonly EffectKind[] {
  if (!isAccess(callee)) return [];
  const type = checker.getTypeAtLocation(callee.expression);
  const key = ts.isPropertyAccessExpression(callee) ? callee.name.text : nameOfKey(checker, callee.argumentExpression);
  if (key === undefined) return mayBeDate(checker, type) || isPrimitiveType(type) ? KINDS : [];
  if (key === 'toString') return isWithoutArguments(callee) && mayBeDate(checker, type) ? ['texts'] : [];
  const effects = TYPES.flatMap((name) => methodEffects(name, key)?.effects ?? []).map(({ kind }) => kind);
  return KINDS.filter((kind) => effects.includes(kind));
}

function isWithoutArguments({ parent }: ts.Expression): boolean {
  return !ts.isCallExpression(parent) || parent.arguments.length === 0;
}

function nameOfKey(checker: ts.TypeChecker, key: ts.Expression): string | undefined {
  const type = checker.getTypeAtLocation(key);
  if (type.isStringLiteral()) return type.value;
  const isOther = (type.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.ESSymbolLike)) !== 0;
  return isOther ? '' : undefined;
}

/** A method that the language or Node declares. */
function isOfLibrary(index: ProgramIndex, callee: ts.Expression): boolean {
  const symbol = isAccess(callee) && ts.isPropertyAccessExpression(callee) ? index.symbolAt(callee.name) : undefined;
  const file = symbol?.declarations?.[0]?.getSourceFile();
  if (!file) return false;
  return index.loaded.program.isSourceFileDefaultLibrary(file) || file.fileName.includes('/@types/node/');
}

/** An object becomes a text there, and it may be a date, or hold one. */
function turnsDateToText({ checker }: ProgramIndex, { node, operand, ways }: ImplicitUse, isDeep: boolean): boolean {
  if (!ways.includes('convert') || (operand && !givesText(operand))) return false;
  return mayHoldDate(checker, checker.getTypeAtLocation(node), isDeep, MAX_DEPTH);
}

/** Not `-date`, `a < b`, `a - b`, which ask for a number. */
function givesText(operand: ts.Expression): boolean {
  const { parent } = operand;
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) return false;
  if (!ts.isBinaryExpression(parent)) return true;
  return /^(?:\+=?|[=!]=|in)$/.test(ts.tokenToString(parent.operatorToken.kind) ?? '');
}

/** By itself, as an element, or, deeply, in a property. */
function mayHoldDate(checker: ts.TypeChecker, type: ts.Type, isDeep: boolean, depth: number): boolean {
  if (isPrimitiveType(type)) return false;
  const holds = (part: ts.Type) => mayHoldDate(checker, part, isDeep, depth - 1);
  if (type.isUnionOrIntersection()) return type.types.some((part) => mayHoldDate(checker, part, isDeep, depth));
  if (mayBeDate(checker, type)) return true;
  if (depth === 0 || type.getCallSignatures().length > 0) return false;
  if (checker.isArrayType(type) || checker.isTupleType(type)) {
    return checker.getTypeArguments(type as ts.TypeReference).some(holds);
  }
  return isDeep && type.getProperties().some((property) => holds(checker.getTypeOfSymbol(property)));
}

/** A date, or something of which the type does not tell that it is none: `unknown`, `object`, `{ getTime(): number }`. */
function mayBeDate(checker: ts.TypeChecker, type: ts.Type): boolean {
  if (isPrimitiveType(type)) return false;
  if (type.isUnionOrIntersection()) return type.types.some((part) => mayBeDate(checker, part));
  const known = type.flags & ts.TypeFlags.Instantiable ? checker.getBaseConstraintOfType(type) : type;
  if (!known || !(known.flags & ts.TypeFlags.Object)) return !known || !isPrimitiveType(known);
  if (known.getCallSignatures().length > 0 || known.getStringIndexType()) return false;
  const names = known.getProperties().map(({ name }) => name);
  return names.includes('getTimezoneOffset') || names.every((name) => DATE_NAMES.has(name));
}
