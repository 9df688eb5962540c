/** What names stand for: `this`, parameters, module variables, and local variables with every value that they may hold. */

import ts from 'typescript';
import { listClosedOver, listResults } from '../names/closed-over.ts';
import { listVariables } from '../names/holders.ts';
import { isPrimitive, isPrimitiveType } from '../names/primitives.ts';
import type { FunctionEntry, ProgramIndex, VariableEntry } from '../names/program-index.ts';
import { withoutFunctions } from '../names/references.ts';
import { remember, rememberFor } from '../names/remember.ts';
import { isAccess, isFunctionNode, isWithin, wrapped } from '../names/syntax.ts';
import { thisAround } from '../names/this-around.ts';
import { baseIdentifier, collectLocals, type LocalFacts, type Locals } from './locals.ts';
import type { RootContext } from './roots.ts';
import { type Root, type Trail, UNKNOWN } from './trail.ts';

const SELF: Root = { kind: 'self' };
const CAPTURED: Root = { kind: 'captured' };

/** One for each variable. */
export const rootOf = rememberFor((entry: VariableEntry): Root => ({ kind: 'variable', entry }));

/** Where the names stand: a function's body or a top-level statement. */
interface Place {
  node: ts.Node;
  owner: FunctionEntry | undefined;
}

/** The search goes on with the values that names stand for. */
interface ValueSearch {
  of(value: ts.Expression, trail: Trail): void;
  /** What it is, and what is inside of it. */
  both(value: ts.Expression, trail: Trail): void;
}

export class NameRoots {
  readonly #context: RootContext;
  readonly #index: ProgramIndex;
  readonly #place: Place;
  readonly #owner: FunctionEntry | undefined;
  readonly #values: ValueSearch;
  readonly #arguments: Root[] = [];
  #locals: Locals | undefined;

  constructor(context: RootContext, place: Place, values: ValueSearch) {
    this.#context = context;
    this.#index = context.index;
    this.#place = place;
    this.#owner = place.owner;
    this.#values = values;
  }

  /** Of `this` and `super`. */
  self(node: ts.Node): Root {
    let own: ts.Node | undefined = this.#owner?.node;
    if (own && ts.isArrowFunction(own)) own = thisAround(own);
    return thisAround(node) === own ? SELF : UNKNOWN;
  }

  of(name: ts.Identifier, trail: Trail): void {
    const symbol = this.#index.symbolAt(name);
    if (!symbol) {
      if (name.text !== 'undefined') trail.add(UNKNOWN);
      return;
    }
    if (isPrimitiveType(this.#index.checker.getTypeOfSymbol(symbol))) return;
    const variable = this.#index.variableOf(symbol);
    if (variable) return trail.add(rootOf(variable));
    const declaration = symbol.valueDeclaration;
    const parameter = declaration && findParameter(declaration);
    const local = this.#localOf(symbol);
    if (parameter) {
      this.#ofParameter(parameter, trail);
      this.#ofDefaults(declaration, trail);
      if (local) this.#ofLocal(local, trail);
      return;
    }
    const hanging = listVariables(this.#index, symbol);
    if (hanging.length > 0) return trail.addAll(hanging.map(rootOf));
    if (this.#isCaptured(declaration)) {
      trail.add(CAPTURED);
      return this.#ofCaptured(symbol, trail);
    }
    if (local) return this.#ofLocal(local, trail);
    if (!declaration || !(ts.isFunctionLike(declaration) || ts.isClassLike(declaration))) trail.add(UNKNOWN);
  }

  /** Of what is inside of what a local variable holds. */
  inside(name: ts.Identifier, trail: Trail): void {
    const symbol = this.#index.symbolAt(name);
    const local = symbol && this.#localOf(symbol);
    if (symbol?.valueDeclaration && ts.isFunctionDeclaration(symbol.valueDeclaration))
      return this.ofClosure(symbol.valueDeclaration, trail);
    if (!local || isPrimitiveType(this.#index.checker.getTypeOfSymbol(symbol)) || !trail.entersInside(local)) return;
    for (const value of [...local.values, ...local.parts, ...local.stored]) {
      this.#values.both(value, trail);
      this.#ofGiven(value, trail);
    }
  }

  /** `() => part`: whoever has it gets what a variable around it holds. What module variables hold is found where it is called. */
  ofClosure(closure: ts.Node, trail: Trail): void {
    if (isFunctionNode(closure)) for (const name of this.#closedOver(closure)) this.#values.both(name, trail);
  }

  // Asked for with every search that comes along.
  readonly #closedOver = remember((closure: FunctionEntry['node']): ts.Identifier[] => {
    const names = listClosedOver(this.#index, closure);
    const { checker } = this.#index;
    return names.length > 0 && listResults(closure).every((result) => isPrimitive(checker, result)) ? [] : names;
  });

  #localOf(symbol: ts.Symbol): LocalFacts | undefined {
    this.#locals ??= collectLocals(this.#index, this.#place.node);
    return this.#locals.get(symbol);
  }

  #ofLocal(local: LocalFacts, trail: Trail): void {
    const { values, parts, opaque } = local;
    if (opaque) trail.add(UNKNOWN);
    if (!trail.enters(local)) return;
    for (const value of values) {
      this.#values.of(value, trail);
      this.#ofGiven(value, trail);
    }
    for (const value of parts) {
      this.#values.both(value, trail);
      this.#ofGiven(value, trail);
    }
  }

  /**
   * `each(part, (x) => { found = x; })`: what `x` is given is found where the function is called, which is right for what is changed
   * inside; somebody else who holds `x` may have anything that the call is given.
   */
  #ofGiven(held: ts.Expression, trail: Trail): void {
    const name = baseIdentifier(held);
    const declaration = name && this.#index.symbolAt(name)?.valueDeclaration;
    const parameter = declaration && findParameter(declaration);
    if (!parameter || parameter.parent === this.#owner?.node || isPrimitive(this.#index.checker, held)) return;
    const given = listGiven(parameter);
    if (!given) trail.add(UNKNOWN);
    for (const part of given ?? []) this.#values.both(part, trail);
  }

  /** Parameters of functions written inside are bound where those are called: see the calls of the region. */
  #ofParameter(parameter: ts.ParameterDeclaration, trail: Trail): void {
    if (parameter.parent === this.#owner?.node) {
      if (parameter.dotDotDotToken) return trail.add(UNKNOWN);
      const parameters = parameter.parent.parameters.filter((other) => other.name.getText() !== 'this');
      return trail.add(this.#argument(parameters.indexOf(parameter)));
    }
    if (this.#owner && !isWithin(parameter, this.#owner.node)) trail.add(UNKNOWN);
  }

  #argument(index: number): Root {
    const root = this.#arguments[index] ?? { kind: 'argument', index };
    this.#arguments[index] = root;
    return root;
  }

  /** `b = a`, `{ b = a }`: without an argument the parameter is the default value. */
  #ofDefaults(declaration: ts.Node, trail: Trail): void {
    for (let at = declaration; !ts.isFunctionLike(at); at = at.parent) {
      if (!(ts.isBindingElement(at) || ts.isParameter(at)) || !at.initializer) continue;
      this.#values.both(at.initializer, trail);
    }
  }

  /** Whatever it holds is somebody else's as well. */
  #isCaptured(declaration: ts.Node | undefined): boolean {
    if (!this.#owner || !declaration || isWithin(declaration, this.#owner.node)) return false;
    return ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration);
  }

  /** `const first = list[0]` in a block or a function around it is a part of the module's list. */
  #ofCaptured(symbol: ts.Symbol, trail: Trail): void {
    const facts = this.#findEnclosing(symbol);
    if (!facts) return;
    trail.only(['variable', 'package'], () => {
      for (const value of [...facts.values, ...facts.parts, ...facts.stored]) this.#values.both(value, trail);
    });
  }

  #findEnclosing(symbol: ts.Symbol): LocalFacts | undefined {
    const { index, enclosing } = this.#context;
    let at: ts.Node | undefined = symbol.valueDeclaration;
    while (at && !ts.isSourceFile(at.parent)) at = at.parent;
    if (!at) return undefined;
    const locals = enclosing.get(at) ?? collectLocals(index, at);
    enclosing.set(at, locals);
    return locals.get(symbol);
  }
}

/** The parameter that it is, or a part of. */
function findParameter(declaration: ts.Node): ts.ParameterDeclaration | undefined {
  let at: ts.Node = declaration;
  while (ts.isBindingElement(at) || ts.isObjectBindingPattern(at) || ts.isArrayBindingPattern(at)) at = at.parent;
  return ts.isParameter(at) ? at : undefined;
}

/** What a call gives that is given the function of a parameter. Undefined if the function may be called by others. */
function listGiven({ parent }: ts.ParameterDeclaration): ts.Expression[] | undefined {
  if (!ts.isFunctionExpression(parent) && !ts.isArrowFunction(parent)) return undefined;
  const call = wrapped(parent).parent;
  if (!ts.isCallExpression(call)) return undefined;
  const receiver = isAccess(call.expression) ? [call.expression.expression] : [];
  return withoutFunctions([...receiver, ...call.arguments]);
}
