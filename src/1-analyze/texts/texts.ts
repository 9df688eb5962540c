/**
 * Functions and classes whose own text the program reads (`total.toString()`, `` `${total}` ``): behind the name of one that
 * crosses stands another text. They stay as they are written, with all that is written in them, and so does what reads: in a unit all code
 * has another text.
 */

import ts from 'typescript';
import { classOfSymbol, type Hierarchy, overridesOf } from '../flow/callees.ts';
import { ELEMENT } from '../flow/contents.ts';
import type { FunctionFlow } from '../flow/flow.ts';
import type { ClassEntry, FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import type { References } from '../names/references.ts';
import { brief, isAccess, unwrap } from '../names/syntax.ts';
import { findOutsideUse } from '../outside/outside.ts';
import { findGuard } from './guards.ts';
import { elementOf, isFunction, kindOf } from './kinds.ts';
import { listReadings } from './readings.ts';
import { VeiledValues } from './veiled.ts';

export interface ReadTexts {
  /** What does it: `surely`, or if the value turns out to be a function. */
  readings: ReadonlyMap<ts.Node, Certainty>;
  /** Of a text that a node is in: what reads it. */
  findReading(node: ts.Node): ts.Node | undefined;
}

export type Certainty = 'surely' | 'maybe';

export interface TextContext {
  index: ProgramIndex;
  hierarchy: Hierarchy;
  references: References;
  flow: FunctionFlow;
}

export function findReadTexts(context: TextContext): ReadTexts {
  const readings = new Map<ts.Node, Certainty>();
  const read = new Map<ts.Node, ts.Node>();
  const search = new TextSearch(context);
  for (const node of context.index.nodes) {
    for (const value of listReadings(context.index, node)) {
      const found = search.find(value);
      if (!found) continue;
      if (readings.get(node) !== 'surely') readings.set(node, search.isSure(value) ? 'surely' : 'maybe');
      for (const one of found) if (!read.has(one.node)) read.set(one.node, node);
    }
  }
  return { readings, findReading: (node) => findAround(read, node) };
}

/** `String(…)`, `${total}` */
export function describeReading(node: ts.Node): string {
  return ts.isTemplateSpan(node) ? `\${${brief(node.expression)}}` : brief(node);
}

function findAround(read: ReadonlyMap<ts.Node, ts.Node>, node: ts.Node): ts.Node | undefined {
  if (read.size === 0) return undefined;
  for (let at = node; at && !ts.isSourceFile(at); at = at.parent) {
    const reading = read.get(at);
    if (reading) return reading;
  }
  return undefined;
}

type Readable = FunctionEntry | ClassEntry;

class TextSearch {
  readonly #context: TextContext;
  readonly #veiled: VeiledValues;

  constructor(context: TextContext) {
    this.#context = context;
    this.#veiled = new VeiledValues(context);
  }

  /** What a value may be whose text is read; undefined if that is no text of a function. */
  find(value: ts.Expression): readonly Readable[] | undefined {
    const plain = unwrap(value);
    if (ts.isLiteralExpression(plain) || ts.isTemplateExpression(plain)) return undefined;
    const { checker } = this.#context.index;
    const guard = findGuard(this.#context.index, plain);
    const kind = kindOf(checker, checker.getTypeAtLocation(plain));
    if (kind === 'other' || guard === 'other' || this.#isOfLanguage(plain)) return undefined;
    const found = kind === 'function' ? this.#listShown(plain) : this.#listVeiled(plain);
    if (found.length > 0) return found;
    return kind === 'function' || guard === 'function' ? this.#listUnfollowed() : undefined;
  }

  /** It is a function, whatever happens. */
  isSure(value: ts.Expression): boolean {
    const { checker } = this.#context.index;
    const plain = unwrap(value);
    return (
      isFunction(checker, checker.getTypeAtLocation(plain)) || findGuard(this.#context.index, plain) === 'function'
    );
  }

  /** `String(Number)`, `Object.prototype.toString` */
  #isOfLanguage(value: ts.Expression): boolean {
    return findOutsideUse(this.#context.index, value)?.from.kind === 'global';
  }

  #listVeiled(value: ts.Expression): Readable[] {
    return [
      ...this.#veiled.find(value).flatMap((one) => this.#listShown(one)),
      ...this.#veiled.findPrototypes(value).flatMap((one) => this.#listMade(one)),
    ];
  }

  /** Of a value that is a function by its type. */
  #listShown(value: ts.Expression): Readable[] {
    const type = this.#context.index.checker.getTypeAtLocation(value);
    return [...this.#listFunctions(value, type), ...this.#listClasses(value, type)];
  }

  #listFunctions(value: ts.Expression, type: ts.Type): FunctionEntry[] {
    const { index, hierarchy, flow } = this.#context;
    const inside = elementOf(index.checker, type) ? this.#listElements() : [];
    const written = index.functionOf(value);
    return [...(written ? [written] : []), ...flow.valuesOf(value), ...inside].flatMap((entry) => [
      entry,
      ...overridesOf(index, hierarchy, entry),
    ]);
  }

  #listElements(): FunctionEntry[] {
    const { index, flow } = this.#context;
    return index.functions.filter((entry) => flow.fieldsOf(entry).includes(ELEMENT));
  }

  /** Nothing is known of where the function comes from: any that is in an object or was handed out. */
  #listUnfollowed(): Readable[] {
    const { index, flow } = this.#context;
    const free = index.functions.filter((entry) => flow.fieldsOf(entry).length > 0 || flow.leaves(entry));
    return [...free, ...this.#listHandedClasses()];
  }

  #listClasses(value: ts.Expression, type: ts.Type): ClassEntry[] {
    if (isAccess(value) && /(?:\.|\['?)constructor\b/.test(value.getText())) return this.#listMade(value.expression);
    const inner = elementOf(this.#context.index.checker, type) ?? type;
    const parts = inner.isUnionOrIntersection() ? inner.types : [inner];
    const named = parts.flatMap((part) => this.#listNamed(part));
    if (named.length > 0) return named;
    const makes = parts.some((part) => part.getConstructSignatures().length > 0 || part.symbol?.name === 'Function');
    return makes ? this.#listHandedClasses() : [];
  }

  /** `typeof Cart` */
  #listNamed(type: ts.Type): ClassEntry[] {
    if (type.getConstructSignatures().length === 0) return [];
    const cls = type.symbol && classOfSymbol(this.#context.index, type.symbol);
    return cls ? [cls, ...this.#context.hierarchy.subclasses(cls)] : [];
  }

  /** `cart.constructor` */
  #listMade(object: ts.Expression): ClassEntry[] {
    const { index, hierarchy } = this.#context;
    const { symbol } = index.checker.getTypeAtLocation(object);
    const cls = symbol && classOfSymbol(index, symbol);
    return cls ? [cls, ...hierarchy.subclasses(cls)] : [...index.classes];
  }

  #listHandedClasses(): ClassEntry[] {
    const { index, references } = this.#context;
    return [...references.holders.whole.keys()].flatMap((symbol) => classOfSymbol(index, symbol) ?? []);
  }
}
