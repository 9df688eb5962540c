/** The places that function values flow through, each made when it is first asked for. */

import ts from 'typescript';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import type { References } from '../names/references.ts';
import { wrapped } from '../names/syntax.ts';
import type { Hierarchy } from './callees.ts';
import { type Contents, findContents } from './contents.ts';
import { FlowGraph, type Place } from './graph.ts';

/** What holds functions. */
export type Holder =
  /** The outermost of the parentheses and assertions around it. */
  | { kind: 'expression'; node: ts.Expression }
  | { kind: 'variable'; symbol: ts.Symbol }
  /** All fields of that name, or all elements. */
  | { kind: 'field'; name: string }
  /** All fields of that name of objects of the language. */
  | { kind: 'built-in'; name: string }
  | { kind: 'parameter'; entry: FunctionEntry; position: number }
  /** Whatever a function gets. */
  | { kind: 'given'; entry: FunctionEntry }
  /** What a function returns. */
  | { kind: 'result'; entry: FunctionEntry }
  /** What a call may reach, besides what it names. */
  | { kind: 'callees'; call: ts.Node }
  | { kind: 'leaving' | 'lent' | 'handed' };

export type FlowPlace = Place<Holder>;

export class FlowPlaces {
  readonly index: ProgramIndex;
  readonly hierarchy: Hierarchy;
  readonly references: References;
  readonly contents: Contents;
  readonly graph: FlowGraph<Holder>;
  /** Handed to code outside the program, or to a place that is not followed. */
  readonly leaving: FlowPlace;
  /** Handed to code outside the program that calls it at once. */
  readonly lent: FlowPlace;
  /** Handed to what no name tells for sure, which code outside the program may have given. */
  readonly handed: FlowPlace;
  readonly expressions = new Map<ts.Node, FlowPlace>();
  readonly variables = new Map<ts.Symbol, FlowPlace>();
  readonly fields = new Map<string, FlowPlace>();
  readonly #builtIn = new Map<string, FlowPlace>();
  readonly results = new Map<FunctionEntry, FlowPlace>();
  readonly given = new Map<FunctionEntry, FlowPlace>();
  readonly callees = new Map<ts.Node, FlowPlace>();
  readonly #parameters = new Map<FunctionEntry, FlowPlace[]>();
  readonly #numbers: ReadonlyMap<FunctionEntry, number>;

  constructor(index: ProgramIndex, hierarchy: Hierarchy, references: References, open: (place: FlowPlace) => void) {
    this.index = index;
    this.hierarchy = hierarchy;
    this.references = references;
    this.contents = findContents(index, references);
    this.graph = new FlowGraph(open);
    this.leaving = this.graph.makePlace({ kind: 'leaving' });
    this.lent = this.graph.makePlace({ kind: 'lent' });
    this.handed = this.graph.makePlace({ kind: 'handed' });
    this.#numbers = new Map(index.functions.map((entry, number) => [entry, number]));
  }

  ofExpression(expression: ts.Expression): FlowPlace {
    const node = wrapped(expression);
    return this.#get(this.expressions, node, () => ({ kind: 'expression', node }));
  }

  ofVariable(symbol: ts.Symbol): FlowPlace {
    return this.#get(this.variables, symbol, () => ({ kind: 'variable', symbol }));
  }

  ofField(name: string): FlowPlace {
    return this.#get(this.fields, name, () => ({ kind: 'field', name }));
  }

  ofBuiltIn(name: string): FlowPlace {
    return this.#get(this.#builtIn, name, () => ({ kind: 'built-in', name }));
  }

  ofResult(entry: FunctionEntry): FlowPlace {
    return this.#get(this.results, entry, () => ({ kind: 'result', entry }));
  }

  ofGiven(entry: FunctionEntry): FlowPlace {
    return this.#get(this.given, entry, () => ({ kind: 'given', entry }));
  }

  ofCallees(call: ts.Node): FlowPlace {
    return this.#get(this.callees, call, () => ({ kind: 'callees', call }));
  }

  /** Arguments after the last parameter count as the last. */
  ofParameter(entry: FunctionEntry, position: number): FlowPlace {
    const places = this.#parameters.get(entry) ?? this.#makeParameters(entry);
    return (places[position] ?? places.at(-1)) as FlowPlace;
  }

  /** One at least: whoever has no parameter gets functions all the same. */
  #makeParameters(entry: FunctionEntry): FlowPlace[] {
    const count = Math.max(1, parametersOf(entry).length);
    const places = Array.from({ length: count }, (_, position) =>
      this.graph.makePlace({ kind: 'parameter', entry, position }),
    );
    this.#parameters.set(entry, places);
    return places;
  }

  #get<K>(known: Map<K, FlowPlace>, key: K, describe: () => Holder): FlowPlace {
    const found = known.get(key) ?? this.graph.makePlace(describe());
    known.set(key, found);
    return found;
  }

  /** `react` is told of every function that comes to the place. */
  watch(place: FlowPlace, react: (entry: FunctionEntry) => void): void {
    this.graph.watch(place, (number) => react(this.entryOf(number)));
  }

  put(place: FlowPlace, entry: FunctionEntry): void {
    this.graph.put(place, this.numberOf(entry));
  }

  numberOf(entry: FunctionEntry): number {
    return this.#numbers.get(entry) as number;
  }

  entryOf(number: number): FunctionEntry {
    return this.index.functions[number] as FunctionEntry;
  }
}

/** Without `this`. */
export function parametersOf({ node }: FunctionEntry): ts.ParameterDeclaration[] {
  return node.parameters.filter(({ name }) => !ts.isIdentifier(name) || name.text !== 'this');
}
