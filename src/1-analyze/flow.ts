/**
 * Where function values go: a field-based flow analysis. A function that is used as a value is followed through
 * variables, parameters, results, fields, array elements and object literals to the calls that may reach it. Fields are
 * told apart by name only, so the answer is too large rather than too small; what leaves the program is marked.
 */

import ts from 'typescript';
import { findReflected, functionOfDeclaration, type Hierarchy, resolveNamed } from './callees.ts';
import { COMPUTED, type Contents, ELEMENT, findContents, isListCall, keyOf, THROWN } from './flow-contents.ts';
import { isNeverFunction } from './never-functions.ts';
import { outsideFacts } from './outside.ts';
import type { FunctionEntry, ProgramIndex } from './program-index.ts';
import { argumentsOf, calleeOf, callOf, type References, symbolOfFunction } from './references.ts';
import { Relation } from './relation.ts';
import { unwrap, wrapped } from './syntax.ts';
import { findValueUses } from './value-uses.ts';
import { findHanding, isSettledCallback, isWaitedCallback } from './waited-callbacks.ts';

export interface FunctionFlow {
  /** Functions a call of a value may reach. */
  targetsOf(call: ts.Node): readonly FunctionEntry[];
  /** Calls that may reach the function when it is used as a value; undefined if others may call it. */
  callsOf(entry: FunctionEntry): readonly ts.Node[] | undefined;
  /** Places where the function is used as a value. */
  valueUses(entry: FunctionEntry): readonly ts.Expression[];
  /** Handed to code outside the program, or to a place that is not followed. */
  leaves(entry: FunctionEntry): boolean;
  /** Functions that may get it as an argument. */
  parametersOf(entry: FunctionEntry): ReadonlySet<FunctionEntry>;
  /** Functions that may return it, by itself. */
  resultsOf(entry: FunctionEntry): ReadonlySet<FunctionEntry>;
  /** Names of the fields that may hold it; `[]` for elements. */
  fieldsOf(entry: FunctionEntry): readonly string[];
  /** Variables that may hold it. */
  variablesOf(entry: FunctionEntry): ReadonlySet<ts.Symbol>;
  /** Functions that a variable may hold. */
  heldIn(symbol: ts.Symbol): ReadonlySet<FunctionEntry>;
  /** Functions that an expression may be. */
  valuesOf(expression: ts.Expression): ReadonlySet<FunctionEntry>;
}

/** A value that a call hands over. */
interface Argument {
  position: number;
  /** Functions and constructors that the call reaches by name. */
  named: readonly FunctionEntry[];
  /** By a test runner or an assertion. */
  isWaitedFor: boolean;
  /** `Reflect.apply(f, o, list)` */
  isApplied: boolean;
  /** `Object.freeze(f)` */
  isGivenBack: boolean;
}

interface Context {
  index: ProgramIndex;
  hierarchy: Hierarchy;
  references: References;
  pending: [ts.Expression, FunctionEntry][];
  seen: Map<ts.Node, Set<FunctionEntry>>;
  /** Whether it is data, as its type says. */
  data: Map<ts.Node, boolean>;
  nodesSeen: Map<string | ts.Symbol, Set<FunctionEntry>>;
  called: Relation<ts.Node, FunctionEntry>;
  /** What a call hands over, by position; `bound` and `called` may get it when they are found later. */
  passed: Map<ts.Node, [number, FunctionEntry][]>;
  handedOver: Map<ts.Expression, Argument>;
  /** Without `this`. */
  parameters: Map<FunctionEntry, readonly ts.ParameterDeclaration[]>;
  /** `f.bind(…)`: functions that it makes another one of. */
  bound: Map<ts.Node, Set<FunctionEntry>>;
  /** Functions that are called with what a list holds: `f(...list)`, `f.apply(o, list)`. */
  listed: Set<FunctionEntry>;
  given: Map<FunctionEntry, Set<FunctionEntry>>;
  /** What a function returns, and the function that returns it. */
  returned: Relation<FunctionEntry, FunctionEntry>;
  fields: Map<FunctionEntry, Set<string>>;
  holders: Map<FunctionEntry, Set<ts.Symbol>>;
  leaving: Set<FunctionEntry>;
  /** Handed to code outside the program that calls it at once. */
  lent: Set<FunctionEntry>;
  contents: Contents;
}

export function followFunctions(index: ProgramIndex, hierarchy: Hierarchy, references: References): FunctionFlow {
  const uses = new Map(index.functions.map((entry) => [entry, findValueUses(index, references, entry)]));
  const context: Context = {
    index,
    hierarchy,
    references,
    pending: [...uses].flatMap(([entry, found]) => found.map((use): [ts.Expression, FunctionEntry] => [use, entry])),
    seen: new Map(),
    data: new Map(),
    nodesSeen: new Map(),
    called: new Relation(),
    passed: new Map(),
    handedOver: new Map(),
    parameters: new Map(),
    bound: new Map(),
    listed: new Set(),
    given: new Map(),
    returned: new Relation(),
    fields: new Map(),
    holders: new Map(),
    leaving: new Set(),
    lent: new Set(),
    contents: findContents(index, references),
  };
  for (const entry of index.functions) {
    if (!ts.isMethodDeclaration(entry.node)) continue;
    const key = keyOf(entry.node.name);
    if (ts.isObjectLiteralExpression(entry.node.parent)) intoField(context, key, entry);
    // `const { total } = cart`
    for (const use of references.toProperty(key)) if (ts.isBindingElement(use)) intoName(context, use.name, entry);
  }
  for (const call of context.contents.listCalls()) {
    for (const target of listNamed(context, call)) takeElements(context, target);
  }
  for (let next = context.pending.pop(); next; next = context.pending.pop()) send(context, next[0], next[1]);
  return {
    targetsOf: (call) => [...(context.called.valuesOf(call) ?? [])],
    callsOf: (entry) => listCalls(context, entry),
    valueUses: (entry) => uses.get(entry) ?? [],
    leaves: (entry) => context.leaving.has(entry),
    parametersOf: (entry) => context.given.get(entry) ?? NOTHING,
    resultsOf: (entry) => context.returned.valuesOf(entry) ?? NOTHING,
    fieldsOf: (entry) => [...(context.fields.get(entry) ?? [])],
    variablesOf: (entry) => context.holders.get(entry) ?? new Set(),
    heldIn: (symbol) => context.nodesSeen.get(symbol) ?? NOTHING,
    valuesOf: (expression) => context.seen.get(wrapped(expression)) ?? NOTHING,
  };
}

const NOTHING: ReadonlySet<FunctionEntry> = new Set();

function listCalls({ called, leaving, lent }: Context, entry: FunctionEntry): ts.Node[] | undefined {
  if (leaving.has(entry) || lent.has(entry)) return undefined;
  return called.keysOf(entry);
}

/** Follows the value of `expression`, which may be `entry`, one step. */
function send(context: Context, expression: ts.Expression, entry: FunctionEntry): void {
  const outer = wrapped(expression);
  if (!firstTime(context.seen, outer, entry) || !mayBeFunction(context, outer)) return;
  const { parent } = outer;
  const call = callOf(outer);
  if (call) return calledFrom(context, call, entry);
  if (ts.isVariableDeclaration(parent)) return intoName(context, parent.name, entry);
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) {
    return intoField(context, keyOf(parent.name), entry);
  }
  if (ts.isShorthandPropertyAssignment(parent)) return intoField(context, parent.name.text, entry);
  if (ts.isArrayLiteralExpression(parent)) return intoField(context, ELEMENT, entry);
  if (ts.isBinaryExpression(parent)) return throughOperator(context, parent, outer, entry);
  if (ts.isConditionalExpression(parent)) {
    if (parent.condition !== outer) send(context, parent, entry);
    return;
  }
  if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === outer)) {
    return outOfFunction(context, parent, entry);
  }
  if (isCallLike(parent)) return intoCall(context, parent, outer, entry);
  if (ts.isYieldExpression(parent)) return intoField(context, ELEMENT, entry);
  if (ts.isThrowStatement(parent)) return intoField(context, THROWN, entry);
  if (ts.isPropertyAccessExpression(parent)) return throughMember(context, parent, entry);
  if (ts.isAwaitExpression(parent)) return send(context, parent, entry);
  if (ts.isTypeOfExpression(parent) || ts.isExpressionStatement(parent) || ts.isPrefixUnaryExpression(parent)) return;
  if (ts.isIfStatement(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) {
    if (!ts.isIfStatement(parent)) intoName(context, parent.name, entry);
    return;
  }
  context.leaving.add(entry);
}

function mayBeFunction({ index, data }: Context, expression: ts.Expression): boolean {
  const known = data.get(expression);
  if (known !== undefined) return !known;
  const isData = isNeverFunction(index, expression);
  data.set(expression, isData);
  return !isData;
}

function isCallLike(node: ts.Node): node is ts.CallExpression | ts.NewExpression {
  return ts.isCallExpression(node) || ts.isNewExpression(node);
}

function firstTime<K, V>(map: Map<K, Set<V>>, key: K, value: V): boolean {
  const known = map.get(key);
  if (known?.has(value)) return false;
  if (known) known.add(value);
  else map.set(key, new Set([value]));
  return true;
}

/** A test's function that the program calls is one from outside: it is in no unit. */
function calledFrom(context: Context, call: ts.Node, entry: FunctionEntry): void {
  const { tests } = context.index;
  if (tests.has(entry.file) && !tests.has(call.getSourceFile())) return void context.leaving.add(entry);
  if (!context.called.add(call, entry)) return;
  for (const [position, given] of context.passed.get(call) ?? []) intoParameter(context, entry, position, given);
  if (isListCall(call)) takeElements(context, entry);
  if (!ts.isExpression(call)) return;
  for (const result of context.returned.keysOf(entry)) context.pending.push([call, result]);
}

function takeElements(context: Context, target: FunctionEntry): void {
  if (context.listed.has(target)) return;
  context.listed.add(target);
  for (const entry of context.nodesSeen.get(ELEMENT) ?? []) intoParameters(context, target, entry);
}

function intoParameters(context: Context, target: FunctionEntry, entry: FunctionEntry): void {
  for (const position of target.node.parameters.keys()) intoParameter(context, target, position, entry);
}

function intoName(context: Context, name: ts.BindingName, entry: FunctionEntry): void {
  if (!ts.isIdentifier(name)) return;
  const symbol = context.index.symbolAt(name);
  if (symbol) intoSymbol(context, symbol, entry);
}

function intoSymbol(context: Context, symbol: ts.Symbol, entry: FunctionEntry): void {
  if (!firstTime(context.nodesSeen, symbol, entry)) return;
  firstTime(context.holders, entry, symbol);
  for (const use of context.references.to(symbol)) context.pending.push([use, entry]);
}

/** Everything that reads a field of that name, or an element, may get it. */
function intoField(context: Context, name: string, entry: FunctionEntry): void {
  if (!firstTime(context.nodesSeen, name, entry)) return;
  firstTime(context.fields, entry, name);
  const { contents, references } = context;
  for (const use of references.toProperty(name)) {
    if (ts.isBindingElement(use)) intoName(context, use.name, entry);
    else context.pending.push([use, entry]);
  }
  if (name === ELEMENT) for (const target of context.listed) intoParameters(context, target, entry);
  if (name === ELEMENT || name === COMPUTED) {
    for (const exit of name === ELEMENT ? contents.elements() : contents.keyed()) {
      if ('name' in exit) intoName(context, exit.name, entry);
      else context.pending.push([exit.value, entry]);
    }
  } else for (const use of contents.lookups(name)) context.pending.push([use, entry]);
  for (const target of contents.patterns(name)) intoTarget(context, target, entry);
  if (name === COMPUTED || (name !== ELEMENT && contents.isOpened(name))) intoField(context, ELEMENT, entry);
  else if (name === ELEMENT && contents.givesKeys()) intoField(context, COMPUTED, entry);
}

function throughOperator(
  context: Context,
  parent: ts.BinaryExpression,
  value: ts.Expression,
  entry: FunctionEntry,
): void {
  const kind = parent.operatorToken.kind;
  if (kind === ts.SyntaxKind.CommaToken) {
    if (parent.right === value) send(context, parent, entry);
    return;
  }
  const isLogical =
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken;
  if (isLogical) return send(context, parent, entry);
  const assigns = kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
  if (!assigns || parent.right !== value) return;
  intoTarget(context, unwrap(parent.left), entry);
  send(context, parent, entry);
}

function intoTarget(context: Context, target: ts.Expression, entry: FunctionEntry): void {
  if (ts.isIdentifier(target)) {
    const symbol = context.index.symbolAt(target);
    if (symbol) intoSymbol(context, symbol, entry);
  } else if (ts.isPropertyAccessExpression(target)) intoField(context, target.name.text, entry);
  else if (ts.isElementAccessExpression(target)) intoField(context, COMPUTED, entry);
}

/** Out through `return`: to every call of the function around it. */
function outOfFunction(context: Context, from: ts.Node, entry: FunctionEntry): void {
  let at = from;
  while (!ts.isFunctionLike(at) && !ts.isSourceFile(at)) at = at.parent;
  const returning = context.index.functionOf(at);
  if (!returning) return void context.leaving.add(entry);
  if (!context.returned.add(entry, returning)) return;
  for (const call of context.called.keysOf(returning)) if (ts.isExpression(call)) context.pending.push([call, entry]);
  const symbol = symbolOfFunction(context.index, returning);
  const calls = symbol ? context.references.to(symbol).flatMap((use) => callOf(use) ?? []) : [];
  for (const call of calls) context.pending.push([call, entry]);
  if (ts.isGetAccessor(returning.node)) return intoField(context, keyOf(returning.node.name), entry);
  const name = ts.isMethodDeclaration(returning.node) ? returning.node.name.getText() : undefined;
  for (const use of name === undefined ? [] : context.references.toProperty(name)) {
    const call = ts.isPropertyAccessExpression(use) ? callOf(use) : undefined;
    if (call) context.pending.push([call, entry]);
  }
  if (!symbol && !name) outOfNameless(context, returning, entry);
}

/** Out of a function that is called on the spot, or of a callback: `values.map((n) => () => n)` makes elements of what it returns. */
function outOfNameless(context: Context, { node }: FunctionEntry, entry: FunctionEntry): void {
  const outer = wrapped(node as ts.FunctionExpression);
  const call = callOf(outer);
  if (call) return void context.pending.push([call, entry]);
  const { parent } = outer;
  if (!isCallLike(parent) || !isCalledAtOnce(context.index, parent)) return void context.leaving.add(entry);
  intoField(context, ELEMENT, entry);
  context.pending.push([parent, entry]);
}

/** Into the parameter of what is called. */
function intoCall(
  context: Context,
  call: ts.CallExpression | ts.NewExpression,
  value: ts.Expression,
  entry: FunctionEntry,
): void {
  const argument = getArgument(context, call, value);
  if (argument.isWaitedFor) return;
  const { position, named } = argument;
  const callee = calleeOf(call);
  const passed = context.passed.get(call);
  if (passed) passed.push([position, entry]);
  else context.passed.set(call, [[position, entry]]);
  if (argument.isApplied) calledFrom(context, call, entry);
  if (argument.isGivenBack) send(context, call, entry);
  const flowing = [...(context.called.valuesOf(call) ?? []), ...(context.bound.get(call) ?? [])];
  const targets = [...named, ...flowing];
  for (const target of targets) intoParameter(context, target, position, entry);
  if (targets.length > 0) return;
  if (isStore(callee)) return intoField(context, ELEMENT, entry);
  const facts = outsideFacts(context.index, callee, call);
  (facts?.known && facts.callsBack === 'now' ? context.lent : context.leaving).add(entry);
  // `Promise.resolve(f)`: whoever does not call it may give it back.
  if (facts && (!facts.known || facts.callsBack === 'never')) intoField(context, ELEMENT, entry);
}

/** What is known of it whatever it holds. */
function getArgument(context: Context, call: ts.CallExpression | ts.NewExpression, value: ts.Expression): Argument {
  const known = context.handedOver.get(value);
  if (known) return known;
  const callee = calleeOf(call);
  const isShifted = ts.isPropertyAccessExpression(callee) && /^(?:call|bind)$/.test(callee.name.text);
  const position = argumentsOf(call).indexOf(value) - (isShifted ? 1 : 0);
  const argument = {
    position,
    named: listNamed(context, call),
    isWaitedFor: isWaitedFor(context.index, value),
    isApplied: position === 0 && /^Reflect\.apply$/.test(callee.getText()),
    isGivenBack: position === 0 && GIVES_BACK.test(callee.getText()),
  };
  context.handedOver.set(value, argument);
  return argument;
}

/** Functions and constructors that a call reaches by name. */
function listNamed({ index, hierarchy }: Context, call: ts.CallExpression | ts.NewExpression): FunctionEntry[] {
  const named = resolveNamed(index, hierarchy, calleeOf(call));
  const classes = [...(named?.classes ?? []), ...findReflected(index, call)];
  const constructors = classes.flatMap(({ node }) => node.members.filter(ts.isConstructorDeclaration));
  return [...(named?.functions ?? []), ...constructors.flatMap((node) => functionOfDeclaration(index, node) ?? [])];
}

/** `Object.assign(f, { … })` is `f`. */
const GIVES_BACK = /^Object\.(?:assign|defineProperty|defineProperties|freeze|preventExtensions|seal|setPrototypeOf)$/;

/** `values.map(f)`: the language calls it and forgets it. */
function isCalledAtOnce(index: ProgramIndex, call: ts.CallExpression | ts.NewExpression): boolean {
  const facts = outsideFacts(index, calleeOf(call), call);
  return facts?.known === true && facts.callsBack === 'now';
}

/** By a test runner or an assertion. */
function isWaitedFor(index: ProgramIndex, value: ts.Expression): boolean {
  const call = findHanding(value);
  if (!call) return false;
  return isWaitedCallback(index, call) || (call.arguments[0] === wrapped(value) && isSettledCallback(index, call));
}

/** `list.push(f)`, `map.set(k, f)`, `set.add(f)`. */
function isStore(callee: ts.Expression): boolean {
  return ts.isPropertyAccessExpression(callee) && ['push', 'unshift', 'set', 'add'].includes(callee.name.text);
}

function intoParameter(context: Context, target: FunctionEntry, position: number, entry: FunctionEntry): void {
  const parameters = getParameters(context, target);
  const parameter = parameters[position] ?? parameters.at(-1);
  firstTime(context.given, entry, target);
  if (!parameter) return;
  if (parameter.dotDotDotToken) return intoField(context, ELEMENT, entry);
  intoName(context, parameter.name, entry);
  if (ts.isParameterPropertyDeclaration(parameter, parameter.parent))
    intoField(context, parameter.name.getText(), entry);
}

function getParameters({ parameters }: Context, target: FunctionEntry): readonly ts.ParameterDeclaration[] {
  const known = parameters.get(target);
  if (known) return known;
  const found = target.node.parameters.filter((parameter) => parameter.name.getText() !== 'this');
  parameters.set(target, found);
  return found;
}

/** `f.call(…)`, `f.apply(…)`, `f.bind(…)`; other members (`f.name`) do not pass it on. */
function throughMember(context: Context, access: ts.PropertyAccessExpression, entry: FunctionEntry): void {
  const call = callOf(access);
  if (!call) return;
  const name = access.name.text;
  if (name === 'call' || name === 'apply') calledFrom(context, call, entry);
  else if (name === 'bind' && ts.isCallExpression(call)) {
    if (firstTime(context.bound, call, entry))
      for (const [position, given] of context.passed.get(call) ?? []) intoParameter(context, entry, position, given);
    send(context, call, entry);
  }
}
