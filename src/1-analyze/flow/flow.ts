/**
 * Where function values go: a field-based flow analysis. A function that is used as a value is followed through
 * variables, parameters, results, fields, array elements and object literals to the calls that may reach it. Fields are
 * told apart by name only, so the answer is too large rather than too small; what leaves the program is marked.
 */

import ts from 'typescript';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import type { References } from '../names/references.ts';
import { remember } from '../names/remember.ts';
import { wrapped } from '../names/syntax.ts';
import { looksBuiltIn } from './built-in-objects.ts';
import type { Hierarchy } from './callees.ts';
import { FlowCalls } from './calls.ts';
import { keyOf } from './contents.ts';
import { type FlowPlace, FlowPlaces } from './places.ts';
import { putMembers } from './put-members.ts';
import { openPlace } from './rules.ts';
import { findValueUses } from './value-uses.ts';

export interface FunctionFlow {
  /** Functions a call of a value may reach. */
  targetsOf(call: ts.Node): readonly FunctionEntry[];
  /** Calls that may reach the function when it is used as a value; undefined if others may call it. */
  callsOf(entry: FunctionEntry): readonly ts.Node[] | undefined;
  /** Places where the function is used as a value. */
  valueUses(entry: FunctionEntry): readonly ts.Expression[];
  /** Handed to code outside the program, or to a place that is not followed. */
  leaves(entry: FunctionEntry): boolean;
  /** Handed to a function that no name tells for sure: `visitor.onObject(f)`. */
  isHandedToValues(entry: FunctionEntry): boolean;
  /** Functions that may get it as an argument. */
  parametersOf(entry: FunctionEntry): readonly FunctionEntry[];
  /** Functions that may return it, by itself. */
  resultsOf(entry: FunctionEntry): readonly FunctionEntry[];
  /** Names of the fields that may hold it; `[]` for elements. */
  fieldsOf(entry: FunctionEntry): readonly string[];
  /** Variables that may hold it. */
  variablesOf(entry: FunctionEntry): readonly ts.Symbol[];
  /** Functions that a variable may hold, or fields of the name of one. */
  heldIn(symbol: ts.Symbol): readonly FunctionEntry[];
  /** Functions that an expression may be. */
  valuesOf(expression: ts.Expression): readonly FunctionEntry[];
}

/** All lists of functions are in the order of the program. */
export function followFunctions(index: ProgramIndex, hierarchy: Hierarchy, references: References): FunctionFlow {
  const uses = new Map(index.functions.map((entry) => [entry, findValueUses(index, hierarchy, references, entry)]));
  const places: FlowPlaces = new FlowPlaces(index, hierarchy, references, (place) =>
    openPlace({ places, calls }, place),
  );
  const calls = new FlowCalls(places);
  for (const [entry, found] of uses) for (const use of found) places.put(places.ofExpression(use), entry);
  for (const entry of index.functions) putMethod(places, entry);
  for (const [holder, use] of references.holders.whole) {
    for (const entry of putMembers(places, holder, use)) uses.get(entry)?.push(...use.places);
  }
  for (const call of places.contents.listCalls()) {
    for (const target of calls.listNamed(call)) calls.takeElements(target);
  }
  do places.graph.run();
  while (calls.handOut());
  return readFlow(places, uses);
}

/** A method of an object: `const { total } = cart` takes it, and also one of a class. */
function putMethod(places: FlowPlaces, entry: FunctionEntry): void {
  const { node } = entry;
  if (!ts.isMethodDeclaration(node)) return;
  const key = keyOf(node.name);
  if (ts.isObjectLiteralExpression(node.parent)) {
    places.put(places.ofField(key), entry);
    if (looksBuiltIn(places.index, node.parent)) places.put(places.ofBuiltIn(key), entry);
  }
  for (const use of places.references.toProperty(key)) {
    const symbol = ts.isBindingElement(use) && ts.isIdentifier(use.name) ? places.index.symbolAt(use.name) : undefined;
    if (symbol) places.put(places.ofVariable(symbol), entry);
  }
}

function readFlow(places: FlowPlaces, uses: ReadonlyMap<FunctionEntry, ts.Expression[]>): FunctionFlow {
  const list = (place: FlowPlace | undefined) =>
    place ? place.members.list().map((number) => places.entryOf(number)) : [];
  const isIn = ({ members }: FlowPlace, entry: FunctionEntry) => members.has(places.numberOf(entry));
  const calls = invert(places, places.callees);
  const given = invert(places, places.given);
  const results = invert(places, places.results);
  const fields = invert(places, places.fields);
  const variables = invert(places, places.variables);
  return {
    targetsOf: remember((call) => list(places.callees.get(call))),
    callsOf: (entry) => (isIn(places.leaving, entry) || isIn(places.lent, entry) ? undefined : calls(entry)),
    valueUses: (entry) => uses.get(entry) ?? [],
    leaves: (entry) => isIn(places.leaving, entry),
    isHandedToValues: (entry) => isIn(places.handed, entry),
    parametersOf: given,
    resultsOf: results,
    fieldsOf: fields,
    variablesOf: variables,
    heldIn: (symbol) => list(isField(symbol) ? places.fields.get(symbol.name) : places.variables.get(symbol)),
    valuesOf: (expression) => list(places.expressions.get(wrapped(expression))),
  };
}

function isField({ valueDeclaration }: ts.Symbol): boolean {
  return valueDeclaration !== undefined && ts.isPropertyDeclaration(valueDeclaration);
}

/** The keys of the places that hold a function. */
function invert<K>(places: FlowPlaces, known: ReadonlyMap<K, FlowPlace>): (entry: FunctionEntry) => readonly K[] {
  let keys: K[][] | undefined;
  return (entry) => {
    keys ??= listKeys(places.index.functions.length, known);
    return keys[places.numberOf(entry)] ?? [];
  };
}

function listKeys<K>(limit: number, known: ReadonlyMap<K, FlowPlace>): K[][] {
  const keys = Array.from({ length: limit }, (): K[] => []);
  for (const [key, { members }] of known) for (const number of members.list()) keys[number]?.push(key);
  return keys;
}
