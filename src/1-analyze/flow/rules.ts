/** Where the functions of a place go next, by the syntax around it. */

import ts from 'typescript';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { calleeOf, callOf, symbolOfFunction } from '../names/references.ts';
import { unwrap, wrapped } from '../names/syntax.ts';
import { outsideFacts } from '../outside/outside.ts';
import { isBuiltIn, looksBuiltIn, mayBeBuiltIn } from './built-in-objects.ts';
import type { FlowCalls } from './calls.ts';
import { COMPUTED, ELEMENT, type Exit, keyOf, THROWN } from './contents.ts';
import { type FlowPlace, type FlowPlaces, parametersOf } from './places.ts';

interface Flow {
  places: FlowPlaces;
  calls: FlowCalls;
}

/** Lays the edges from a place that something has come to. */
export function openPlace(flow: Flow, place: FlowPlace): void {
  const { what } = place;
  switch (what.kind) {
    case 'expression':
      if (!isBuiltIn(flow.places.index, what.node)) outOfExpression(flow, place, what.node);
      break;
    case 'variable':
      for (const use of usesOf(flow, what.symbol)) intoExpression(flow, place, use);
      break;
    case 'field':
      outOfField(flow, place, what.name);
      break;
    case 'built-in':
      outOfBuiltIn(flow, place, what.name);
      break;
    case 'parameter':
      outOfParameter(flow, place, what);
      break;
    case 'result':
      outOfFunction(flow, place, what.entry);
      break;
    case 'given':
    case 'callees':
    case 'leaving':
    case 'lent':
    case 'handed':
      break;
    default:
      what satisfies never;
  }
}

/** By its own name, and through its module or namespace. */
function usesOf({ places: { references } }: Flow, symbol: ts.Symbol): ts.Expression[] {
  return [...references.to(symbol), ...references.throughModule(symbol)];
}

function intoExpression({ places }: Flow, from: FlowPlace, expression: ts.Expression): void {
  places.graph.connect(from, places.ofExpression(expression));
}

export function intoName({ places }: Flow, from: FlowPlace, name: ts.BindingName): void {
  const symbol = ts.isIdentifier(name) ? places.index.symbolAt(name) : undefined;
  if (symbol) places.graph.connect(from, places.ofVariable(symbol));
}

function intoField({ places }: Flow, from: FlowPlace, name: string): void {
  places.graph.connect(from, places.ofField(name));
}

function intoTarget(flow: Flow, from: FlowPlace, target: ts.Expression): void {
  if (ts.isIdentifier(target)) intoName(flow, from, target);
  else if (ts.isPropertyAccessExpression(target)) intoProperty(flow, from, target);
  else if (ts.isElementAccessExpression(target)) intoField(flow, from, COMPUTED);
}

function intoProperty(flow: Flow, from: FlowPlace, { expression, name }: ts.PropertyAccessExpression): void {
  intoField(flow, from, name.text);
  const { places } = flow;
  if (mayBeBuiltIn(places.index, expression)) places.graph.connect(from, places.ofBuiltIn(name.text));
}

/** `{ name: f }` and `class { name = f }` */
function intoMember({ places }: Flow, from: FlowPlace, member: Member): void {
  const name = keyOf(member.name as ts.PropertyName);
  places.graph.connect(from, places.ofField(name));
  const defined = findDefinedName(member);
  if (defined !== undefined) places.graph.connect(from, places.ofField(defined));
  if (mayBeOfBuiltIn(places.index, member)) places.graph.connect(from, places.ofBuiltIn(name));
}

/** `total` of `Object.defineProperty(cart, 'total', { value: f })`. */
function findDefinedName({ name, parent: descriptor }: Member): string | undefined {
  if (name?.getText() !== 'value' || !ts.isObjectLiteralExpression(descriptor)) return undefined;
  const { parent: call } = descriptor;
  if (!ts.isCallExpression(call) || !DEFINES.test(call.expression.getText())) return undefined;
  const [, key, given] = call.arguments;
  return given === descriptor && key && ts.isStringLiteralLike(key) ? key.text : undefined;
}

const DEFINES = /^(?:Object|Reflect)\.defineProperty$/;

type Member = ts.ObjectLiteralElementLike | ts.ClassElement;

/** Some class of the language may be the base of its class. */
function mayBeOfBuiltIn(index: ProgramIndex, { parent }: Member): boolean {
  if (ts.isObjectLiteralExpression(parent)) return looksBuiltIn(index, parent);
  return ts.isClassLike(parent) && parent.heritageClauses !== undefined;
}

function intoExit(flow: Flow, from: FlowPlace, exit: Exit): void {
  if ('name' in exit) intoName(flow, from, exit.name);
  else intoExpression(flow, from, exit.value);
}

function leave({ places }: Flow, from: FlowPlace): void {
  places.graph.connect(from, places.leaving);
}

/** `outer`: with the parentheses and assertions around it. */
function outOfExpression(flow: Flow, from: FlowPlace, outer: ts.Expression): void {
  const { parent } = outer;
  const call = callOf(outer);
  if (call) return flow.places.watch(from, (entry) => flow.calls.reach(call, entry));
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) {
    return intoName(flow, from, parent.name);
  }
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) {
    return intoMember(flow, from, parent);
  }
  if (ts.isShorthandPropertyAssignment(parent)) return intoMember(flow, from, parent);
  if (ts.isArrayLiteralExpression(parent) || ts.isYieldExpression(parent)) return intoField(flow, from, ELEMENT);
  if (ts.isThrowStatement(parent)) return intoField(flow, from, THROWN);
  if (ts.isBinaryExpression(parent)) return throughOperator(flow, from, parent, outer);
  if (ts.isConditionalExpression(parent)) {
    if (parent.condition !== outer) intoExpression(flow, from, parent);
    return;
  }
  if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === outer)) {
    return intoResult(flow, from, parent);
  }
  if (isCallLike(parent)) return flow.calls.intoCall(parent, outer, from);
  if (ts.isPropertyAccessExpression(parent)) return throughMember(flow, from, parent);
  if (ts.isAwaitExpression(parent)) return intoExpression(flow, from, parent);
  if (!isLookedAt(parent)) leave(flow, from);
}

function isCallLike(node: ts.Node): node is ts.CallExpression | ts.NewExpression {
  return ts.isCallExpression(node) || ts.isNewExpression(node);
}

/** `typeof f`, `f;`, `!f`, `if (f)` */
function isLookedAt(parent: ts.Node): boolean {
  return (
    ts.isTypeOfExpression(parent) ||
    ts.isExpressionStatement(parent) ||
    ts.isPrefixUnaryExpression(parent) ||
    ts.isIfStatement(parent)
  );
}

function throughOperator(flow: Flow, from: FlowPlace, parent: ts.BinaryExpression, value: ts.Expression): void {
  const kind = parent.operatorToken.kind;
  if (kind === ts.SyntaxKind.CommaToken) {
    if (parent.right === value) intoExpression(flow, from, parent);
    return;
  }
  const isLogical =
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken;
  if (isLogical) return intoExpression(flow, from, parent);
  const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
  if (!assigns || parent.right !== value) return;
  intoTarget(flow, from, unwrap(parent.left));
  intoExpression(flow, from, parent);
}

/** `f.call(…)`, `f.apply(…)`, `f.bind(…)`; other members (`f.name`) do not pass it on. */
function throughMember(flow: Flow, from: FlowPlace, access: ts.PropertyAccessExpression): void {
  const call = callOf(access);
  if (!call) return;
  const name = access.name.text;
  if (name === 'call' || name === 'apply') flow.places.watch(from, (entry) => flow.calls.reach(call, entry));
  else if (name === 'bind' && ts.isCallExpression(call)) {
    flow.places.watch(from, (entry) => flow.calls.bind(call, entry));
    intoExpression(flow, from, call);
  }
}

/** Everything that reads a field of that name, or an element, may get it. */
function outOfField(flow: Flow, from: FlowPlace, name: string): void {
  const { contents, references } = flow.places;
  for (const use of references.toProperty(name)) {
    if (ts.isBindingElement(use)) intoName(flow, from, use.name);
    else if (!isOfBuiltIn(flow, use)) intoExpression(flow, from, use);
  }
  if (name === ELEMENT) for (const exit of contents.elements()) intoExit(flow, from, exit);
  else if (name === COMPUTED) for (const exit of contents.keyed()) intoExit(flow, from, exit);
  else for (const use of contents.lookups(name)) intoExpression(flow, from, use);
  for (const target of contents.patterns(name)) intoTarget(flow, from, target);
  for (const setter of settersOf(flow, name)) flow.places.graph.connect(from, flow.places.ofParameter(setter, 0));
  if (name === COMPUTED || (name !== ELEMENT && contents.isOpened(name))) intoField(flow, from, ELEMENT);
  else if (name === ELEMENT && contents.givesKeys()) intoField(flow, from, COMPUTED);
}

/** `timer.tick = f` calls them. */
function settersOf({ places: { index, hierarchy } }: Flow, name: string): FunctionEntry[] {
  const members = name === COMPUTED ? index.functions : hierarchy.membersNamed(name);
  return members.filter(({ node }) => ts.isSetAccessor(node));
}

function outOfBuiltIn(flow: Flow, from: FlowPlace, name: string): void {
  for (const use of flow.places.references.toProperty(name)) {
    if (ts.isExpression(use) && isOfBuiltIn(flow, use)) intoExpression(flow, from, use);
  }
}

function isOfBuiltIn({ places }: Flow, use: ts.Node): boolean {
  return ts.isPropertyAccessExpression(use) && isBuiltIn(places.index, use.expression);
}

function outOfParameter(
  flow: Flow,
  from: FlowPlace,
  { entry, position }: { entry: FunctionEntry; position: number },
): void {
  const { places } = flow;
  places.graph.connect(from, places.ofGiven(entry));
  const parameter = parametersOf(entry)[position];
  if (!parameter) return;
  if (parameter.dotDotDotToken) return intoField(flow, from, ELEMENT);
  intoName(flow, from, parameter.name);
  if (ts.isParameterPropertyDeclaration(parameter, parameter.parent)) {
    intoField(flow, from, parameter.name.getText());
  }
}

/** Out through `return`. */
function intoResult(flow: Flow, from: FlowPlace, at: ts.Node): void {
  let around = at;
  while (!ts.isFunctionLike(around) && !ts.isSourceFile(around)) around = around.parent;
  const returning = flow.places.index.functionOf(around);
  if (returning) flow.places.graph.connect(from, flow.places.ofResult(returning));
  else leave(flow, from);
}

/** To every call that names the function; calls that it reaches as a value are connected when that is found. */
function outOfFunction(flow: Flow, from: FlowPlace, returning: FunctionEntry): void {
  const { index, references } = flow.places;
  const symbol = symbolOfFunction(index, returning);
  const calls = symbol ? usesOf(flow, symbol).flatMap((use) => callOf(use) ?? []) : [];
  for (const call of calls) intoExpression(flow, from, call);
  if (ts.isGetAccessor(returning.node)) return intoField(flow, from, keyOf(returning.node.name));
  const name = ts.isMethodDeclaration(returning.node) ? returning.node.name.getText() : undefined;
  const isAnywhere = ts.isMethodDeclaration(returning.node) && mayBeOfBuiltIn(index, returning.node);
  for (const use of name === undefined ? [] : references.toProperty(name)) {
    const call = ts.isPropertyAccessExpression(use) ? callOf(use) : undefined;
    if (call && (isAnywhere || !isOfBuiltIn(flow, use))) intoExpression(flow, from, call);
  }
  if (!symbol && !name) outOfNameless(flow, from, returning);
}

/** Out of a function that is called on the spot, or of a callback: `values.map((n) => () => n)` makes elements of what it returns. */
function outOfNameless(flow: Flow, from: FlowPlace, { node }: FunctionEntry): void {
  const outer = wrapped(node as ts.FunctionExpression);
  const call = callOf(outer);
  if (call) return intoExpression(flow, from, call);
  const { parent } = outer;
  if (!isCallLike(parent) || !isCalledAtOnce(flow.places.index, parent)) return leave(flow, from);
  intoField(flow, from, ELEMENT);
  intoExpression(flow, from, parent);
}

/** `values.map(f)`: the language calls it and forgets it. */
function isCalledAtOnce(index: ProgramIndex, call: ts.CallExpression | ts.NewExpression): boolean {
  const facts = outsideFacts(index, calleeOf(call), call);
  return facts?.known === true && facts.callsBack === 'now';
}
