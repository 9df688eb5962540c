/** What a value may be whose type does not tell: every way by which it came is followed back, by names, through calls and literals. */

import ts from 'typescript';
import { keyOf } from '../flow/contents.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { argumentsOf, calleeOf, callOf, type References, symbolOfFunction } from '../names/references.ts';
import { accessedName, isAccess, isFunctionNode, unwrap, walk, wrapped } from '../names/syntax.ts';
import { elementOf, kindOf } from './kinds.ts';

export interface VeiledContext {
  index: ProgramIndex;
  references: References;
}

type Call = ts.CallExpression | ts.NewExpression;

export class VeiledValues {
  readonly #context: VeiledContext;
  readonly #sources = new Map<ts.Expression, readonly ts.Expression[]>();

  constructor(context: VeiledContext) {
    this.#context = context;
  }

  /** Expressions whose types tell that they are functions; of a list, what may be in it. */
  find(value: ts.Expression): ts.Expression[] {
    const { checker } = this.#context.index;
    const isFunction = (one: ts.Expression) => kindOf(checker, checker.getTypeAtLocation(one)) === 'function';
    const isList = elementOf(checker, checker.getTypeAtLocation(value)) !== undefined;
    const starts = isList ? [value, ...this.#valuesIn(value, undefined)] : [value];
    return this.#follow(starts, isFunction).filter(isFunction);
  }

  /** Objects and classes of whose prototypes members may get there: `Cart.prototype[name]`, `Object.getPrototypeOf(cart).total`. */
  findPrototypes(value: ts.Expression): ts.Expression[] {
    const objects = new Set<ts.Expression>();
    const seen = new Set<ts.Expression>();
    const waiting = [value];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      for (const holder of this.#follow([next], () => false)) {
        if (seen.has(holder)) continue;
        seen.add(holder);
        const object = prototypeOwner(holder);
        if (object) objects.add(object);
        if (isAccess(holder)) waiting.push(holder.expression);
      }
    }
    return [...objects];
  }

  /** All that leads there; no further than `isEnd`. */
  #follow(starts: readonly ts.Expression[], isEnd: (value: ts.Expression) => boolean): ts.Expression[] {
    const seen = new Set(starts.map(unwrap));
    for (const value of seen) {
      if (!isEnd(value)) for (const source of this.#sourcesOf(value)) seen.add(unwrap(source));
    }
    return [...seen];
  }

  /** One that leads back to itself adds nothing. */
  #sourcesOf(value: ts.Expression): readonly ts.Expression[] {
    const known = this.#sources.get(value);
    if (known) return known;
    this.#sources.set(value, []);
    const found = this.#findSources(value);
    this.#sources.set(value, found);
    return found;
  }

  #findSources(value: ts.Expression): readonly ts.Expression[] {
    if (ts.isConditionalExpression(value)) return [value.whenTrue, value.whenFalse];
    if (ts.isAwaitExpression(value)) return [value.expression];
    if (ts.isBinaryExpression(value)) return HANDING.has(value.operatorToken.kind) ? [value.left, value.right] : [];
    if (isAccess(value)) return this.#valuesIn(value.expression, accessedName(value));
    if (ts.isCallExpression(value)) return this.#resultsOf(value);
    const symbol = ts.isIdentifier(value) ? this.#context.index.symbolAt(value) : undefined;
    const declaration = symbol?.valueDeclaration;
    if (!symbol || !declaration) return [];
    if (ts.isParameter(declaration)) return [...this.#argumentsFor(declaration), ...this.#assignedTo(symbol)];
    return ts.isVariableDeclaration(declaration) ? [...this.#initialOf(declaration), ...this.#assignedTo(symbol)] : [];
  }

  #initialOf({ initializer, parent }: ts.VariableDeclaration): readonly ts.Expression[] {
    if (initializer) return [initializer];
    const loop = ts.isVariableDeclarationList(parent) ? parent.parent : undefined;
    return loop && ts.isForOfStatement(loop) ? this.#valuesIn(loop.expression, undefined) : [];
  }

  #assignedTo(symbol: ts.Symbol): ts.Expression[] {
    return this.#context.references.to(symbol).flatMap((use) => assigned(wrapped(use)) ?? []);
  }

  /** `pick()` of a function that says what it returns. */
  #resultsOf(call: ts.CallExpression): ts.Expression[] {
    const declaration = this.#context.index.symbolAt(calleeOf(call))?.valueDeclaration;
    const held = declaration && ts.isVariableDeclaration(declaration) && declaration.initializer;
    const node = held ? unwrap(held) : declaration;
    if (!node || !isFunctionNode(node)) return [];
    if (!ts.isBlock(node.body)) return ts.isExpression(node.body) ? [node.body] : [];
    const results: ts.Expression[] = [];
    walk(node.body, (at) => {
      if (ts.isReturnStatement(at) && at.expression) results.push(at.expression);
      return ts.isFunctionLike(at) || ts.isClassLike(at) ? false : undefined;
    });
    return results;
  }

  /** What the function is called with by its name, or, as a callback of a list, what is in that. */
  #argumentsFor(parameter: ts.ParameterDeclaration): readonly ts.Expression[] {
    const { parent } = parameter;
    const position = parent.parameters.filter(({ name }) => name.getText() !== 'this').indexOf(parameter);
    const given = this.#callsOf(parent).flatMap((call) => {
      const list = argumentsOf(call);
      return parameter.dotDotDotToken ? list.slice(position) : (list[position] ?? []);
    });
    const outer = ts.isExpression(parent) ? wrapped(parent) : undefined;
    const call = outer?.parent;
    const isCallback = call && ts.isCallExpression(call) && call.arguments[0] === outer && isAccess(call.expression);
    return isCallback ? [...given, ...this.#valuesIn(call.expression.expression, undefined)] : given;
  }

  #callsOf(node: ts.SignatureDeclaration): Call[] {
    const { index, references } = this.#context;
    const entry: FunctionEntry | undefined = index.functionOf(node);
    const cls = ts.isConstructorDeclaration(node) && node.parent.name ? index.symbolAt(node.parent.name) : undefined;
    const symbol = cls ?? (entry && symbolOfFunction(index, entry));
    const uses: ts.Node[] = symbol ? [...references.to(symbol), ...references.throughModule(symbol)] : [];
    if (ts.isMethodDeclaration(node)) {
      uses.push(...references.toProperty(node.name.getText()).filter((use) => !this.#isOfOthers(use)));
    }
    return uses.flatMap((use) => {
      const call = ts.isExpression(use) ? callOf(use) : undefined;
      return call && !ts.isTaggedTemplateExpression(call) ? [call] : [];
    });
  }

  /** `list.push(x)` calls no `push` of the program. */
  #isOfOthers(use: ts.Node): boolean {
    const { index } = this.#context;
    const declarations = ts.isPropertyAccessExpression(use) ? index.symbolAt(use.name)?.declarations : undefined;
    return declarations?.every((at) => !index.loaded.isOwn(at.getSourceFile())) ?? false;
  }

  /** What an object may have under a key, or under any. */
  #valuesIn(object: ts.Expression, key: string | undefined): readonly ts.Expression[] {
    const holders = this.#follow([object], () => false);
    const own = holders.flatMap((holder) => [...valuesOf(holder, key), ...this.#putInto(holder, key)]);
    return [...own, ...this.#fieldsOf(object, key)];
  }

  /** `all.total = f`, `list.push(f)`, `map.set('total', f)` */
  #putInto(holder: ts.Expression, key: string | undefined): ts.Expression[] {
    const symbol = ts.isIdentifier(holder) ? this.#context.index.symbolAt(holder) : undefined;
    const uses = symbol ? this.#context.references.to(symbol) : [];
    return uses.flatMap((use) => {
      const access = wrapped(use).parent;
      if (!isAccess(access) || access.expression !== wrapped(use)) return [];
      const name = accessedName(access);
      const call = callOf(access);
      if (call && name && /^(?:push|unshift|add|set)$/.test(name)) return [...argumentsOf(call as Call)];
      return fits(key, name) ? (assigned(wrapped(access)) ?? []) : [];
    });
  }

  /** `class Cart { f: any = total; constructor() { this.f = total; } }` */
  #fieldsOf(object: ts.Expression, key: string | undefined): ts.Expression[] {
    const { index, references } = this.#context;
    const type = index.checker.getTypeAtLocation(object);
    const declaration = key === undefined ? undefined : type.getProperty(key)?.valueDeclaration;
    if (!declaration || key === undefined) return [];
    const initial = ts.isPropertyDeclaration(declaration) && declaration.initializer ? [declaration.initializer] : [];
    const given = ts.isParameter(declaration) ? this.#argumentsFor(declaration) : [];
    const uses = references.toProperty(key).filter(ts.isPropertyAccessExpression);
    return [...initial, ...given, ...uses.flatMap((use) => assigned(wrapped(use)) ?? [])];
  }
}

const HANDING: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.CommaToken,
  ts.SyntaxKind.EqualsToken,
]);

/** `Cart.prototype`, and `cart` of `Object.getPrototypeOf(cart)`; what they are by their type has the members. */
function prototypeOwner(value: ts.Expression): ts.Expression | undefined {
  if (ts.isPropertyAccessExpression(value)) return value.name.text === 'prototype' ? value : undefined;
  if (!ts.isCallExpression(value)) return undefined;
  const isOwner = /^(?:Object|Reflect)\.(?:getPrototypeOf|getOwnPropertyDescriptors?)$/.test(
    value.expression.getText(),
  );
  return isOwner ? value.arguments[0] : undefined;
}

/** What stands on the right of `target = …`. */
function assigned(target: ts.Expression): ts.Expression | undefined {
  const { parent } = target;
  const isAssigned =
    ts.isBinaryExpression(parent) && parent.left === target && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isAssigned ? parent.right : undefined;
}

/** An unknown key may be any. */
function fits(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || other === undefined || one === other;
}

/** What is written in `{ total, twice: (n) => 2 * n }`, `[total]`, `Object.values(all)`. */
function valuesOf(holder: ts.Expression, key: string | undefined): ts.Expression[] {
  if (ts.isArrayLiteralExpression(holder)) {
    return holder.elements.map((element) => (ts.isSpreadElement(element) ? element.expression : element));
  }
  if (ts.isCallExpression(holder) || ts.isNewExpression(holder)) {
    const isOfGiven = /^(?:Object\.\w+|Array\.\w+|Map|Set)$/.test(holder.expression.getText());
    return isOfGiven ? argumentsOf(holder).flatMap((given) => valuesOf(unwrap(given), undefined)) : [];
  }
  if (!ts.isObjectLiteralExpression(holder)) return [];
  return holder.properties.flatMap((property) => {
    if (ts.isSpreadAssignment(property)) return valuesOf(unwrap(property.expression), key);
    if (!fits(key, keyOf(property.name))) return [];
    if (ts.isPropertyAssignment(property)) return [property.initializer];
    return ts.isShorthandPropertyAssignment(property) ? [property.name] : [];
  });
}
