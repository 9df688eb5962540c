/**
 * Functions of the program that the language calls though no call is written: `toString` and the like where an object is
 * turned into a primitive value, `[Symbol.iterator]` and `next` where it is iterated, `toJSON`, accessors. What code outside
 * the program is given may be used in any of these ways.
 */

import ts from 'typescript';
import { functionOfDeclaration, type Hierarchy } from './callees.ts';
import { type Way, waysOfCall } from './implicit-calls.ts';
import { functionName } from './names.ts';
import { findOutsideUse, outsideFacts } from './outside.ts';
import type { ClassEntry, FunctionEntry, ProgramIndex } from './program-index.ts';
import { calleeOf } from './references.ts';
import { isPrimitiveType } from './roots.ts';
import { assignedTargets, isAccess, isFunctionNode, unwrap, walk, wrapped } from './syntax.ts';

export interface ImplicitUse {
  /** The object; absent if it has no expression of its own, as a parameter that is taken apart. */
  operand?: ts.Expression;
  /** Where its type is asked for. */
  node: ts.Node;
  ways: readonly Way[];
  /** Of accessors only these; absent: any. */
  names?: readonly string[];
  /** Objects inside it as well. */
  isDeep: boolean;
}

export interface Implicits {
  /** What a piece of syntax does to objects; calls are not looked at. */
  usesOf(node: ts.Node): ImplicitUse[];
  /** What a call that leads out of the program does to what it is given. */
  usesOutside(callee: ts.Expression, given: readonly ts.Expression[]): ImplicitUse[];
  /** The functions that may run; those that do nothing but look at their object are left out. */
  find(use: ImplicitUse): FunctionEntry[];
}

const NAMES: Record<Exclude<Way, 'get'>, readonly string[]> = {
  convert: ['toString', 'valueOf', '[Symbol.toPrimitive]'],
  iterate: ['[Symbol.iterator]', '[Symbol.asyncIterator]', 'next', 'return'],
  test: ['[Symbol.hasInstance]'],
  json: ['toJSON'],
};
/** Of what an iterator method returns. */
const STEPS = ['next', 'return'];

interface Member {
  entry: FunctionEntry;
  way: Way;
  name: string;
  /** Absent for what is in an object literal, or was given to an object later. */
  cls: ClassEntry | undefined;
}

export function findImplicits(index: ProgramIndex, hierarchy: Hierarchy): Implicits {
  const all = listAllMembers(index);
  const hasIterators = all.some(({ name, entry }) => name.startsWith('[Symbol.') && !isGenerator(entry));
  const members = all.filter(({ entry, name }) => {
    return !onlyLooks(index, entry) && (hasIterators || !STEPS.includes(name));
  });
  const ways = new Set(members.map(({ way }) => way));
  if (ways.size === 0) return { usesOf: () => [], usesOutside: () => [], find: () => [] };
  const reach = makeReach(index, hierarchy, members);
  const accessors = new Set(members.filter(({ way }) => way === 'get').map(({ name }) => name));
  const isWanted = (use: ImplicitUse) =>
    use.ways.some(
      (way) => ways.has(way) && (way !== 'get' || (use.names?.some((name) => accessors.has(name)) ?? true)),
    );
  return {
    usesOf: (node) => listUses(node).filter(isWanted),
    usesOutside: (callee, given) => listOutside(index, callee, given).filter(isWanted),
    find(use) {
      if (!isWanted(use) || isLiteral(use.node)) return [];
      const found = reach(index.checker.getTypeAtLocation(use.node), use.isDeep);
      const { names } = use;
      return [...found]
        .filter(({ way, name }) => use.ways.includes(way) && (way !== 'get' || !names || names.includes(name)))
        .map(({ entry }) => entry);
    },
  };
}

function listAllMembers(index: ProgramIndex): Member[] {
  const written = index.functions
    .filter(({ node }) => isMember(node))
    .flatMap((entry) => {
      return describeMember(entry, functionName(entry.node).replace(/=$/, ''));
    });
  return [...written, ...index.loaded.files.flatMap((file) => listNamed(index, file))];
}

/** A method, an accessor, `next = () => …`, `{ next: () => … }`, `x.next = function () { … }`. */
function isMember(node: ts.Node): boolean {
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) return true;
  const { parent } = wrapped(node as ts.Expression);
  if (ts.isPropertyDeclaration(parent) || ts.isPropertyAssignment(parent)) return true;
  return ts.isBinaryExpression(parent) && isAccess(parent.left);
}

/** `{ next }`, `{ toString: describe }` */
function listNamed(index: ProgramIndex, file: ts.SourceFile): Member[] {
  const found: Member[] = [];
  walk(file, (node) => {
    if (!ts.isShorthandPropertyAssignment(node) && !ts.isPropertyAssignment(node)) return undefined;
    const value = ts.isPropertyAssignment(node) ? unwrap(node.initializer) : node.name;
    const symbol = ts.isIdentifier(value) && isSpecial(node.name) ? findValue(index, node, value) : undefined;
    const entry = symbol?.valueDeclaration && functionOfDeclaration(index, symbol.valueDeclaration);
    if (entry) found.push(...describeMember(entry, node.name.getText()));
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

function describeMember(entry: FunctionEntry, name: string): Member[] {
  const { node } = entry;
  const cls = ts.isClassLike(node.parent) || ts.isPropertyDeclaration(node.parent) ? entry.cls : undefined;
  if (ts.isAccessor(node)) return [{ entry, way: 'get', name, cls }];
  const found = Object.entries(NAMES).find(([, names]) => names.includes(name));
  return found ? [{ entry, way: found[0] as Way, name, cls }] : [];
}

/** It calls nothing, changes nothing, and names nothing but its own object, names inside it and constants. */
function onlyLooks(index: ProgramIndex, { node }: FunctionEntry): boolean {
  let found = false;
  walk(node.body, (at) => {
    found ||= doesMore(index, at);
    return !found;
  });
  return !found;
}

function doesMore(index: ProgramIndex, node: ts.Node): boolean {
  if (ts.isCallExpression(node)) return !isPureOnPrimitives(index, node);
  if (ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) return true;
  if (ts.isAwaitExpression(node) || ts.isDeleteExpression(node) || assignedTargets(node).length > 0) return true;
  const symbol = ts.isIdentifier(node) ? index.symbolAt(node) : undefined;
  return symbol !== undefined && index.variableOf(symbol) !== undefined;
}

/** `this.text.trim()`, `Math.max(this.x, 0)`: a function of the language that computes with primitive values. */
function isPureOnPrimitives(index: ProgramIndex, call: ts.CallExpression): boolean {
  const facts = outsideFacts(index, calleeOf(call), call);
  if (!facts?.known || facts.effects.length > 0 || facts.changesReceiver || facts.callsBack !== 'never') return false;
  const callee = calleeOf(call);
  const receiver = isAccess(callee) && !findOutsideUse(index, callee) ? [callee.expression] : [];
  return [...receiver, ...call.arguments].every((value) => isPrimitiveType(index.checker.getTypeAtLocation(value)));
}

function isGenerator({ node }: FunctionEntry): boolean {
  return 'asteriskToken' in node && node.asteriskToken !== undefined;
}

function isLiteral(node: ts.Node): boolean {
  return ts.isLiteralExpression(node) || ts.isTemplateExpression(node) || isFunctionNode(node);
}

type Reach = (type: ts.Type, isDeep: boolean) => ReadonlySet<Member>;

/** Which members may be of a value of a type, or, deeply, of what is inside it. */
function makeReach(index: ProgramIndex, hierarchy: Hierarchy, members: readonly Member[]): Reach {
  const { checker } = index;
  const known = { deep: new Map<ts.Type, Set<Member>>(), flat: new Map<ts.Type, Set<Member>>() };
  const instances = new Map<ClassEntry, ts.Type>();

  function reach(type: ts.Type, isDeep: boolean): ReadonlySet<Member> {
    const memory = isDeep ? known.deep : known.flat;
    const found = memory.get(type);
    if (found) return found;
    const result = new Set<Member>();
    memory.set(type, result);
    for (const member of listMembers(type, isDeep)) result.add(member);
    return result;
  }

  function listMembers(type: ts.Type, isDeep: boolean): Iterable<Member> {
    if (isPrimitiveType(type)) return [];
    if (type.isUnionOrIntersection()) return type.types.flatMap((part) => [...reach(part, isDeep)]);
    const constraint = type.flags & ts.TypeFlags.Instantiable ? checker.getBaseConstraintOfType(type) : type;
    if (!constraint || !(constraint.flags & ts.TypeFlags.Object)) return members;
    if (constraint !== type) return reach(constraint, isDeep);
    if (isOfLibrary(type))
      return [...ofClasses(type), ...listArguments(type).flatMap((part) => [...reach(part, isDeep)])];
    if (type.getCallSignatures().length > 0) return [];
    const own = [...ofClasses(type), ...members.filter(({ cls }) => cls === undefined)];
    if (!isDeep) return own;
    const parts = type.getProperties().map((property) => checker.getTypeOfSymbol(property));
    return [...own, ...parts.flatMap((part) => [...reach(part, true)])];
  }

  function isOfLibrary(type: ts.Type): boolean {
    const [declaration] = type.symbol?.declarations ?? [];
    return checker.isTupleType(type) || (declaration !== undefined && !index.loaded.isOwn(declaration.getSourceFile()));
  }

  function listArguments(type: ts.Type): readonly ts.Type[] {
    const isReference = ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0;
    return isReference ? checker.getTypeArguments(type as ts.TypeReference) : [];
  }

  function ofClasses(type: ts.Type): Member[] {
    return members.filter(({ cls }) => cls !== undefined && mayBe(cls, type));
  }

  /** Whether a value of the type may have members of the class: it is one, or is of a class above or below it. */
  function mayBe(cls: ClassEntry, type: ts.Type): boolean {
    const named = type.symbol?.declarations?.map((declaration) => index.classOf(declaration)).find(Boolean);
    if (named)
      return named === cls || hierarchy.subclasses(named).includes(cls) || hierarchy.subclasses(cls).includes(named);
    return checker.isTypeAssignableTo(instanceOf(cls), type);
  }

  function instanceOf(cls: ClassEntry): ts.Type {
    const found = instances.get(cls);
    if (found) return found;
    const symbol = checker.getSymbolAtLocation(cls.node.name ?? cls.node);
    const type = symbol ? checker.getDeclaredTypeOfSymbol(symbol) : checker.getTypeAtLocation(cls.node);
    instances.set(cls, type);
    return type;
  }

  return reach;
}

function listOutside(index: ProgramIndex, callee: ts.Expression, given: readonly ts.Expression[]): ImplicitUse[] {
  const ways = waysOfCall(index, callee);
  const use = (operand: ts.Expression, ways: readonly Way[]) => ({
    operand,
    node: unwrap(operand),
    ways,
    isDeep: true,
  });
  const values = given.map((value) => (ts.isSpreadElement(value) ? value.expression : value));
  const receiver = isAccess(callee) ? [use(callee.expression, ways.receiver)] : [];
  return [...values.map((value) => use(value, ways.given)), ...receiver];
}

function listUses(node: ts.Node): ImplicitUse[] {
  const use = (operand: ts.Expression, ...ways: Way[]): ImplicitUse => ({
    operand,
    node: unwrap(operand),
    ways,
    isDeep: false,
  });
  if (ts.isTemplateSpan(node) || ts.isComputedPropertyName(node)) return [use(node.expression, 'convert')];
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return listUnary(node, use);
  if (ts.isForOfStatement(node) || ts.isSpreadElement(node)) return [use(node.expression, 'iterate')];
  if (ts.isYieldExpression(node)) return node.asteriskToken && node.expression ? [use(node.expression, 'iterate')] : [];
  if (ts.isSpreadAssignment(node)) return [use(node.expression, 'get')];
  if (ts.isPropertyAccessExpression(node)) return [{ ...use(node.expression, 'get'), names: [node.name.text] }];
  if (ts.isElementAccessExpression(node)) {
    return [use(node.argumentExpression, 'convert'), use(node.expression, 'get')];
  }
  if (ts.isBinaryExpression(node)) return listBinary(node, use);
  if (ts.isArrayBindingPattern(node)) return [{ node, ways: ['iterate'], isDeep: false }];
  if (ts.isObjectBindingPattern(node)) return [{ node, ways: ['get'], ...namesOf(node), isDeep: false }];
  return [];
}

type MakeUse = (operand: ts.Expression, ...ways: Way[]) => ImplicitUse;

function listUnary(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, use: MakeUse): ImplicitUse[] {
  return node.operator === ts.SyntaxKind.ExclamationToken ? [] : [use(node.operand, 'convert')];
}

function listBinary({ left, right, operatorToken }: ts.BinaryExpression, use: MakeUse): ImplicitUse[] {
  const { kind } = operatorToken;
  if (kind === ts.SyntaxKind.InKeyword) return [use(left, 'convert')];
  if (kind === ts.SyntaxKind.InstanceOfKeyword) return [use(right, 'test')];
  if (kind === ts.SyntaxKind.EqualsToken) {
    if (ts.isArrayLiteralExpression(left)) return [use(right, 'iterate')];
    return ts.isObjectLiteralExpression(left) ? [use(right, 'get')] : [];
  }
  return CONVERTING.has(kind) ? [use(left, 'convert'), use(right, 'convert')] : [];
}

const { SyntaxKind } = ts;
const CONVERTING: ReadonlySet<ts.SyntaxKind> = new Set([
  ...[
    SyntaxKind.PlusToken,
    SyntaxKind.MinusToken,
    SyntaxKind.AsteriskToken,
    SyntaxKind.SlashToken,
    SyntaxKind.PercentToken,
  ],
  ...[SyntaxKind.AsteriskAsteriskToken, SyntaxKind.LessThanLessThanToken, SyntaxKind.GreaterThanGreaterThanToken],
  ...[
    SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
    SyntaxKind.AmpersandToken,
    SyntaxKind.BarToken,
    SyntaxKind.CaretToken,
  ],
  ...[
    SyntaxKind.LessThanToken,
    SyntaxKind.GreaterThanToken,
    SyntaxKind.LessThanEqualsToken,
    SyntaxKind.GreaterThanEqualsToken,
  ],
  ...[
    SyntaxKind.EqualsEqualsToken,
    SyntaxKind.ExclamationEqualsToken,
    SyntaxKind.PlusEqualsToken,
    SyntaxKind.MinusEqualsToken,
  ],
  ...[
    SyntaxKind.AsteriskEqualsToken,
    SyntaxKind.SlashEqualsToken,
    SyntaxKind.PercentEqualsToken,
    SyntaxKind.CaretEqualsToken,
  ],
  ...[SyntaxKind.AsteriskAsteriskEqualsToken, SyntaxKind.LessThanLessThanEqualsToken, SyntaxKind.AmpersandEqualsToken],
  ...[
    SyntaxKind.GreaterThanGreaterThanEqualsToken,
    SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken,
    SyntaxKind.BarEqualsToken,
  ],
]);

/** `{ a, [key]: b, ...rest }`: the names that are read, if all are known. */
function namesOf({ elements }: ts.ObjectBindingPattern): { names?: string[] } {
  const names = elements.map(({ name, propertyName = name, dotDotDotToken }) => {
    const isKnown = !dotDotDotToken && (ts.isIdentifier(propertyName) || ts.isStringLiteral(propertyName));
    return isKnown ? propertyName.text : undefined;
  });
  return names.every((name) => name !== undefined) ? { names } : {};
}
