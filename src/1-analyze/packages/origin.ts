/** Where the object an expression stands for comes from, as seen from one function that is called from outside. */

import ts from 'typescript';
import { accessedName, isWithin } from '../names/syntax.ts';
import type { ApiFacts } from '../outside/api-facts.ts';
import type { Binding, PackageModule } from './module.ts';
import { isCheckedPrimitive, isConstant } from './primitives.ts';
import {
  ALL_ARGUMENT_PARTS,
  ALL_ARGUMENTS,
  ARGUMENTS,
  all,
  FRESH,
  GIVEN,
  join,
  OUTER,
  OUTSIDE,
  ownParameter,
  type Provenance,
  partsOf,
  RECEIVER,
  RECEIVER_PART,
  Solver,
  type Summary,
  substituteBoth,
} from './provenance.ts';
import { inlineCall, isAccess, isFunction, requiredSpecifier, returnsOf, skipParens } from './syntax.ts';

/** How to find out about calls: what is called by an expression. */
export interface Calls {
  /** Tables for what is not the package's own; undefined if the package's code decides. */
  apiOf(call: ts.CallExpression | ts.NewExpression, module: PackageModule): ApiFacts | undefined;
  summariesOf(call: ts.CallExpression | ts.NewExpression, module: PackageModule): Summary[];
  /** `x.field` may be something that several objects have in common. */
  isShared(access: ts.PropertyAccessExpression | ts.ElementAccessExpression, module: PackageModule): boolean;
  /** The name of a function, maybe of another file, that is no object with something in it. */
  isBareFunction(name: ts.Identifier): boolean;
}

export interface ActualCall {
  receiver: Provenance;
  values: Provenance[];
}

/** Evaluates expressions inside one function, functions nested in it included. */
export class Tracer {
  readonly #unit: ts.Node;
  readonly #module: PackageModule;
  readonly #calls: Calls;
  readonly #bindings = new Solver<Binding>();
  readonly #results = new Solver<ts.Node>();
  readonly #callbacks = new Solver<ts.Node>();

  constructor(unit: ts.Node, module: PackageModule, calls: Calls) {
    this.#unit = unit;
    this.#module = module;
    this.#calls = calls;
  }

  startPass(): void {
    for (const solver of [this.#bindings, this.#results, this.#callbacks]) solver.startPass();
  }

  /** Another pass may find more. */
  get grew(): boolean {
    return this.#bindings.grew || this.#results.grew || this.#callbacks.grew;
  }

  /** True if the variable lives no longer than the call. */
  isLocal(binding: Binding): boolean {
    return binding.module === this.#module && isWithin(binding.owner, this.#unit);
  }

  trace(expression: ts.Expression): Provenance {
    const node = skipParens(expression);
    if (ts.isIdentifier(node)) return this.#traceName(node);
    if (node.kind === ts.SyntaxKind.ThisKeyword) return this.#traceThis(node);
    if (node.kind === ts.SyntaxKind.SuperKeyword) return { self: RECEIVER, parts: RECEIVER_PART };
    if (isAccess(node)) {
      const index = indexOfArguments(node, this.#module);
      if (index !== undefined) return this.#traceOwnArgument(node, index);
      const parts = partsOf(this.trace(node.expression));
      return this.#calls.isShared(node, this.#module) ? join([parts, OUTSIDE]) : parts;
    }
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) return this.#traceCall(node);
    if (ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node)) return this.#traceLiteral(node);
    if (ts.isConditionalExpression(node)) return join([this.trace(node.whenTrue), this.trace(node.whenFalse)]);
    if (ts.isBinaryExpression(node)) return this.#traceBinary(node);
    if (ts.isAwaitExpression(node) || ts.isSpreadElement(node)) return this.trace(node.expression);
    if (ts.isTaggedTemplateExpression(node) || ts.isYieldExpression(node)) return { self: GIVEN, parts: GIVEN };
    return FRESH;
  }

  /** `f(a, b)`, `o.f(a)`, `f.call(o, a)`, `f.apply(o, list)`. */
  actualCall(node: ts.CallExpression | ts.NewExpression): ActualCall {
    const values = this.#traceArguments(node.arguments ?? []);
    const callee = skipParens(node.expression);
    if (ts.isNewExpression(node) || !isAccess(callee)) return { receiver: FRESH, values };
    const [first = FRESH, ...rest] = values;
    const method = accessedName(callee);
    if (method === 'call') return { receiver: first, values: rest };
    if (method !== 'apply') return { receiver: this.trace(callee.expression), values };
    const spread = partsOf(rest[0] ?? FRESH);
    return { receiver: first, values: Array.from({ length: ARGUMENTS }, () => spread) };
  }

  /** After `...list` every further argument may be an element of it. */
  #traceArguments(list: readonly ts.Expression[]): Provenance[] {
    const spread = list.findIndex(ts.isSpreadElement);
    const plain = spread < 0 ? list : list.slice(0, spread);
    const values = plain.map((argument) => this.trace(argument));
    if (spread < 0) return values;
    const rest = join(
      list.slice(spread).map((item) => (ts.isSpreadElement(item) ? partsOf(this.trace(item)) : this.trace(item))),
    );
    while (values.length < ARGUMENTS) values.push(rest);
    return values;
  }

  #traceName(name: ts.Identifier): Provenance {
    const binding = this.#module.bindingOf(name);
    if (binding) return isCheckedPrimitive(name) ? FRESH : this.#traceBinding(binding);
    if (name.text === 'arguments') return { self: 0, parts: ALL_ARGUMENTS | ALL_ARGUMENT_PARTS };
    return /^(undefined|NaN|Infinity)$/.test(name.text) ? FRESH : OUTSIDE;
  }

  #traceBinding(binding: Binding): Provenance {
    if (!this.isLocal(binding)) return isConstant(binding) ? FRESH : OUTSIDE;
    if (binding.isCaught) return { self: GIVEN, parts: GIVEN };
    return this.#bindings.solve(binding, () => {
      const stored = join(binding.stores.map((value) => this.trace(value)));
      return join([
        ...(binding.parameter ? [this.#traceParameter(binding.parameter)] : []),
        ...binding.values.filter(ts.isExpression).map((value) => this.trace(value)),
        ...binding.parts.map((value) => partsOf(this.trace(value))),
        { self: 0, parts: all(stored) },
      ]);
    });
  }

  #traceParameter({ of, index, isRest, isPart }: NonNullable<Binding['parameter']>): Provenance {
    const whole =
      of === this.#unit || isConstructorOf(of, this.#unit) ? ownParameter(index, isRest) : this.#traceInner(of, index);
    return isPart ? partsOf(whole) : isRest ? { self: 0, parts: all(whole) } : whole;
  }

  /** A parameter of a function written inside: what the calls of it give, or what its user gives it. */
  #traceInner(fn: ts.Node, index: number): Provenance {
    const call = fn.parent;
    const isArgument = ts.isCallExpression(call) || ts.isNewExpression(call);
    if (isArgument && call.expression !== fn) return this.givenToCallback(call);
    const inline = inlineCall(fn);
    if (inline) return this.trace(inline.arguments[index] ?? inline);
    const name = nameOf(fn);
    const binding = name && this.#module.bindingOf(name);
    const uses = binding?.uses.filter((use) => use !== name) ?? [];
    if (!binding || uses.length === 0) return { self: GIVEN, parts: GIVEN };
    return join(uses.map((use) => this.#givenToUse(use, index)));
  }

  #givenToUse(use: ts.Identifier, index: number): Provenance {
    const { parent } = use;
    if (ts.isCallExpression(parent) && parent.expression === use) {
      const argument = parent.arguments[index];
      return argument ? this.trace(argument) : FRESH;
    }
    if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return this.givenToCallback(parent);
    return { self: GIVEN, parts: GIVEN };
  }

  /** `list.map(fn)`, `each(list, fn)`: anything that can be reached from the receiver and the other arguments. */
  givenToCallback(call: ts.CallExpression | ts.NewExpression): Provenance {
    return this.#callbacks.solve(call, () => {
      const others = (call.arguments ?? []).filter((argument) => !this.#isFunctionName(argument));
      const callee = skipParens(call.expression);
      if (/^replace(All)?$/.test(accessedName(callee) ?? '')) return FRESH;
      const receiver = ts.isPropertyAccessExpression(callee) ? [this.trace(callee.expression)] : [];
      const mask = all(join([...receiver, ...others.map((argument) => this.trace(argument))]));
      return { self: mask, parts: mask };
    });
  }

  #isFunctionName(node: ts.Expression): boolean {
    return isFunction(node) || (ts.isIdentifier(node) && this.#calls.isBareFunction(node));
  }

  /** `arguments[1]`: of the unit itself one of what it is given, of a function inside it any. */
  #traceOwnArgument(node: ts.Node, index: number): Provenance {
    const fn = this.#functionWithThis(node);
    if (fn !== this.#unit || !isFunction(fn)) return { self: GIVEN, parts: GIVEN };
    const name = fn.parameters[index]?.name;
    const given = ownParameter(index, false);
    // Without strict mode both are one variable.
    return name && ts.isIdentifier(name) ? join([given, this.trace(name)]) : given;
  }

  /** The nearest function around a node that is not an arrow. */
  #functionWithThis(node: ts.Node): ts.Node {
    let at = node.parent;
    while (at !== this.#unit && !ts.isSourceFile(at) && (!isFunction(at) || ts.isArrowFunction(at))) at = at.parent;
    return at;
  }

  /** In a function that is not an arrow `this` is whatever it is called on. */
  #traceThis(node: ts.Node): Provenance {
    const at = this.#functionWithThis(node);
    const isOwn = at === this.#unit || isConstructorOf(at, this.#unit);
    return isOwn ? { self: RECEIVER, parts: RECEIVER_PART } : { self: GIVEN, parts: GIVEN };
  }

  #traceLiteral(node: ts.ObjectLiteralExpression | ts.ArrayLiteralExpression): Provenance {
    const items = ts.isArrayLiteralExpression(node)
      ? node.elements.map((item) => this.trace(item))
      : node.properties.map((item) => {
          if (ts.isPropertyAssignment(item)) return this.trace(item.initializer);
          if (ts.isShorthandPropertyAssignment(item)) return this.trace(item.name);
          return ts.isSpreadAssignment(item) ? partsOf(this.trace(item.expression)) : FRESH;
        });
    return { self: 0, parts: all(join(items)) };
  }

  #traceBinary(node: ts.BinaryExpression): Provenance {
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.EqualsToken:
        return this.trace(node.right);
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.AmpersandAmpersandToken:
      case ts.SyntaxKind.QuestionQuestionToken:
      case ts.SyntaxKind.BarBarEqualsToken:
      case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
      case ts.SyntaxKind.QuestionQuestionEqualsToken:
        return join([this.trace(node.left), this.trace(node.right)]);
      default:
        return FRESH;
    }
  }

  #traceCall(node: ts.CallExpression | ts.NewExpression): Provenance {
    return this.#results.solve(node, () => this.#resultOf(node));
  }

  #resultOf(node: ts.CallExpression | ts.NewExpression): Provenance {
    if (requiredSpecifier(node) !== undefined) return OUTSIDE;
    const { receiver, values } = this.actualCall(node);
    const inputs = all(join([receiver, ...values]));
    const inner = inlineTarget(node, this.#module);
    if (inner && isWithin(inner, this.#unit)) return join(returnsOf(inner).map((value) => this.trace(value)));
    const api = this.#calls.apiOf(node, this.#module);
    const summaries = this.#calls.summariesOf(node, this.#module);
    if (isView(node)) return { self: inputs, parts: inputs };
    if (ts.isNewExpression(node)) return { self: 0, parts: inputs | (api ? 0 : OUTER & keptBy(summaries)) };
    const results = summaries.map(({ returns }) => substituteBoth(returns, receiver, values));
    if (api) results.push(resultOfApi(api, receiver, inputs));
    return results.length > 0 ? join(results) : { self: inputs, parts: inputs };
  }
}

/** `new DataView(memory)`, `new Uint8Array(x.buffer)`, `Buffer.from(x.buffer)`: what is written there is written into what is given. */
function isView(node: ts.CallExpression | ts.NewExpression): boolean {
  const [source, offset] = node.arguments ?? [];
  const name = node.expression.getText();
  if (!source) return false;
  const isOfBuffer = accessedName(skipParens(source)) === 'buffer';
  if (!ts.isNewExpression(node)) return name === 'Buffer.from' && isOfBuffer;
  if (name === 'DataView' || name === 'Proxy') return true;
  return /^(Buffer|\w+Array)$/.test(name) && name !== 'Array' && (isOfBuffer || offset !== undefined);
}

/** The `1` of `arguments[1]`. */
function indexOfArguments(node: ts.Expression, module: PackageModule): number | undefined {
  if (!ts.isElementAccessExpression(node) || !ts.isNumericLiteral(node.argumentExpression)) return undefined;
  const { expression } = node;
  const isArguments = ts.isIdentifier(expression) && expression.text === 'arguments' && !module.bindingOf(expression);
  return isArguments ? Number(node.argumentExpression.text) : undefined;
}

function resultOfApi({ returns }: ApiFacts, receiver: Provenance, inputs: number): Provenance {
  switch (returns) {
    case 'deep':
      return FRESH;
    case 'fresh':
      return { self: 0, parts: inputs };
    case 'receiver':
      return receiver;
    case 'own':
      return OUTSIDE;
    case 'other':
      return { self: inputs, parts: inputs };
  }
}

/** The constructor stands for its class. */
function isConstructorOf(node: ts.Node, unit: ts.Node): boolean {
  return ts.isConstructorDeclaration(node) && node.parent === unit;
}

/** The function a call runs if it is written on the spot or declared once by name. */
function inlineTarget(node: ts.CallExpression | ts.NewExpression, module: PackageModule): ts.Node | undefined {
  const callee = skipParens(node.expression);
  if (isFunction(callee)) return callee;
  const binding = ts.isIdentifier(callee) ? module.bindingOf(callee) : undefined;
  const [only] = binding?.values ?? [];
  return only && binding?.values.length === 1 && isFunction(only) ? only : undefined;
}

function nameOf(fn: ts.Node): ts.Identifier | undefined {
  if (ts.isFunctionDeclaration(fn)) return fn.name;
  const { parent } = fn;
  return ts.isVariableDeclaration(parent) && ts.isIdentifier(parent.name) ? parent.name : undefined;
}

function keptBy(summaries: readonly Summary[]): number {
  return all(join(summaries.map((summary) => summary.returns)));
}
