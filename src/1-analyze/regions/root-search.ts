/** The search for roots, by what an expression looks like. */

import ts from 'typescript';
import { isHolder, isImport, listVariables, symbolOf } from '../names/holders.ts';
import { mayHang, variablesOfAccess } from '../names/members.ts';
import { isPrimitive } from '../names/primitives.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { argumentsOf, withoutFunctions } from '../names/references.ts';
import { brief, isAccess, unwrap } from '../names/syntax.ts';
import { outsideFacts } from '../outside/outside.ts';
import { findBorrowedCall } from './borrowed-calls.ts';
import { Givers, type ResultCall } from './givers.ts';
import { NameRoots, rootOf } from './name-roots.ts';
import type { RootContext } from './roots.ts';
import { type Trail, UNKNOWN } from './trail.ts';
import { isView } from './views.ts';

/** What is found is noted in the trail, and so is what has been asked for: each expression is asked about once a trail. */
export class RootSearch {
  readonly #index: ProgramIndex;
  readonly #names: NameRoots;
  readonly #givers: Givers;

  constructor(context: RootContext, region: ts.Node, owner: FunctionEntry | undefined) {
    this.#index = context.index;
    this.#names = new NameRoots(context, { node: region, owner }, this);
    this.#givers = new Givers(context);
  }

  /** Roots of the object that `expression` evaluates to. */
  of(expression: ts.Expression, trail: Trail): void {
    const value = unwrap(expression);
    if (!trail.enters(value)) return;
    if (value.kind === ts.SyntaxKind.ThisKeyword || value.kind === ts.SyntaxKind.SuperKeyword)
      trail.add(this.#names.self(value));
    else if (ts.isIdentifier(value)) this.#names.of(value, trail);
    else if (isAccess(value)) this.#unlessPrimitive(value, () => this.#ofAccess(value, trail));
    else if (ts.isConditionalExpression(value)) {
      this.of(value.whenTrue, trail);
      this.of(value.whenFalse, trail);
    } else if (ts.isBinaryExpression(value)) this.#ofOperator(value, trail);
    else if (ts.isAwaitExpression(value)) this.#ofAwaited(unwrap(value.expression), trail);
    else if (ts.isYieldExpression(value)) this.#ofYield(value, trail);
    else if (ts.isCallExpression(value)) this.#ofCall(value, trail);
    else if (ts.isTaggedTemplateExpression(value)) this.#ofTag(value, trail);
    else if (ts.isSpreadElement(value)) this.inside(value.expression, trail);
    else if (ts.isNewExpression(value)) this.#ofNew(value, trail);
  }

  /** `await Promise.resolve(part)`: the promise is new, what comes out of it was put in. */
  #ofAwaited(promise: ts.Expression, trail: Trail): void {
    this.of(promise, trail);
    const isCall = ts.isCallExpression(promise);
    if (isCall && outsideFacts(this.#index, promise.expression, promise)?.returns === 'fresh')
      this.inside(promise, trail);
  }

  /** Roots of what is reachable from inside a value that was made here. */
  inside(expression: ts.Expression, trail: Trail): void {
    const value = unwrap(expression);
    if (!trail.entersInside(value)) return;
    this.#insideWritten(value, trail);
    trail.addGiven(this.#givers.findReadInside(value));
  }

  both(value: ts.Expression, trail: Trail): void {
    this.of(value, trail);
    this.inside(value, trail);
  }

  /** Not begun rather than forgotten: what it comes by would have been asked for, and others come by the same. */
  #unlessPrimitive(value: ts.Expression, search: () => void): void {
    if (!this.#isPrimitive(value)) search();
  }

  /** Nothing inside it can change. */
  #isPrimitive(value: ts.Expression): boolean {
    return isPrimitive(this.#index.checker, value);
  }

  #ofAccess(value: ts.PropertyAccessExpression | ts.ElementAccessExpression, trail: Trail): void {
    const variables = mayHang(this.#index, value) ? variablesOfAccess(this.#index, value) : [];
    if (variables.length > 0) return trail.addAll(variables.map(rootOf));
    // `shop.Cart`: not all else that its module holds.
    const named = symbolOf(this.#index, value);
    if (named && isHolder(named)) return trail.addAll(listVariables(this.#index, named).map(rootOf));
    if (!trail.finds(() => this.of(value.expression, trail))) this.inside(value.expression, trail);
    trail.addGiven(this.#givers.findRead(value));
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

  /** What `next(…)` is given; of `yield*` what the other one returns. */
  #ofYield(value: ts.YieldExpression, trail: Trail): void {
    if (value.asteriskToken && value.expression) this.both(value.expression, trail);
    else if (!this.#isPrimitive(value)) trail.add(UNKNOWN);
  }

  /** What a built-in returns is new, a primitive, or part of the receiver; a program function may return anything it got. */
  #ofCall(value: ts.CallExpression, trail: Trail): void {
    const imported = isImport(value) ? symbolOf(this.#index, value) : undefined;
    if (imported) return trail.addAll(listVariables(this.#index, imported).map(rootOf));
    const callee = unwrap(value.expression);
    const receiver =
      ts.isPropertyAccessExpression(callee) && !this.#isOfHolder(callee.expression) ? callee.expression : undefined;
    const facts = outsideFacts(this.#index, callee, value);
    if (isView(this.#index, value)) for (const part of argumentsOf(value)) this.of(part, trail);
    if (facts?.returns === 'fresh' || facts?.returns === 'deep') return;
    if (facts?.returns === 'receiver' && receiver) return this.of(receiver, trail);
    if (this.#isPrimitive(value)) return;
    if (facts?.returns === 'own') return trail.add({ kind: 'package', subject: facts.called ?? brief(callee) });
    const given = withoutFunctions([...argumentsOf(value), ...(receiver ? [receiver] : [])]);
    for (const argument of given) this.both(argument, trail);
    const borrowed = findBorrowedCall(this.#index, value);
    if (borrowed) this.#ofResults(borrowed.target, value, trail);
    else if (facts) this.#ofCallbacks(value, trail);
    if (!facts?.known) this.#ofResults(callee, value, trail);
  }

  /** `Cart.create()`, `Tools.create()`: what a function gives of its class or namespace is found in it. */
  #isOfHolder(expression: ts.Expression): boolean {
    const symbol = this.#index.symbolAt(unwrap(expression));
    return symbol !== undefined && isHolder(symbol);
  }

  #ofTag(value: ts.TaggedTemplateExpression, trail: Trail): void {
    this.#unlessPrimitive(value, () => {
      for (const part of argumentsOf(value)) this.both(part, trail);
      this.#ofResults(value.tag, value, trail);
    });
  }

  /**
   * What program functions return besides parts of what they are given: module state, or something unknown. What a closure gives of
   * what it captured is found through the variable that holds it.
   */
  #ofResults(callee: ts.Expression, call: ResultCall, trail: Trail): void {
    const { given, isOpen } = this.#givers.findResults(call);
    if (isOpen) trail.add(UNKNOWN);
    for (const one of given) trail.addGiven(one);
    if (isOpen) trail.only(['variable'], () => this.of(callee, trail));
  }

  /** `list.map(find)`: what functions give that are called by code outside the program is in what that gives. */
  #ofCallbacks(call: ts.CallExpression, trail: Trail): void {
    for (const callback of this.#givers.listCallbacks(call)) {
      this.#names.ofClosure(callback, trail);
      for (const given of this.#givers.findCalledBack(callback)) trail.addGiven(given);
    }
  }

  /** What is made is new, unless it is another look at something, or a constructor returns what it likes. */
  #ofNew(value: ts.NewExpression, trail: Trail): void {
    if (isView(this.#index, value)) for (const part of argumentsOf(value)) this.of(part, trail);
    else for (const given of this.#givers.findConstructed(value)) trail.addGiven(given);
  }

  #insideWritten(value: ts.Expression, trail: Trail): void {
    const both = (part: ts.Expression) => this.both(part, trail);
    if (ts.isArrayLiteralExpression(value)) value.elements.forEach(both);
    else if (ts.isSpreadElement(value)) both(value.expression);
    else if (ts.isObjectLiteralExpression(value))
      for (const property of value.properties) this.#insideProperty(property, trail);
    else if (ts.isNewExpression(value)) argumentsOf(value).forEach(both);
    else if (ts.isConditionalExpression(value)) [value.whenTrue, value.whenFalse].forEach(both);
    else if (ts.isBinaryExpression(value)) this.#unlessPrimitive(value, () => [value.left, value.right].forEach(both));
    else if (ts.isAwaitExpression(value)) both(value.expression);
    else if (ts.isYieldExpression(value)) {
      if (value.asteriskToken && value.expression) both(value.expression);
    } else if (ts.isTaggedTemplateExpression(value)) argumentsOf(value).forEach(both);
    else if (ts.isCallExpression(value)) this.#insideCall(value, trail);
    else if (ts.isIdentifier(value)) this.#names.inside(value, trail);
    else if (ts.isFunctionExpression(value) || ts.isArrowFunction(value)) this.#names.ofClosure(value, trail);
    else if (isAccess(value)) this.#unlessPrimitive(value, () => this.inside(value.expression, trail));
  }

  #insideProperty(property: ts.ObjectLiteralElementLike, trail: Trail): void {
    if (ts.isPropertyAssignment(property)) this.both(property.initializer, trail);
    else if (ts.isShorthandPropertyAssignment(property)) this.both(property.name, trail);
    else if (ts.isSpreadAssignment(property)) this.both(property.expression, trail);
    else this.#names.ofClosure(property, trail);
  }

  #insideCall(value: ts.CallExpression, trail: Trail): void {
    if (ts.isPropertyAccessExpression(value.expression)) this.both(value.expression.expression, trail);
    for (const argument of withoutFunctions(argumentsOf(value))) this.both(argument, trail);
    this.#ofCallbacks(value, trail);
  }
}
