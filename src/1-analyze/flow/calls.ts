/** What calls do with function values: arguments go to the parameters of what is called, results to the calls. */

import ts from 'typescript';
import { findHanding, isSettledCallback, isWaitedCallback } from '../functions/waited-callbacks.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { argumentsOf, calleeOf } from '../names/references.ts';
import { wrapped } from '../names/syntax.ts';
import type { ApiFacts } from '../outside/api-facts.ts';
import { outsideFacts } from '../outside/outside.ts';
import { isBuiltIn } from './built-in-objects.ts';
import { findReflected, functionOfDeclaration, resolveNamed } from './callees.ts';
import { ELEMENT, isListCall } from './contents.ts';
import type { FlowPlace, FlowPlaces } from './places.ts';

type ArgumentCall = ts.CallExpression | ts.NewExpression;

/** What is known of a call so far. */
interface CallState {
  passed: { position: number; place: FlowPlace }[];
  /** Functions that it reaches, or makes another one of (`f.bind(…)`), as values. */
  targets: FunctionEntry[];
}

export class FlowCalls {
  readonly #places: FlowPlaces;
  readonly #states = new Map<ts.Node, CallState>();
  /** `f.bind(…)`: functions that it makes another one of. */
  readonly #bound = new Map<ts.Node, Set<FunctionEntry>>();
  /** Functions that are called with what a list holds: `f(...list)`, `f.apply(o, list)`. */
  readonly #listed = new Set<FunctionEntry>();
  /** Arguments of calls that reach nothing by name: only what flows there says what they reach. */
  #unanswered: { call: ArgumentCall; place: FlowPlace }[] = [];

  constructor(places: FlowPlaces) {
    this.#places = places;
  }

  /** `call` may reach `entry`. A test's function that the program calls is one from outside: it is in no unit. */
  reach(call: ts.Node, entry: FunctionEntry): void {
    const places = this.#places;
    const { tests } = places.index;
    if (tests.has(entry.file) && !tests.has(call.getSourceFile())) return places.put(places.leaving, entry);
    places.put(places.ofCallees(call), entry);
    this.#addTarget(call, entry);
    if (isListCall(call)) this.takeElements(entry);
    if (ts.isExpression(call)) places.graph.connect(places.ofResult(entry), places.ofExpression(call));
  }

  /** `call` makes another function of `entry`: `f.bind(…)`. */
  bind(call: ts.Node, entry: FunctionEntry): void {
    const known = this.#bound.get(call);
    if (known?.has(entry)) return;
    if (known) known.add(entry);
    else this.#bound.set(call, new Set([entry]));
    this.#addTarget(call, entry);
  }

  #addTarget(call: ts.Node, entry: FunctionEntry): void {
    const state = this.#stateOf(call);
    state.targets.push(entry);
    for (const { position, place } of state.passed) this.#intoParameter(entry, position, place);
  }

  #stateOf(call: ts.Node): CallState {
    const state = this.#states.get(call) ?? { passed: [], targets: [] };
    this.#states.set(call, state);
    return state;
  }

  #intoParameter(target: FunctionEntry, position: number, place: FlowPlace): void {
    this.#places.graph.connect(place, this.#places.ofParameter(target, position));
  }

  /** `target` is called with what lists hold. */
  takeElements(target: FunctionEntry): void {
    if (this.#listed.has(target)) return;
    this.#listed.add(target);
    const elements = this.#places.ofField(ELEMENT);
    for (const position of target.node.parameters.keys()) this.#intoParameter(target, position, elements);
  }

  /** `place` is that of the argument `value`. */
  intoCall(call: ArgumentCall, value: ts.Expression, place: FlowPlace): void {
    const places = this.#places;
    if (isWaitedFor(places.index, value)) return;
    const callee = calleeOf(call);
    const isShifted = ts.isPropertyAccessExpression(callee) && /^(?:call|bind)$/.test(callee.name.text);
    const position = argumentsOf(call).indexOf(value) - (isShifted ? 1 : 0);
    const state = this.#stateOf(call);
    state.passed.push({ position, place });
    const name = position === 0 ? callee.getText() : '';
    if (name === 'Reflect.apply') places.watch(place, (entry) => this.reach(call, entry));
    if (GIVES_BACK.test(name)) places.graph.connect(place, places.ofExpression(call));
    if (!isCertain(places, call)) places.graph.connect(place, places.handed);
    const named = this.listNamed(call);
    for (const target of [...named, ...state.targets]) this.#intoParameter(target, position, place);
    if (isOutside(places.index, call)) this.#intoOutside(call, place);
    else if (named.length === 0) this.#unanswered.push({ call, place });
  }

  /**
   * What is handed to calls that no function of the program has come to leaves the program. To be asked for when nothing flows any
   * more; true if anything has been handed out, so that more may flow.
   */
  handOut(): boolean {
    const unanswered = this.#unanswered.filter(({ call }) => this.#stateOf(call).targets.length === 0);
    this.#unanswered = [];
    for (const { call, place } of unanswered) this.#intoOutside(call, place);
    return unanswered.length > 0;
  }

  #intoOutside(call: ArgumentCall, place: FlowPlace): void {
    const { graph, index, leaving, lent } = this.#places;
    const callee = calleeOf(call);
    const elements = this.#places.ofField(ELEMENT);
    if (isStore(callee)) return graph.connect(place, elements);
    const facts = outsideFacts(index, callee, call);
    if (facts && isLookedAt(facts) && isBuiltIn(index, call)) return;
    graph.connect(place, facts?.known && facts.callsBack === 'now' ? lent : leaving);
    // `Promise.resolve(f)`: whoever does not call it may give it back.
    if (facts && (!facts.known || facts.callsBack === 'never')) graph.connect(place, elements);
  }

  /** Functions and constructors that a call reaches by name. */
  listNamed(call: ArgumentCall): FunctionEntry[] {
    const { index, hierarchy } = this.#places;
    const named = resolveNamed(index, hierarchy, calleeOf(call));
    const classes = [...(named?.classes ?? []), ...findReflected(index, call)];
    const constructors = classes.flatMap(({ node }) => node.members.filter(ts.isConstructorDeclaration));
    return [...(named?.functions ?? []), ...constructors.flatMap((node) => functionOfDeclaration(index, node) ?? [])];
  }
}

/** `Array.isArray(f)`, `Object.is(f, g)`: it neither calls nor keeps what it gets. */
function isLookedAt({ known, callsBack, effects, changes, changesReceiver }: ApiFacts): boolean {
  return known && callsBack === 'never' && effects.length + changes.length === 0 && !changesReceiver;
}

/** It calls what it names, and nothing else. */
function isCertain({ index, hierarchy }: FlowPlaces, call: ArgumentCall): boolean {
  return resolveNamed(index, hierarchy, calleeOf(call))?.direct === true;
}

/** `Object.assign(f, { … })` is `f`. */
const GIVES_BACK = /^Object\.(?:assign|defineProperty|defineProperties|freeze|preventExtensions|seal|setPrototypeOf)$/;

/**
 * Code outside the program may be what is called, whatever functions have come there by the names of fields: `set.add(f)` of a set,
 * where a table has an `add` as well. What `f.call(…)` calls is `f`.
 */
function isOutside(index: ProgramIndex, call: ArgumentCall): boolean {
  const callee = calleeOf(call);
  if (isStore(callee)) return true;
  return (
    !/(?:\.(?:call|apply|bind)|^Reflect\.\w+)$/.test(callee.getText()) &&
    outsideFacts(index, callee, call) !== undefined
  );
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
