/**
 * Where an object comes from: `this`, a parameter, a module variable, a captured variable, or made here (no root at all).
 * Used to tell what a write such as `a.b.c = 1` or `list.push(x)` changes. Too many roots cost bytes; a missing one would
 * lose a change, so what is not understood is `unknown`.
 */

import ts from 'typescript';
import { classNamed, type Hierarchy, resolveNamed } from '../flow/callees.ts';
import type { FunctionFlow } from '../flow/flow.ts';
import type { Implicits } from '../implicit/implicit.ts';
import { mayHang, variablesOfAccess, variablesOfHolder } from '../names/members.ts';
import type { FunctionEntry, ProgramIndex, VariableEntry } from '../names/program-index.ts';
import { argumentsOf, type References } from '../names/references.ts';
import { brief, isAccess, isFunctionNode, isWithin, unwrap, wrapped } from '../names/syntax.ts';
import { outsideFacts } from '../outside/outside.ts';
import { listClosedOver, listResults } from './closed-over.ts';
import { baseIdentifier, collectLocals, type LocalFacts, type Locals } from './locals.ts';

export type Root =
  | { kind: 'self' }
  | { kind: 'argument'; index: number }
  | { kind: 'variable'; entry: VariableEntry }
  /** Held by a variable of a function around this one, and not known to be anything else. */
  | { kind: 'captured' }
  /** An object that a package keeps, got from a call of `subject`. */
  | { kind: 'package'; subject: string }
  | { kind: 'unknown' };

export interface RootFinder {
  /** Roots of the object that `expression` evaluates to. */
  of(expression: ts.Expression): Root[];
  /** Roots of the objects inside it. */
  inside(expression: ts.Expression): Root[];
}

export interface Results {
  of(entry: FunctionEntry): readonly Root[];
}

export interface RootContext {
  index: ProgramIndex;
  hierarchy: Hierarchy;
  flow: FunctionFlow;
  references: References;
  implicits: Implicits;
  /** What functions return besides parts of what they are given. */
  results: Results;
  /** By statement at the top level: what the variables in it may hold, for functions inside that have them. */
  enclosing: Map<ts.Node, Locals>;
}

const UNKNOWN: Root = { kind: 'unknown' };
const CAPTURED: Root = { kind: 'captured' };

/** Expressions that were asked for on the way. */
interface Seen {
  of: Set<ts.Expression>;
  inside: Set<ts.Expression>;
}

function startSeen(): Seen {
  return { of: new Set(), inside: new Set() };
}

/** A finder for one region: a function's body (nested functions included) or a top-level statement. */
export function makeRootFinder(context: RootContext, region: ts.Node, owner: FunctionEntry | undefined): RootFinder {
  let locals: Locals | undefined;
  const localOf = (symbol: ts.Symbol): LocalFacts | undefined => {
    locals ??= collectLocals(context.index, region);
    return locals.get(symbol);
  };
  const search = new RootSearch(context, owner, localOf);
  return {
    of: remember((expression) => dedupe(search.of(expression, startSeen()))),
    inside: remember((expression) =>
      dedupe([...search.of(expression, startSeen()), ...search.inside(expression, startSeen())]),
    ),
  };
}

/** The fix point asks for the same expressions again and again. */
function remember(find: (expression: ts.Expression) => Root[]): (expression: ts.Expression) => Root[] {
  const known = new Map<ts.Expression, Root[]>();
  return (expression) => {
    const found = known.get(expression) ?? find(expression);
    known.set(expression, found);
    return found;
  };
}

function dedupe(roots: Root[]): Root[] {
  const byKey = new Map<string, Root>();
  for (const root of roots) {
    byKey.set(`${root.kind} ${detailOf(root)}`, root);
  }
  return [...byKey.values()];
}

function detailOf(root: Root): string {
  switch (root.kind) {
    case 'argument':
      return String(root.index);
    case 'variable':
      return root.entry.id;
    case 'package':
      return root.subject;
    case 'self':
    case 'captured':
    case 'unknown':
      return '';
  }
}

class RootSearch {
  readonly #context: RootContext;
  readonly #index: ProgramIndex;
  readonly #owner: FunctionEntry | undefined;
  readonly #localOf: (symbol: ts.Symbol) => LocalFacts | undefined;

  constructor(
    context: RootContext,
    owner: FunctionEntry | undefined,
    localOf: (symbol: ts.Symbol) => LocalFacts | undefined,
  ) {
    this.#context = context;
    this.#index = context.index;
    this.#owner = owner;
    this.#localOf = localOf;
  }

  of(expression: ts.Expression, seen: Seen): Root[] {
    const value = unwrap(expression);
    if (seen.of.has(value)) return [];
    seen.of.add(value);
    if (value.kind === ts.SyntaxKind.ThisKeyword || value.kind === ts.SyntaxKind.SuperKeyword)
      return [this.#self(value)];
    if (ts.isIdentifier(value)) return this.#ofName(value, seen);
    if (isAccess(value)) return this.#unlessPrimitive(value, this.#ofAccess(value, seen));
    if (ts.isConditionalExpression(value)) return [...this.of(value.whenTrue, seen), ...this.of(value.whenFalse, seen)];
    if (ts.isBinaryExpression(value)) return this.#ofOperator(value, seen);
    if (ts.isAwaitExpression(value)) return this.of(value.expression, seen);
    if (ts.isYieldExpression(value)) return this.#ofYield(value, seen);
    if (ts.isCallExpression(value)) return this.#ofCall(value, seen);
    if (ts.isTaggedTemplateExpression(value)) return this.#ofTag(value, seen);
    if (ts.isSpreadElement(value)) return this.inside(value.expression, seen);
    if (ts.isNewExpression(value)) return this.#ofNew(value, seen);
    return [];
  }

  /** What `next(…)` is given; of `yield*` what the other one returns. */
  #ofYield(value: ts.YieldExpression, seen: Seen): Root[] {
    if (!value.asteriskToken || !value.expression) return this.#unlessPrimitive(value, [UNKNOWN]);
    return this.#both(value.expression, seen);
  }

  #ofTag(value: ts.TaggedTemplateExpression, seen: Seen): Root[] {
    const given = argumentsOf(value).flatMap((part) => this.#both(part, seen));
    return this.#unlessPrimitive(value, [...given, ...this.#ofResults(value.tag, value, seen)]);
  }

  /** What is made is new, unless it is another look at something, or a constructor returns what it likes. */
  #ofNew(value: ts.NewExpression, seen: Seen): Root[] {
    if (isView(value)) return argumentsOf(value).flatMap((part) => this.of(part, seen));
    const { index, hierarchy } = this.#context;
    const roots: Root[] = [];
    let cls = classNamed(index, value.expression);
    for (; cls; cls = hierarchy.base(cls)) {
      const ctor = cls.node.members.find((member) => ts.isConstructorDeclaration(member) && member.body);
      const entry = ctor && index.functionOf(ctor);
      if (entry) roots.push(...this.#context.results.of(entry));
    }
    return roots;
  }

  #both(value: ts.Expression, seen: Seen): Root[] {
    return [...this.of(value, seen), ...this.inside(value, seen)];
  }

  /** The type is asked for last: most objects are made where they are changed. */
  #unlessPrimitive(value: ts.Expression, roots: Root[]): Root[] {
    return roots.length > 0 && this.#isPrimitive(value) ? [] : roots;
  }

  /** Nothing inside it can change. */
  #isPrimitive(value: ts.Expression): boolean {
    return isPrimitiveType(this.#index.checker.getTypeAtLocation(value));
  }

  /** Roots of what is reachable from inside a value that was made here. */
  inside(expression: ts.Expression, seen: Seen): Root[] {
    const value = unwrap(expression);
    if (seen.inside.has(value)) return [];
    seen.inside.add(value);
    return [...this.#insideWritten(value, seen), ...this.#ofReaders(value, { node: value, isDeep: true })];
  }

  #insideWritten(value: ts.Expression, seen: Seen): Root[] {
    const both = (part: ts.Expression) => this.#both(part, seen);
    if (ts.isArrayLiteralExpression(value)) return value.elements.flatMap(both);
    if (ts.isSpreadElement(value)) return both(value.expression);
    if (ts.isObjectLiteralExpression(value))
      return value.properties.flatMap((property) => this.#insideProperty(property, both, seen));
    if (ts.isNewExpression(value)) return argumentsOf(value).flatMap(both);
    if (ts.isConditionalExpression(value)) return [...both(value.whenTrue), ...both(value.whenFalse)];
    if (ts.isBinaryExpression(value))
      return this.#isPrimitive(value) ? [] : [...both(value.left), ...both(value.right)];
    if (ts.isAwaitExpression(value)) return both(value.expression);
    if (ts.isYieldExpression(value)) return value.asteriskToken && value.expression ? both(value.expression) : [];
    if (ts.isTaggedTemplateExpression(value)) return argumentsOf(value).flatMap(both);
    if (ts.isCallExpression(value)) {
      const receiver = ts.isPropertyAccessExpression(value.expression) ? both(value.expression.expression) : [];
      return [
        ...receiver,
        ...argumentsOf(value)
          .filter((argument) => !isFunctionNode(unwrap(argument)))
          .flatMap(both),
      ];
    }
    if (ts.isIdentifier(value)) return this.#insideName(value, seen);
    if (ts.isFunctionExpression(value) || ts.isArrowFunction(value)) return this.#ofClosure(value, seen);
    if (isAccess(value)) return this.#unlessPrimitive(value, this.inside(value.expression, seen));
    return [];
  }

  #insideProperty(property: ts.ObjectLiteralElementLike, both: (part: ts.Expression) => Root[], seen: Seen): Root[] {
    if (ts.isPropertyAssignment(property)) return both(property.initializer);
    if (ts.isShorthandPropertyAssignment(property)) return both(property.name);
    return ts.isSpreadAssignment(property) ? both(property.expression) : this.#ofClosure(property, seen);
  }

  /** `() => part`: whoever has it gets what a variable around it holds. What module variables hold is found where it is called. */
  #ofClosure(closure: ts.Node, seen: Seen): Root[] {
    const names = isFunctionNode(closure) ? listClosedOver(this.#index, closure) : [];
    if (names.length === 0 || !isFunctionNode(closure)) return [];
    if (listResults(closure).every((result) => this.#isPrimitive(result))) return [];
    return names.flatMap((name) => this.#both(name, seen));
  }

  #insideName(name: ts.Identifier, seen: Seen): Root[] {
    const symbol = this.#index.symbolAt(name);
    const local = symbol && this.#localOf(symbol);
    if (symbol?.valueDeclaration && ts.isFunctionDeclaration(symbol.valueDeclaration))
      return this.#ofClosure(symbol.valueDeclaration, seen);
    if (!local || isPrimitiveType(this.#index.checker.getTypeOfSymbol(symbol))) return [];
    return [...local.values, ...local.parts, ...local.stored].flatMap((value) => [
      ...this.#both(value, seen),
      ...this.#ofGiven(value, seen),
    ]);
  }

  /**
   * `each(part, (x) => { found = x; })`: what `x` is given is found where the function is called, which is right for what is changed
   * inside; somebody else who holds `x` may have anything that the call is given.
   */
  #ofGiven(held: ts.Expression, seen: Seen): Root[] {
    const name = baseIdentifier(held);
    const declaration = name && this.#index.symbolAt(name)?.valueDeclaration;
    const parameter = declaration && findParameter(declaration);
    if (!parameter || parameter.parent === this.#owner?.node || this.#isPrimitive(held)) return [];
    return this.#listGiven(parameter)?.flatMap((part) => this.#both(part, seen)) ?? [UNKNOWN];
  }

  /** Undefined if it may be called by others. */
  #listGiven({ parent }: ts.ParameterDeclaration): ts.Expression[] | undefined {
    if (!ts.isFunctionExpression(parent) && !ts.isArrowFunction(parent)) return undefined;
    const outer = wrapped(parent);
    const call = outer.parent;
    if (!ts.isCallExpression(call)) return undefined;
    const receiver = isAccess(call.expression) ? [call.expression.expression] : [];
    return [...receiver, ...call.arguments].filter((part) => !isFunctionNode(unwrap(part)));
  }

  /** What accessors give, and iterators, of the object or of whatever is inside it. */
  #ofReaders(
    object: ts.Expression,
    { node, names, isDeep }: { node: ts.Node; names?: string[]; isDeep: boolean },
  ): Root[] {
    const use = { operand: object, node, isDeep, ...(names && { names }) };
    const readers = this.#context.implicits.find({ ...use, ways: names ? ['get'] : ['get', 'iterate'] });
    return readers.flatMap((reader) => this.#context.results.of(reader));
  }

  #self(node: ts.Node): Root {
    let at = node.parent;
    while (ts.isArrowFunction(at) || !(ts.isFunctionLike(at) || ts.isClassLike(at) || ts.isSourceFile(at)))
      at = at.parent;
    let own: ts.Node | undefined = this.#owner?.node;
    while (own && ts.isArrowFunction(own)) own = enclosingThis(own);
    return at === own || (ts.isClassLike(at) && at === own) ? { kind: 'self' } : UNKNOWN;
  }

  #ofName(name: ts.Identifier, seen: Seen): Root[] {
    const symbol = this.#index.symbolAt(name);
    if (!symbol) return name.text === 'undefined' ? [] : [UNKNOWN];
    if (isPrimitiveType(this.#index.checker.getTypeOfSymbol(symbol))) return [];
    const variable = this.#index.variableOf(symbol);
    if (variable) return [{ kind: 'variable', entry: variable }];
    const declaration = symbol.valueDeclaration;
    const parameter = declaration && findParameter(declaration);
    const local = this.#localOf(symbol);
    if (parameter) {
      const given = [...this.#ofParameter(parameter), ...this.#ofDefaults(declaration, seen)];
      return local ? [...given, ...this.#ofLocal(local, seen)] : given;
    }
    if (this.#isCaptured(declaration)) return [CAPTURED, ...this.#ofCaptured(symbol, seen)];
    if (local) return this.#ofLocal(local, seen);
    const hanging = variablesOfHolder(this.#index, symbol).map((entry): Root => ({ kind: 'variable', entry }));
    if (hanging.length > 0) return hanging;
    return declaration && (ts.isFunctionLike(declaration) || ts.isClassLike(declaration)) ? [] : [UNKNOWN];
  }

  #ofLocal({ values, parts, opaque }: LocalFacts, seen: Seen): Root[] {
    const own = values.flatMap((value) => [...this.of(value, seen), ...this.#ofGiven(value, seen)]);
    const inside = parts.flatMap((value) => [...this.#both(value, seen), ...this.#ofGiven(value, seen)]);
    return opaque ? [UNKNOWN, ...own, ...inside] : [...own, ...inside];
  }

  /** `const first = list[0]` in a block or a function around it is a part of the module's list. */
  #ofCaptured(symbol: ts.Symbol, seen: Seen): Root[] {
    const facts = this.#findEnclosing(symbol);
    if (!facts) return [];
    const held = [...facts.values, ...facts.parts, ...facts.stored].flatMap((value) => this.#both(value, seen));
    return held.filter(({ kind }) => kind === 'variable' || kind === 'package');
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

  /** Whatever it holds is somebody else's as well. */
  #isCaptured(declaration: ts.Node | undefined): boolean {
    if (!this.#owner || !declaration || isWithin(declaration, this.#owner.node)) return false;
    return ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration);
  }

  /** Parameters of functions written inside are bound where those are called: see the calls of the region. */
  #ofParameter(parameter: ts.ParameterDeclaration): Root[] {
    if (parameter.parent === this.#owner?.node) {
      if (parameter.dotDotDotToken) return [UNKNOWN];
      const parameters = parameter.parent.parameters.filter((other) => other.name.getText() !== 'this');
      return [{ kind: 'argument', index: parameters.indexOf(parameter) }];
    }
    const isInside = this.#owner && isWithin(parameter, this.#owner.node);
    return isInside || !this.#owner ? [] : [UNKNOWN];
  }

  /** `b = a`, `{ b = a }`: without an argument the parameter is the default value. */
  #ofDefaults(declaration: ts.Node, seen: Seen): Root[] {
    const roots: Root[] = [];
    for (let at = declaration; !ts.isFunctionLike(at); at = at.parent) {
      if (!(ts.isBindingElement(at) || ts.isParameter(at)) || !at.initializer) continue;
      roots.push(...this.of(at.initializer, seen), ...this.inside(at.initializer, seen));
    }
    return roots;
  }

  #ofAccess(value: ts.PropertyAccessExpression | ts.ElementAccessExpression, seen: Seen): Root[] {
    const variables = mayHang(this.#index, value) ? variablesOfAccess(this.#index, value) : [];
    if (variables.length > 0) return variables.map((entry) => ({ kind: 'variable', entry }));
    const base = this.of(value.expression, seen);
    const held = base.length > 0 ? base : this.inside(value.expression, seen);
    const names = ts.isPropertyAccessExpression(value) ? [value.name.text] : undefined;
    const use = { node: unwrap(value.expression), isDeep: false, ...(names && { names }) };
    return [...held, ...this.#ofReaders(value.expression, use)];
  }

  #ofOperator(value: ts.BinaryExpression, seen: Seen): Root[] {
    switch (value.operatorToken.kind) {
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.AmpersandAmpersandToken:
      case ts.SyntaxKind.QuestionQuestionToken:
      case ts.SyntaxKind.BarBarEqualsToken:
      case ts.SyntaxKind.QuestionQuestionEqualsToken:
      case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
        return [...this.of(value.left, seen), ...this.of(value.right, seen)];
      case ts.SyntaxKind.CommaToken:
      case ts.SyntaxKind.EqualsToken:
        return this.of(value.right, seen);
      default:
        return [];
    }
  }

  /** What a built-in returns is new, a primitive, or part of the receiver; a program function may return anything it got. */
  #ofCall(value: ts.CallExpression, seen: Seen): Root[] {
    const callee = unwrap(value.expression);
    const receiver =
      ts.isPropertyAccessExpression(callee) && !this.#isHolder(callee.expression) ? callee.expression : undefined;
    const facts = outsideFacts(this.#index, callee, value);
    if (facts?.returns === 'fresh' || facts?.returns === 'deep') return [];
    if (facts?.returns === 'receiver' && receiver) return this.of(receiver, seen);
    if (this.#isPrimitive(value)) return [];
    if (facts?.returns === 'own') return [{ kind: 'package', subject: brief(callee) }];
    const given = [...argumentsOf(value), ...(receiver ? [receiver] : [])].filter(
      (argument) => !isFunctionNode(unwrap(argument)),
    );
    const roots = given.flatMap((argument) => [...this.of(argument, seen), ...this.inside(argument, seen)]);
    return facts?.known ? roots : [...roots, ...this.#ofResults(callee, value, seen)];
  }

  /** `Cart.create()`, `Tools.create()`: what a function gives of its class or namespace is found in it. */
  #isHolder(expression: ts.Expression): boolean {
    const symbol = this.#index.symbolAt(unwrap(expression));
    return symbol !== undefined && (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.ValueModule)) !== 0;
  }

  /**
   * What program functions return besides parts of what they are given: module state, or something unknown. What a closure gives of
   * what it captured is found through the variable that holds it.
   */
  #ofResults(called: ts.Expression, call: ts.Node, seen: Seen): Root[] {
    const { index, hierarchy, flow, results } = this.#context;
    const callee = unwrap(called);
    const named = resolveNamed(index, hierarchy, callee);
    const isOpen = !named || named.outside || named.functions.length === 0;
    const written = index.functionOf(callee);
    const known = [...(named?.functions ?? []), ...(written ? [written] : [])];
    const functions = new Set(!isOpen && named.direct ? known : [...known, ...flow.targetsOf(call)]);
    const roots = [...functions].flatMap((entry) => results.of(entry));
    if (!isOpen) return roots;
    return [UNKNOWN, ...roots, ...this.of(callee, seen).filter(({ kind }) => kind === 'variable')];
  }
}

/** `new Uint8Array(buffer)`, `new Proxy(object, …)`: another look at the same thing. */
function isView({ expression }: ts.NewExpression): boolean {
  return (
    ts.isIdentifier(expression) &&
    /^(DataView|Buffer|Proxy|\w+Array)$/.test(expression.text) &&
    expression.text !== 'Array'
  );
}

export function isPrimitiveType(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.every(isPrimitiveType);
  const primitive =
    ts.TypeFlags.StringLike |
    ts.TypeFlags.NumberLike |
    ts.TypeFlags.BigIntLike |
    ts.TypeFlags.BooleanLike |
    ts.TypeFlags.ESSymbolLike |
    ts.TypeFlags.VoidLike |
    ts.TypeFlags.Null |
    ts.TypeFlags.Never;
  return (type.flags & primitive) !== 0;
}

function enclosingThis(arrow: ts.Node): ts.Node | undefined {
  let at = arrow.parent;
  while (at && (ts.isArrowFunction(at) || !(ts.isFunctionLike(at) || ts.isClassLike(at)))) at = at.parent;
  return at;
}

function findParameter(declaration: ts.Node): ts.ParameterDeclaration | undefined {
  let at: ts.Node = declaration;
  while (ts.isBindingElement(at) || ts.isObjectBindingPattern(at) || ts.isArrayBindingPattern(at)) at = at.parent;
  return ts.isParameter(at) ? at : undefined;
}
