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
import { remember } from '../names/remember.ts';
import { brief, isAccess, isFunctionNode, isWithin, unwrap, wrapped } from '../names/syntax.ts';
import { outsideFacts } from '../outside/outside.ts';
import { findBorrowedCall } from './borrowed-calls.ts';
import { listClosedOver, listResults } from './closed-over.ts';
import { baseIdentifier, collectLocals, type LocalFacts, type Locals } from './locals.ts';
import { type Given, keyOfRoot, type Root, Trail } from './trail.ts';

export interface RootFinder {
  /** Roots of the object that `expression` evaluates to. */
  of(expression: ts.Expression): Root[];
  /** Roots of the objects inside it. */
  inside(expression: ts.Expression): Root[];
}

export interface Results {
  of(entry: FunctionEntry): Given;
  /** Of all together: asked for once with each list. */
  ofAll(entries: readonly FunctionEntry[]): Given;
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

const SELF: Root = { kind: 'self' };
type ResultCall = ts.CallExpression | ts.TaggedTemplateExpression;

const UNKNOWN: Root = { kind: 'unknown' };
const CAPTURED: Root = { kind: 'captured' };

/** A finder for one region: a function's body (nested functions included) or a top-level statement. */
export function makeRootFinder(context: RootContext, region: ts.Node, owner: FunctionEntry | undefined): RootFinder {
  let locals: Locals | undefined;
  const localOf = (symbol: ts.Symbol): LocalFacts | undefined => {
    locals ??= collectLocals(context.index, region);
    return locals.get(symbol);
  };
  const search = new RootSearch(context, owner, localOf);
  const listOf = (expression: ts.Expression) => {
    const trail = new Trail();
    search.of(expression, trail);
    return trail.list();
  };
  const listInside = (expression: ts.Expression) => {
    const trail = new Trail();
    search.inside(expression, trail);
    return trail.list();
  };
  return {
    of: remember((expression: ts.Expression) => dedupe(listOf(expression))),
    // The fix point asks for the same expressions again and again.
    inside: remember((expression: ts.Expression) => dedupe([...listOf(expression), ...listInside(expression)])),
  };
}

function dedupe(roots: Root[]): Root[] {
  return [...new Map(roots.map((root) => [keyOfRoot(root), root])).values()];
}

class RootSearch {
  readonly #context: RootContext;
  readonly #index: ProgramIndex;
  readonly #owner: FunctionEntry | undefined;
  readonly #localOf: (symbol: ts.Symbol) => LocalFacts | undefined;
  readonly #arguments: Root[] = [];
  // Asked for with every search that comes along.
  readonly #results = remember((call: ResultCall) => this.#findResults(call));
  readonly #closedOver = remember((closure: FunctionEntry['node']) => this.#findClosedOver(closure));
  readonly #read = remember((access: ts.PropertyAccessExpression | ts.ElementAccessExpression) =>
    this.#findRead(access),
  );
  readonly #readInside = remember((object: ts.Expression) => this.#findReadInside(object));

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

  of(expression: ts.Expression, trail: Trail): void {
    const value = unwrap(expression);
    if (!trail.enters(value)) return;
    if (value.kind === ts.SyntaxKind.ThisKeyword || value.kind === ts.SyntaxKind.SuperKeyword)
      trail.add(this.#self(value));
    else if (ts.isIdentifier(value)) this.#ofName(value, trail);
    else if (isAccess(value)) this.#unlessPrimitive(value, () => this.#ofAccess(value, trail));
    else if (ts.isConditionalExpression(value)) {
      this.of(value.whenTrue, trail);
      this.of(value.whenFalse, trail);
    } else if (ts.isBinaryExpression(value)) this.#ofOperator(value, trail);
    else if (ts.isAwaitExpression(value)) this.of(value.expression, trail);
    else if (ts.isYieldExpression(value)) this.#ofYield(value, trail);
    else if (ts.isCallExpression(value)) this.#ofCall(value, trail);
    else if (ts.isTaggedTemplateExpression(value)) this.#ofTag(value, trail);
    else if (ts.isSpreadElement(value)) this.inside(value.expression, trail);
    else if (ts.isNewExpression(value)) this.#ofNew(value, trail);
  }

  /** What `next(…)` is given; of `yield*` what the other one returns. */
  #ofYield(value: ts.YieldExpression, trail: Trail): void {
    if (value.asteriskToken && value.expression) this.#both(value.expression, trail);
    else if (!this.#isPrimitive(value)) trail.add(UNKNOWN);
  }

  #ofTag(value: ts.TaggedTemplateExpression, trail: Trail): void {
    this.#unlessPrimitive(value, () => {
      for (const part of argumentsOf(value)) this.#both(part, trail);
      this.#ofResults(value.tag, value, trail);
    });
  }

  /** What is made is new, unless it is another look at something, or a constructor returns what it likes. */
  #ofNew(value: ts.NewExpression, trail: Trail): void {
    if (isView(value)) {
      for (const part of argumentsOf(value)) this.of(part, trail);
      return;
    }
    const { index, hierarchy, results } = this.#context;
    for (let cls = classNamed(index, value.expression); cls; cls = hierarchy.base(cls)) {
      const ctor = cls.node.members.find((member) => ts.isConstructorDeclaration(member) && member.body);
      const entry = ctor && index.functionOf(ctor);
      if (entry) trail.addGiven(results.of(entry));
    }
  }

  #both(value: ts.Expression, trail: Trail): void {
    this.of(value, trail);
    this.inside(value, trail);
  }

  /** Not begun rather than forgotten: what it comes by would have been asked for, and others come by the same. */
  #unlessPrimitive(value: ts.Expression, search: () => void): void {
    if (!this.#isPrimitive(value)) search();
  }

  /** Nothing inside it can change. */
  #isPrimitive(value: ts.Expression): boolean {
    return isPrimitiveType(this.#index.checker.getTypeAtLocation(value));
  }

  /** Roots of what is reachable from inside a value that was made here. */
  inside(expression: ts.Expression, trail: Trail): void {
    const value = unwrap(expression);
    if (!trail.entersInside(value)) return;
    this.#insideWritten(value, trail);
    trail.addGiven(this.#readInside(value));
  }

  #insideWritten(value: ts.Expression, trail: Trail): void {
    const both = (part: ts.Expression) => this.#both(part, trail);
    if (ts.isArrayLiteralExpression(value)) value.elements.forEach(both);
    else if (ts.isSpreadElement(value)) both(value.expression);
    else if (ts.isObjectLiteralExpression(value))
      for (const property of value.properties) this.#insideProperty(property, trail);
    else if (ts.isNewExpression(value)) argumentsOf(value).forEach(both);
    else if (ts.isConditionalExpression(value)) [value.whenTrue, value.whenFalse].forEach(both);
    else if (ts.isBinaryExpression(value)) {
      if (!this.#isPrimitive(value)) [value.left, value.right].forEach(both);
    } else if (ts.isAwaitExpression(value)) both(value.expression);
    else if (ts.isYieldExpression(value)) {
      if (value.asteriskToken && value.expression) both(value.expression);
    } else if (ts.isTaggedTemplateExpression(value)) argumentsOf(value).forEach(both);
    else if (ts.isCallExpression(value)) {
      if (ts.isPropertyAccessExpression(value.expression)) both(value.expression.expression);
      withoutFunctions(argumentsOf(value)).forEach(both);
      this.#ofCallbacks(value, trail);
    } else if (ts.isIdentifier(value)) this.#insideName(value, trail);
    else if (ts.isFunctionExpression(value) || ts.isArrowFunction(value)) this.#ofClosure(value, trail);
    else if (isAccess(value)) this.#unlessPrimitive(value, () => this.inside(value.expression, trail));
  }

  #insideProperty(property: ts.ObjectLiteralElementLike, trail: Trail): void {
    if (ts.isPropertyAssignment(property)) this.#both(property.initializer, trail);
    else if (ts.isShorthandPropertyAssignment(property)) this.#both(property.name, trail);
    else if (ts.isSpreadAssignment(property)) this.#both(property.expression, trail);
    else this.#ofClosure(property, trail);
  }

  /** `() => part`: whoever has it gets what a variable around it holds. What module variables hold is found where it is called. */
  #ofClosure(closure: ts.Node, trail: Trail): void {
    if (isFunctionNode(closure)) for (const name of this.#closedOver(closure)) this.#both(name, trail);
  }

  #findClosedOver(closure: FunctionEntry['node']): ts.Identifier[] {
    const names = listClosedOver(this.#index, closure);
    return names.length > 0 && listResults(closure).every((result) => this.#isPrimitive(result)) ? [] : names;
  }

  #insideName(name: ts.Identifier, trail: Trail): void {
    const symbol = this.#index.symbolAt(name);
    const local = symbol && this.#localOf(symbol);
    if (symbol?.valueDeclaration && ts.isFunctionDeclaration(symbol.valueDeclaration))
      return this.#ofClosure(symbol.valueDeclaration, trail);
    if (!local || isPrimitiveType(this.#index.checker.getTypeOfSymbol(symbol))) return;
    for (const value of [...local.values, ...local.parts, ...local.stored]) {
      this.#both(value, trail);
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
    if (!parameter || parameter.parent === this.#owner?.node || this.#isPrimitive(held)) return;
    const given = this.#listGiven(parameter);
    if (!given) trail.add(UNKNOWN);
    for (const part of given ?? []) this.#both(part, trail);
  }

  /** Undefined if it may be called by others. */
  #listGiven({ parent }: ts.ParameterDeclaration): ts.Expression[] | undefined {
    if (!ts.isFunctionExpression(parent) && !ts.isArrowFunction(parent)) return undefined;
    const outer = wrapped(parent);
    const call = outer.parent;
    if (!ts.isCallExpression(call)) return undefined;
    const receiver = isAccess(call.expression) ? [call.expression.expression] : [];
    return withoutFunctions([...receiver, ...call.arguments]);
  }

  #self(node: ts.Node): Root {
    let at = node.parent;
    while (ts.isArrowFunction(at) || !(ts.isFunctionLike(at) || ts.isClassLike(at) || ts.isSourceFile(at)))
      at = at.parent;
    let own: ts.Node | undefined = this.#owner?.node;
    while (own && ts.isArrowFunction(own)) own = enclosingThis(own);
    return at === own || (ts.isClassLike(at) && at === own) ? SELF : UNKNOWN;
  }

  #ofName(name: ts.Identifier, trail: Trail): void {
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
    if (this.#isCaptured(declaration)) {
      trail.add(CAPTURED);
      return this.#ofCaptured(symbol, trail);
    }
    if (local) return this.#ofLocal(local, trail);
    const hanging = variablesOfHolder(this.#index, symbol);
    if (hanging.length > 0) trail.addAll(hanging.map(rootOf));
    else if (!declaration || !(ts.isFunctionLike(declaration) || ts.isClassLike(declaration))) trail.add(UNKNOWN);
  }

  #ofLocal({ values, parts, opaque }: LocalFacts, trail: Trail): void {
    if (opaque) trail.add(UNKNOWN);
    for (const value of values) {
      this.of(value, trail);
      this.#ofGiven(value, trail);
    }
    for (const value of parts) {
      this.#both(value, trail);
      this.#ofGiven(value, trail);
    }
  }

  /** `const first = list[0]` in a block or a function around it is a part of the module's list. */
  #ofCaptured(symbol: ts.Symbol, trail: Trail): void {
    const facts = this.#findEnclosing(symbol);
    if (!facts) return;
    trail.only(['variable', 'package'], () => {
      for (const value of [...facts.values, ...facts.parts, ...facts.stored]) this.#both(value, trail);
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

  /** Whatever it holds is somebody else's as well. */
  #isCaptured(declaration: ts.Node | undefined): boolean {
    if (!this.#owner || !declaration || isWithin(declaration, this.#owner.node)) return false;
    return ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration);
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
      this.#both(at.initializer, trail);
    }
  }

  #ofAccess(value: ts.PropertyAccessExpression | ts.ElementAccessExpression, trail: Trail): void {
    const variables = mayHang(this.#index, value) ? variablesOfAccess(this.#index, value) : [];
    if (variables.length > 0) return trail.addAll(variables.map(rootOf));
    if (!trail.finds(() => this.of(value.expression, trail))) this.inside(value.expression, trail);
    trail.addGiven(this.#read(value));
  }

  #ofOperator(value: ts.BinaryExpression, trail: Trail): void {
    switch (value.operatorToken.kind) {
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.AmpersandAmpersandToken:
      case ts.SyntaxKind.QuestionQuestionToken:
      case ts.SyntaxKind.BarBarEqualsToken:
      case ts.SyntaxKind.QuestionQuestionEqualsToken:
      case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
        this.of(value.left, trail);
        this.of(value.right, trail);
        break;
      case ts.SyntaxKind.CommaToken:
      case ts.SyntaxKind.EqualsToken:
        this.of(value.right, trail);
    }
  }

  /** What a built-in returns is new, a primitive, or part of the receiver; a program function may return anything it got. */
  #ofCall(value: ts.CallExpression, trail: Trail): void {
    const callee = unwrap(value.expression);
    const receiver =
      ts.isPropertyAccessExpression(callee) && !this.#isHolder(callee.expression) ? callee.expression : undefined;
    const facts = outsideFacts(this.#index, callee, value);
    if (facts?.returns === 'fresh' || facts?.returns === 'deep') return;
    if (facts?.returns === 'receiver' && receiver) return this.of(receiver, trail);
    if (this.#isPrimitive(value)) return;
    if (facts?.returns === 'own') return trail.add({ kind: 'package', subject: brief(callee) });
    const given = withoutFunctions([...argumentsOf(value), ...(receiver ? [receiver] : [])]);
    for (const argument of given) this.#both(argument, trail);
    const borrowed = findBorrowedCall(this.#index, value);
    if (borrowed) this.#ofResults(borrowed.target, value, trail);
    else if (facts) this.#ofCallbacks(value, trail);
    if (!facts?.known) this.#ofResults(callee, value, trail);
  }

  /** `list.map(find)`: what functions give that are called by code outside the program is in what that gives. */
  #ofCallbacks(call: ts.CallExpression, trail: Trail): void {
    const { index, hierarchy, flow, results } = this.#context;
    const facts = outsideFacts(index, unwrap(call.expression), call);
    if (!facts || facts.returns === 'deep' || facts.callsBack === 'never') return;
    for (const argument of argumentsOf(call).filter((part) => this.#givesObjects(part))) {
      const value = unwrap(argument);
      this.#ofClosure(value, trail);
      const written = index.functionOf(value);
      const named = resolveNamed(index, hierarchy, value)?.functions ?? [];
      for (const entry of written ? [written] : named) trail.addGiven(results.of(entry));
      if (!written) trail.addGiven(results.ofAll(flow.valuesOf(value)));
    }
  }

  /** A function that does, by its type. */
  #givesObjects(value: ts.Expression): boolean {
    const { checker } = this.#index;
    const signatures = checker.getTypeAtLocation(value).getCallSignatures();
    return signatures.some((signature) => !isPrimitiveType(checker.getReturnTypeOfSignature(signature)));
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
  #ofResults(callee: ts.Expression, call: ResultCall, trail: Trail): void {
    const { given, isOpen } = this.#results(call);
    if (isOpen) trail.add(UNKNOWN);
    for (const one of given) trail.addGiven(one);
    if (isOpen) trail.only(['variable'], () => this.of(callee, trail));
  }

  /** `isOpen`: it may be a function that nobody knows. */
  #findResults(call: ResultCall): { given: Given[]; isOpen: boolean } {
    const { index, hierarchy, flow, results } = this.#context;
    const borrowed = ts.isCallExpression(call) ? findBorrowedCall(index, call) : undefined;
    const callee = borrowed?.target ?? unwrap(ts.isCallExpression(call) ? call.expression : call.tag);
    const named = resolveNamed(index, hierarchy, callee);
    const isOpen = !named || named.outside || named.functions.length === 0;
    const written = index.functionOf(callee);
    const known = [...(named?.functions ?? []), ...(written ? [written] : [])];
    const own = known.map((entry) => results.of(entry));
    return { given: !isOpen && named.direct ? own : [...own, results.ofAll(flow.targetsOf(call))], isOpen };
  }

  /** What accessors of the object give. */
  #findRead(access: ts.PropertyAccessExpression | ts.ElementAccessExpression): Given {
    const names = ts.isPropertyAccessExpression(access) ? [access.name.text] : undefined;
    const use = { operand: access.expression, node: unwrap(access.expression), isDeep: false, ...(names && { names }) };
    const { results, implicits } = this.#context;
    return results.ofAll(implicits.find({ ...use, ways: names ? ['get'] : ['get', 'iterate'] }));
  }

  /** What accessors and iterators give of whatever is inside an object. */
  #findReadInside(object: ts.Expression): Given {
    const { results, implicits } = this.#context;
    return results.ofAll(implicits.find({ operand: object, node: object, isDeep: true, ways: ['get', 'iterate'] }));
  }
}

function withoutFunctions(parts: readonly ts.Expression[]): ts.Expression[] {
  return parts.filter((part) => !isFunctionNode(unwrap(part)));
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

const ofVariables = new WeakMap<VariableEntry, Root>();

/** One for each variable. */
function rootOf(entry: VariableEntry): Root {
  const root = ofVariables.get(entry) ?? { kind: 'variable', entry };
  ofVariables.set(entry, root);
  return root;
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
