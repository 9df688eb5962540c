/** Functions of the program that the language calls by their name, or by what they are. */

import ts from 'typescript';
import { functionOfDeclaration } from '../flow/callees.ts';
import { isPrimitive } from '../names/primitives.ts';
import type { ClassEntry, FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { functionName } from '../names/qualified-names.ts';
import { calleeOf } from '../names/references.ts';
import { assignedTargets, hasModifier, isAccess, unwrap, walk, wrapped } from '../names/syntax.ts';
import { findOutsideUse, outsideFacts } from '../outside/outside.ts';
import { waysOfBases } from './bases.ts';
import type { Way } from './calls.ts';
import { turnsDates } from './date-texts.ts';

const NAMES: Partial<Record<Way, readonly string[]>> = {
  convert: [
    ...[
      'toString',
      'toLocaleString',
      'valueOf',
      '[Symbol.toPrimitive]',
      '[Symbol.toStringTag]',
      '[Symbol.replace]',
      '[Symbol.match]',
    ],
    ...['[Symbol.matchAll]', '[Symbol.search]', '[Symbol.split]'],
  ],
  iterate: ['[Symbol.iterator]', '[Symbol.asyncIterator]', 'next', 'return'],
  test: ['[Symbol.hasInstance]'],
  json: ['toJSON'],
  settle: ['then'],
  dispose: ['[Symbol.dispose]', '[Symbol.asyncDispose]'],
  flatten: ['[Symbol.isConcatSpreadable]'],
};
/** Of what an iterator method returns. */
const STEPS = ['next', 'return'];

export interface Member {
  /** Absent where a class is instantiated. */
  entry: FunctionEntry | undefined;
  way: Way;
  name: string;
  /** Absent for what is in an object literal, or was given to an object later. */
  cls: ClassEntry | undefined;
}

interface MemberFunction extends Member {
  entry: FunctionEntry;
}

/** Those that may do more than look at their object. */
export function listMembers(index: ProgramIndex): Member[] {
  const all = listFunctions(index);
  const hasIterators = all.some(
    ({ way, name, entry }) => way === 'iterate' && !STEPS.includes(name) && !isGenerator(entry),
  );
  const functions = all.filter(({ entry, name }) => {
    return !onlyLooks(index, entry.node.body) && (hasIterators || !STEPS.includes(name));
  });
  return [...functions, ...index.classes.flatMap((cls) => describeClass(index, cls))];
}

/** One of which the language makes instances by itself, if it does more then than put values into fields. */
function describeClass(index: ProgramIndex, cls: ClassEntry): Member[] {
  const isPlain = cls.node.members.every((member) => {
    if (ts.isConstructorDeclaration(member)) return onlyLooks(index, member.body);
    const isField = ts.isPropertyDeclaration(member) && !hasModifier(member, ts.SyntaxKind.StaticKeyword);
    return !isField || onlyLooks(index, member.initializer);
  });
  if (isPlain) return [];
  return waysOfBases(index, cls.node, 'constructor').map((way) => ({
    entry: undefined,
    way,
    name: 'constructor',
    cls,
  }));
}

function listFunctions(index: ProgramIndex): MemberFunction[] {
  const written = index.functions.filter(({ node }) => isMember(node));
  const named = written.flatMap((entry) => describeMember(index, entry, functionName(entry.node).replace(/=$/, '')));
  return [...named, ...index.loaded.files.flatMap((file) => listNamed(index, file))];
}

/** A method, an accessor, `next = () => …`, `{ next: () => … }`, `x.next = function () { … }`. */
function isMember(node: ts.Node): boolean {
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) return true;
  const { parent } = wrapped(node as ts.Expression);
  if (ts.isPropertyDeclaration(parent) || ts.isPropertyAssignment(parent)) return true;
  return ts.isBinaryExpression(parent) && isAccess(parent.left);
}

/** `{ next }`, `{ toString: describe }` */
function listNamed(index: ProgramIndex, file: ts.SourceFile): MemberFunction[] {
  const found: MemberFunction[] = [];
  walk(file, (node) => {
    if (!ts.isShorthandPropertyAssignment(node) && !ts.isPropertyAssignment(node)) return undefined;
    const value = ts.isPropertyAssignment(node) ? unwrap(node.initializer) : node.name;
    const symbol = ts.isIdentifier(value) && isSpecial(node.name) ? findValue(index, node, value) : undefined;
    const entry = symbol?.valueDeclaration && functionOfDeclaration(index, symbol.valueDeclaration);
    if (entry) found.push(...describeMember(index, entry, node.name.getText()));
    return undefined;
  });
  return found;
}

function isSpecial(name: ts.PropertyName): boolean {
  const text = name.getText();
  return Object.values(NAMES).some((names) => names.includes(text));
}

function findValue(index: ProgramIndex, node: ts.Node, value: ts.Identifier): ts.Symbol | undefined {
  if (!ts.isShorthandPropertyAssignment(node)) return index.symbolAt(value);
  return index.checker.getShorthandAssignmentValueSymbol(node);
}

function describeMember(index: ProgramIndex, entry: FunctionEntry, name: string): MemberFunction[] {
  const { node } = entry;
  const cls = ts.isClassLike(node.parent) || ts.isPropertyDeclaration(node.parent) ? entry.cls : undefined;
  const ways = Object.entries(NAMES).flatMap(([way, names]) => (names.includes(name) ? [way as Way] : []));
  const others: Way[] = ts.isAccessor(node) ? ['get'] : [];
  const ofBases = cls ? waysOfBases(index, cls.node, name) : [];
  const all = [...ways, ...others, ...ofBases];
  const asked: Way[] = all.includes('convert') ? ['ask'] : [];
  return [...all, ...asked].map((way) => ({ entry, way, name, cls }));
}

/** It calls nothing, changes nothing, and names nothing but its own object, names inside it and constants. */
function onlyLooks(index: ProgramIndex, body: ts.Node | undefined): boolean {
  let found = false;
  if (body)
    walk(body, (at) => {
      found ||= doesMore(index, at);
      return !found;
    });
  return !found;
}

function doesMore(index: ProgramIndex, node: ts.Node): boolean {
  if (ts.isCallExpression(node)) return !isPureOnPrimitives(index, node);
  if (ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) return true;
  if (ts.isAwaitExpression(node) || ts.isDeleteExpression(node) || assignedTargets(node).length > 0) return true;
  if (turnsDates(index, node)) return true;
  const symbol = ts.isIdentifier(node) ? index.symbolAt(node) : undefined;
  return symbol !== undefined && index.variableOf(symbol) !== undefined;
}

/** `this.text.trim()`, `Math.max(this.x, 0)`: a function of the language that computes with primitive values. */
function isPureOnPrimitives(index: ProgramIndex, call: ts.CallExpression): boolean {
  const facts = outsideFacts(index, calleeOf(call), call);
  if (!facts?.known || facts.effects.length > 0 || facts.changesReceiver || facts.callsBack !== 'never') return false;
  const callee = calleeOf(call);
  const receiver = isAccess(callee) && !findOutsideUse(index, callee) ? [callee.expression] : [];
  return [...receiver, ...call.arguments].every((value) => isPrimitive(index.checker, value));
}

function isGenerator({ node }: FunctionEntry): boolean {
  return 'asteriskToken' in node && node.asteriskToken !== undefined;
}
