/**
 * Where what an object or a collection holds may come out under another name than that by which it went in: `table[key]`,
 * `list.at(0)`, `for (const [, f] of map)`, `const [f] = list`, `Object.values(table)`. All collections are one here, and so are
 * the fields of all objects that such an expression may look into by its type.
 */

import ts from 'typescript';
import { isPrimitive } from '../names/primitives.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { argumentsOf, calleeOf, type References, withoutFunctions } from '../names/references.ts';
import { remember } from '../names/remember.ts';
import { assignedTargets, isAccess, isFunctionNode, unwrap, wrapped } from '../names/syntax.ts';
import { isBuiltinModule } from '../outside/builtins.ts';
import { findOutsideUse, outsideFacts } from '../outside/outside.ts';

/** An expression, or a name that is bound to it. */
export type Exit = { value: ts.Expression } | { name: ts.BindingName };

export interface Contents {
  /** Where elements come out. */
  elements(): readonly Exit[];
  /** Where what is stored by a computed key comes out, besides as an element. */
  keyed(): readonly Exit[];
  /** Where field `name` comes out by a computed key. */
  lookups(name: string): readonly ts.Expression[];
  /** What takes an object or a list apart: `[f] = list`, `({ add: f } = table)`, `catch (f)`. */
  patterns(name: string): readonly ts.Expression[];
  /** Something makes elements of the field: `Object.values(x)`. */
  isOpened(name: string): boolean;
  /** Calls that take their arguments out of a list. */
  listCalls(): readonly (ts.CallExpression | ts.NewExpression)[];
  /** Something makes fields of elements: `Object.fromEntries(list)`. */
  givesKeys(): boolean;
}

interface Found {
  elements: Exit[];
  keyed: Exit[];
  opened: ts.Expression[];
  targets: ts.Expression[];
  caught: ts.Identifier[];
  listCalls: (ts.CallExpression | ts.NewExpression)[];
  givesKeys: boolean;
}

export function findContents(index: ProgramIndex, references: References): Contents {
  let found: Found | undefined;
  let elements: Exit[] | undefined;
  const find = () => {
    found ??= collect(index);
    return found;
  };
  return {
    elements: () => {
      elements ??= [...references.elementAccesses.map((value) => ({ value })), ...find().elements];
      return elements;
    },
    keyed: () => find().keyed,
    givesKeys: () => find().givesKeys,
    listCalls: () => find().listCalls,
    patterns: (name) => (name === THROWN ? find().caught : find().targets),
    lookups: remember((name) => references.elementAccesses.filter((use) => mayRead(index, use, name))),
    isOpened: remember((name) => find().opened.some((object) => mayHold(index, object, name))),
  };
}

/** Of elements, and of fields whose names are computed; they are looked up alike. */
export const ELEMENT = '[]';
export const COMPUTED = '[key]';
/** Of what is thrown. */
export const THROWN = '[thrown]';

/** The name of a field; `[Symbol.iterator]` for those of the language. */
export function keyOf(name: ts.PropertyName): string {
  if (!ts.isComputedPropertyName(name)) return name.text;
  const { expression } = name;
  if (ts.isStringLiteralLike(expression) || ts.isNumericLiteral(expression)) return expression.text;
  return /^Symbol\.\w+$/.test(expression.getText()) ? name.getText() : COMPUTED;
}

function mayRead(index: ProgramIndex, use: ts.ElementAccessExpression, name: string): boolean {
  const key = index.checker.getTypeAtLocation(use.argumentExpression);
  if (key.flags & ts.TypeFlags.ESSymbolLike) return name.startsWith('[');
  const keys = listLiterals(key);
  return keys ? keys.includes(name) : mayHold(index, use.expression, name);
}

/** The keys that a type names; undefined if it says less. */
export function listLiterals(type: ts.Type): string[] | undefined {
  const parts = type.isUnion() ? type.types : [type];
  const isNamed = parts.every((part) => part.isStringLiteral() || part.isNumberLiteral());
  return isNamed ? parts.map((part) => String((part as ts.LiteralType).value)) : undefined;
}

/** By its type, an object may have a field of that name. */
function mayHold(index: ProgramIndex, object: ts.Expression, name: string): boolean {
  return isTable(index, object) || index.checker.getTypeAtLocation(object).getProperty(name) !== undefined;
}

const OPEN =
  ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive | ts.TypeFlags.TypeParameter | ts.TypeFlags.Index;

function isOpen({ flags }: ts.Type): boolean {
  return (flags & OPEN) !== 0;
}

function collect(index: ProgramIndex): Found {
  const found: Found = {
    elements: [],
    keyed: [],
    opened: [],
    targets: [],
    caught: [],
    listCalls: [],
    givesKeys: false,
  };
  for (const node of index.nodes) {
    if (isCall(node)) noteCall(index, node, found);
    if (isTakenApart(node)) found.targets.push(...assignedTargets(node));
    if (ts.isCatchClause(node)) found.caught.push(...listNames(node.variableDeclaration?.name));
    const list = isElementName(node) ? found.elements : isKeyedName(index, node) ? found.keyed : undefined;
    if (list && mayBeFunction(index, node)) list.push({ name: (node as ts.BindingElement).name });
    else if (ts.isExpression(node)) noteExit(index, node, found);
  }
  return found;
}

/** `[f] = list`, `({ add: f } = table)`, `for (f of list)` */
function isTakenApart(node: ts.Node): boolean {
  if (ts.isForOfStatement(node)) return true;
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  const target = unwrap(node.left);
  return ts.isArrayLiteralExpression(target) || ts.isObjectLiteralExpression(target);
}

function listNames(name: ts.BindingName | undefined): ts.Identifier[] {
  return name && ts.isIdentifier(name) ? [name] : [];
}

/** The type comes first: what a package does is only asked where it could give a function. */
function noteExit(index: ProgramIndex, value: ts.Expression, { elements, keyed }: Found): void {
  const isOne = ts.isCallExpression(value) || ts.isAwaitExpression(value) || ts.isPropertyAccessExpression(value);
  if (!isOne || !mayBeFunction(index, value)) return;
  if (isElement(index, value)) elements.push({ value });
  else if (isKeyed(index, value)) keyed.push({ value });
}

function isCall(node: ts.Node): node is ts.CallExpression | ts.NewExpression {
  return ts.isCallExpression(node) || ts.isNewExpression(node);
}

const OPENERS = /^(?:Object\.(?:values|entries|getOwnPropertyDescriptors?)|Reflect\.(?:get|getOwnPropertyDescriptor))$/;

function noteCall(index: ProgramIndex, call: ts.CallExpression | ts.NewExpression, found: Found): void {
  if (isListCall(call)) found.listCalls.push(call);
  const callee = calleeOf(call);
  const name = callee.getText();
  const from = findOutsideUse(index, callee)?.from;
  const isOfPackage = from?.kind === 'import' && !isBuiltinModule(from.specifier);
  found.givesKeys ||= isOfPackage ? isTable(index, call) : name === 'Object.fromEntries';
  if (!isOfPackage && !OPENERS.test(name)) return;
  found.opened.push(...withoutFunctions(argumentsOf(call)));
}

/** `f(...list)`, `f.apply(o, list)`, `Reflect.apply(f, o, list)`: any element may be any argument. */
export function isListCall(call: ts.Node): boolean {
  if (!isCall(call)) return false;
  const isReflected = /(?:\.apply|^Reflect\.construct)$/.test(calleeOf(call).getText());
  return isReflected || (call.arguments?.some(ts.isSpreadElement) ?? false);
}

/** By its type, its fields may have any names. */
function isTable({ checker }: ProgramIndex, value: ts.Expression): boolean {
  const type = checker.getTypeAtLocation(value);
  return isOpen(type) || type.getStringIndexType() !== undefined;
}

/** `for (const f of list)`, `[f]` in a pattern, `list.forEach((f) => …)`. */
function isElementName(node: ts.Node): boolean {
  if (ts.isVariableDeclaration(node)) return ts.isForOfStatement(node.parent.parent);
  if (ts.isParameter(node)) return isFunctionNode(node.parent) && isCall(wrapped(node.parent as ts.Expression).parent);
  return ts.isBindingElement(node) && ts.isArrayBindingPattern(node.parent);
}

/** `{ add }` of a table whose type says nothing of it, `{ [key]: f }`. */
function isKeyedName({ checker }: ProgramIndex, node: ts.Node): boolean {
  if (!ts.isBindingElement(node)) return false;
  const key = node.propertyName ?? node.name;
  if (!ts.isIdentifier(key)) return true;
  return checker.getTypeAtLocation(node.parent).getProperty(key.text) === undefined;
}

/** `map.get(key)`, `iterator.next().value`, `await Promise.any(list)` */
function isElement(index: ProgramIndex, node: ts.Expression): boolean {
  if (ts.isAwaitExpression(node)) return isTable(index, node.expression) || isElement(index, unwrap(node.expression));
  if (ts.isPropertyAccessExpression(node)) return isForeignField(index, node);
  return ts.isCallExpression(node) && givesElements(index, node);
}

function isForeignField(index: ProgramIndex, { name }: ts.PropertyAccessExpression): boolean {
  const declarations = index.symbolAt(name)?.declarations ?? [];
  const isField = declarations.some((at) => ts.isPropertySignature(at) || ts.isPropertyDeclaration(at));
  return isField && !declarations.some((at) => index.loaded.isOwn(at.getSourceFile()));
}

/** `table.add` of a table whose type says nothing of it. */
function isKeyed(index: ProgramIndex, node: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(node) || ts.isPrivateIdentifier(node.name)) return false;
  return (index.symbolAt(node.name)?.declarations ?? []).length === 0 && !findOutsideUse(index, node);
}

/** Of code outside the program that was given an object, or is a method of one. */
function givesElements(index: ProgramIndex, call: ts.CallExpression): boolean {
  const callee = calleeOf(call);
  const facts = outsideFacts(index, callee, call);
  if (!facts || facts.returns === 'deep') return false;
  const parts = [...call.arguments, ...(isAccess(callee) ? [callee.expression] : [])];
  return parts.some((part) => !isPrimitive(index.checker, part) && !isNameOfGlobal(index, part));
}

/** `Math` of `Math.max(…)`. */
function isNameOfGlobal(index: ProgramIndex, part: ts.Expression): boolean {
  return findOutsideUse(index, part)?.from.kind === 'global';
}

/** `orOpen`: a type that says nothing counts. */
export function mayBeFunction({ checker }: ProgramIndex, node: ts.Node, orOpen = true): boolean {
  return isCallable(checker.getTypeAtLocation(node), orOpen);
}

function isCallable(type: ts.Type, orOpen: boolean): boolean {
  if (type.isUnionOrIntersection()) return type.types.some((part) => isCallable(part, orOpen));
  if (isOpen(type)) return orOpen;
  const isFunction = type.symbol?.name === 'Function';
  return isFunction || type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0;
}
