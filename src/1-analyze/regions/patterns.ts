/** Regular expressions of the program, and what they remember between calls: `lastIndex`, with the flags `g` and `y`. */

import ts from 'typescript';
import { isPrimitive } from '../names/primitives.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { accessedName, isAccess, isConstant, unwrap } from '../names/syntax.ts';
import type { RegionContext } from './region.ts';

const MOVING = new Set(['match', 'replace', 'replaceAll']);

/** None of them leaves a pattern with `g` and without `y` anywhere but at its beginning. */
const OF_TEXTS = new Set([...MOVING, 'matchAll', 'search', 'split']);

/** A regular expression without `g` and `y` has no position to remember. */
export function isPlainRegExp(index: ProgramIndex, expression: ts.Expression): boolean {
  const flags = flagsOf(index, expression);
  return flags !== undefined && !/[gy]/.test(flags);
}

/** `text.replace(pattern, …)`: undefined if it is a text, remembers nothing, or is at its beginning before and after. */
export function findMovedPattern(
  { index, references }: RegionContext,
  method: ts.Expression,
  text: ts.Expression,
  [pattern]: readonly ts.Expression[],
): ts.Expression | undefined {
  if (!pattern || !isMethod(method, MOVING) || !mayBeText(index, text)) return undefined;
  const flags = flagsOf(index, pattern);
  if (flags === undefined) return isPrimitive(index.checker, pattern) ? undefined : pattern;
  if (!/[gy]/.test(flags)) return undefined;
  const declaration = flags.includes('y') ? undefined : declarationOf(index, pattern);
  const symbol = declaration && index.symbolAt(declaration.name);
  return symbol && references.to(symbol).every((use) => isOnlyGivenToText(index, use)) ? undefined : pattern;
}

function isMethod(method: ts.Expression, names: ReadonlySet<string>): boolean {
  const callee = unwrap(method);
  return isAccess(callee) && names.has(accessedName(callee) ?? '');
}

function mayBeText(index: ProgramIndex, text: ts.Expression): boolean {
  const { flags } = index.checker.getTypeAtLocation(text);
  return (flags & ts.TypeFlags.Any) !== 0 || isPrimitive(index.checker, text);
}

function isOnlyGivenToText(index: ProgramIndex, use: ts.Identifier): boolean {
  const { parent } = use;
  if (ts.isVariableDeclaration(parent) || ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return true;
  if (!ts.isCallExpression(parent) || parent.arguments[0] !== use) return false;
  const callee = unwrap(parent.expression);
  return isMethod(callee, OF_TEXTS) && isAccess(callee) && isPrimitive(index.checker, callee.expression);
}

/** The flags of a literal, written there or in the constant that is named. */
function flagsOf(index: ProgramIndex, expression: ts.Expression): string | undefined {
  const value = unwrap(expression);
  const literal = unwrap(declarationOf(index, value)?.initializer ?? value);
  return ts.isRegularExpressionLiteral(literal) ? literal.text.slice(literal.text.lastIndexOf('/') + 1) : undefined;
}

function declarationOf(index: ProgramIndex, expression: ts.Expression): ts.VariableDeclaration | undefined {
  const value = unwrap(expression);
  const declaration = ts.isIdentifier(value) ? index.symbolAt(value)?.valueDeclaration : undefined;
  return declaration && ts.isVariableDeclaration(declaration) && isConstant(declaration) ? declaration : undefined;
}
