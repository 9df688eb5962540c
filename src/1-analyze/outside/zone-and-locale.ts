/**
 * What asks for the time zone and the language of the process: the tables say what may do so, arguments say that it does not
 * after all (`toLocaleString('de-DE', { timeZone: 'UTC' })`).
 */

import ts from 'typescript';
import type { EffectKind } from '../../types.ts';
import { isAccess, unwrap, wrapped } from '../names/syntax.ts';
import { type ApiFacts, isUnseen } from './api-facts.ts';

type LocalKind = Extract<EffectKind, 'zone' | 'locale'>;

/** What is known of arguments, by types in the program, by what is written in packages. */
export interface ArgumentReader {
  /** All that it may be, if it is certain to be one of some texts. */
  textsOf(value: ts.Expression): readonly string[] | undefined;
  /** A number, or a date. */
  isPoint(value: ts.Expression): boolean;
  /** An object with a text as its `timeZone`. */
  namesZone(value: ts.Expression): boolean;
}

const BOTH: readonly LocalKind[] = ['zone', 'locale'];
/** With an offset, or only a day, which is in UTC. */
const ABSOLUTE_TIME = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d))?$/;

/** The facts without what the arguments rule out. */
export function narrowLocal(
  facts: ApiFacts,
  callee: ts.Expression,
  call: ts.Node | undefined,
  reader: ArgumentReader,
): ApiFacts {
  if (!facts.effects.some(({ kind }) => isLocal(kind))) return facts;
  if (isClassTest(callee)) return { ...facts, effects: facts.effects.filter(({ kind }) => !isUnseen(kind)) };
  const isCall = call && (ts.isCallExpression(call) || ts.isNewExpression(call));
  return isCall ? withLocal(facts, findNeeded(callee, call, reader)) : facts;
}

/** `x instanceof Date` */
function isClassTest(node: ts.Expression): boolean {
  const { parent } = wrapped(node);
  return ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword;
}

function isLocal(kind: EffectKind): kind is LocalKind {
  return kind === 'zone' || kind === 'locale';
}

function withLocal(facts: ApiFacts, needed: readonly LocalKind[]): ApiFacts {
  return { ...facts, effects: facts.effects.filter(({ kind }) => !isLocal(kind) || needed.includes(kind)) };
}

function findNeeded(
  callee: ts.Expression,
  call: ts.CallExpression | ts.NewExpression,
  reader: ArgumentReader,
): readonly LocalKind[] {
  const name = isAccess(callee) && ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
  const given = call.arguments ?? [];
  if (given.some(ts.isSpreadElement)) return BOTH;
  if (name === 'Date') return ts.isNewExpression(call) ? zoneOfTime(given, reader) : BOTH;
  if (name === 'parse') return zoneOfTime(given, reader);
  const at = name === 'localeCompare' ? 1 : takesLocale(callee, name) ? 0 : undefined;
  if (at === undefined) return BOTH;
  const [locale, options] = given.slice(at);
  return [
    ...(locale && isKnownLocale(locale, reader) ? [] : (['locale'] as const)),
    ...(options && reader.namesZone(options) ? [] : (['zone'] as const)),
  ];
}

/** Its first argument is the language, the second one options. */
function takesLocale(callee: ts.Expression, name: string): boolean {
  return name.startsWith('toLocale') || /^(?:globalThis\.|global\.)?Intl\.\w+$/.test(callee.getText());
}

/** `new Date(…)`, `Date.parse(…)`: a number, another date, and a text with an offset are the same everywhere. */
function zoneOfTime([only, ...others]: readonly ts.Expression[], reader: ArgumentReader): readonly LocalKind[] {
  if (!only) return [];
  const isAbsolute = reader.isPoint(only) || reader.textsOf(only)?.every((text) => ABSOLUTE_TIME.test(text));
  return others.length > 0 || !isAbsolute ? ['zone'] : [];
}

/** `'de-DE'`, `['de-CH', 'de']`: one that Node has, as it takes that of the process in the place of others. */
function isKnownLocale(argument: ts.Expression, reader: ArgumentReader): boolean {
  const value = unwrap(argument);
  const first = ts.isArrayLiteralExpression(value) ? value.elements[0] : value;
  return (first && reader.textsOf(first)?.every(hasLocale)) ?? false;
}

function hasLocale(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return true; // it throws on both sides
  }
}

/** What is written there, of code without types. */
export const writtenArguments: ArgumentReader = {
  textsOf: (value) => (ts.isStringLiteralLike(value) ? [value.text] : undefined),
  isPoint: (value) =>
    ts.isNumericLiteral(value) || ts.isPrefixUnaryExpression(value) || /\.(?:getTime|now)\(\)$/.test(value.getText()),
  namesZone: (value) =>
    ts.isObjectLiteralExpression(value) &&
    value.properties.some(
      (one) =>
        ts.isPropertyAssignment(one) && one.name.getText() === 'timeZone' && ts.isStringLiteralLike(one.initializer),
    ),
};

/** What the types say. */
export function typedArguments(checker: ts.TypeChecker): ArgumentReader {
  const partsOf = (type: ts.Type) => (type.isUnion() ? type.types : [type]);
  return {
    textsOf(value) {
      const parts = partsOf(checker.getTypeAtLocation(value));
      const texts = parts.flatMap((part) => (part.isStringLiteral() ? [part.value] : []));
      return texts.length === parts.length ? texts : undefined;
    },
    isPoint: (value) =>
      partsOf(checker.getTypeAtLocation(value)).every(
        ({ flags, symbol }) => (flags & ts.TypeFlags.NumberLike) !== 0 || symbol?.name === 'Date',
      ),
    namesZone(value) {
      const property = checker.getTypeAtLocation(value).getProperty('timeZone');
      if (!property || (property.flags & ts.SymbolFlags.Optional) !== 0) return false;
      const parts = partsOf(checker.getTypeOfSymbolAtLocation(property, value));
      return parts.every(({ flags }) => (flags & ts.TypeFlags.StringLike) !== 0);
    },
  };
}
