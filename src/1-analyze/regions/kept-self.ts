/** Where a constructor leaves the object that it makes: `all.push(this)`, `Cart.last = this`, `registry.add(this)`. */

import ts from 'typescript';
import { resolveNamed } from '../flow/callees.ts';
import { variablesOfAccess } from '../names/members.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { argumentsOf, calleeOf } from '../names/references.ts';
import { assignedTargets, assignedValue, isAccess, isFunctionNode, unwrap, walk } from '../names/syntax.ts';
import { outsideFacts } from '../outside/outside.ts';
import type { RootContext } from './roots.ts';

/** Expressions for what holds it from then on, or has it inside. They may stand in functions that the constructor calls. */
export function listKeepers(context: RootContext, making: FunctionEntry): Keeper[] {
  const search = new KeeperSearch(context);
  search.inside(making, undefined);
  return search.found;
}

export interface Keeper {
  expression: ts.Expression;
  /** The function in which it stands. */
  entry: FunctionEntry;
}

/** Of a function: what it calls its object, or the parameter that is given it. */
type Given = ts.ParameterDeclaration | undefined;

class KeeperSearch {
  readonly found: Keeper[] = [];
  readonly #context: RootContext;
  readonly #index: ProgramIndex;
  readonly #seen = new Set<ts.Node>();

  constructor(context: RootContext) {
    this.#context = context;
    this.#index = context.index;
  }

  /** `given`: the parameter that stands for the object; undefined: `this` does. */
  inside(entry: FunctionEntry, given: Given): void {
    const asked = given ?? entry.node;
    if (this.#seen.has(asked)) return;
    this.#seen.add(asked);
    walk(entry.node.body, (node) => {
      if (isFunctionNode(node) && !ts.isArrowFunction(node)) return false;
      const value = assignedValue(node);
      if (value && this.#holds(value, given)) {
        for (const target of assignedTargets(node)) this.#keep(target, entry, given);
      }
      if (ts.isCallExpression(node) || ts.isNewExpression(node)) this.#call(node, entry, given);
      return undefined;
    });
  }

  /** Not `this.self = this`. */
  #keep(expression: ts.Expression, entry: FunctionEntry, given: Given): void {
    let base = unwrap(expression);
    while (isAccess(base)) base = unwrap(base.expression);
    const isVariable =
      isAccess(unwrap(expression)) &&
      variablesOfAccess(this.#index, unwrap(expression) as ts.PropertyAccessExpression).length > 0;
    if (isVariable || !this.#is(base, given)) this.found.push({ expression, entry });
  }

  #call(node: ts.CallExpression | ts.NewExpression, entry: FunctionEntry, given: Given): void {
    const callee = calleeOf(node);
    const receiver = isAccess(callee) ? callee.expression : undefined;
    const values = argumentsOf(node);
    const isOwn = receiver !== undefined && (this.#is(receiver, given) || receiver.kind === ts.SyntaxKind.SuperKeyword);
    const isSuper = callee.kind === ts.SyntaxKind.SuperKeyword;
    if (!isOwn && !isSuper && !values.some((value) => this.#holds(value, given))) return;
    const facts = outsideFacts(this.#index, callee, node);
    if (facts?.changesReceiver && receiver) this.#keep(receiver, entry, given);
    for (const at of facts?.changes ?? []) if (values[at]) this.#keep(values[at], entry, given);
    const named = resolveNamed(this.#index, this.#context.hierarchy, callee);
    const flowing = ts.isCallExpression(node) ? this.#context.flow.targetsOf(node) : [];
    const constructors = (named?.classes ?? []).flatMap((cls) =>
      cls.node.members.flatMap((member) => this.#index.functionOf(member) ?? []),
    );
    const functions = [
      ...(named?.functions ?? []),
      ...flowing,
      ...constructors.filter(({ node: at }) => ts.isConstructorDeclaration(at)),
    ];
    for (const one of new Set(functions)) {
      if ((isOwn || isSuper) && given === undefined) this.inside(one, undefined);
      const parameters = one.node.parameters.filter(({ name }) => name.getText() !== 'this');
      values.forEach((value, at) => {
        const parameter = parameters[at] ?? parameters.at(-1);
        if (parameter && this.#holds(value, given)) this.inside(one, parameter);
      });
    }
    // What the function changes of its own object: `registry.add(this)`, where `add` keeps it in a field.
    if (receiver && !isOwn && functions.length > 0) this.#keep(receiver, entry, given);
  }

  /** `this`, `[this]`, `{ owner: this }`, `new Entry(this)`, a local name for it. */
  #holds(expression: ts.Expression, given: Given): boolean {
    const value = unwrap(ts.isSpreadElement(expression) ? expression.expression : expression);
    if (ts.isArrayLiteralExpression(value)) return value.elements.some((part) => this.#holds(part, given));
    if (ts.isNewExpression(value)) return argumentsOf(value).some((part) => this.#holds(part, given));
    if (ts.isObjectLiteralExpression(value)) {
      return value.properties.some((property) => {
        if (ts.isShorthandPropertyAssignment(property)) return this.#is(property.name, given);
        return ts.isPropertyAssignment(property) && this.#holds(property.initializer, given);
      });
    }
    return this.#is(value, given);
  }

  #is(expression: ts.Expression, given: Given): boolean {
    const value = unwrap(expression);
    if (value.kind === ts.SyntaxKind.ThisKeyword) return given === undefined;
    const declaration = ts.isIdentifier(value) ? this.#index.symbolAt(value)?.valueDeclaration : undefined;
    if (!declaration) return false;
    if (declaration === given) return true;
    const isOtherName =
      ts.isVariableDeclaration(declaration) && ts.isIdentifier(declaration.name) && declaration.initializer;
    return isOtherName ? declaration.initializer !== value && this.#is(declaration.initializer, given) : false;
  }
}
