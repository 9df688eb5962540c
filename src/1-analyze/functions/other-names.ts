/**
 * Whether an object that a constant, a class or a namespace is may be had under another name: then somebody who writes to an
 * object that nothing is known of may write to this one. Each use of its name is looked at; variables, parameters and fields that
 * it goes to are followed (fields by their name, whatever has them), and anything that is not understood gives it away.
 */

import ts from 'typescript';
import { COMPUTED, type Contents, keyOf } from '../flow/contents.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { functionName } from '../names/qualified-names.ts';
import { argumentsOf, calleeOf, callOf, type References, symbolOfFunction } from '../names/references.ts';
import {
  findAssignment,
  findFunctionAround,
  hasModifier,
  isAccess,
  isConstant,
  isFunctionNode,
  unwrap,
  walk,
  wrapped,
} from '../names/syntax.ts';
import { thisAround } from '../names/this-around.ts';
import { isOnlyRead } from '../outside/only-read.ts';
import { findOutsideUse, outsideFacts } from '../outside/outside.ts';
import { findBorrowedCall } from '../regions/borrowed-calls.ts';

/** An object with functions, by its own name. */
export interface NamedObject {
  symbol: ts.Symbol;
  /** `{ total() {} }`, `class Cart {}`; a namespace has no functions with a `this`. */
  node: ts.ObjectLiteralExpression | ts.ClassLikeDeclaration | undefined;
  functions: readonly FunctionEntry[];
}

/** Where names and fields are used. */
export interface Uses {
  index: ProgramIndex;
  references: References;
  contents: Contents;
}

type Call = ts.CallExpression | ts.NewExpression;

export class OtherNames {
  readonly #index: ProgramIndex;
  readonly #references: References;
  readonly #contents: Contents;
  readonly #object: NamedObject;
  readonly #keys: ReadonlySet<string>;
  readonly #isStrict: boolean;
  readonly #seen = new Set<ts.Node | ts.Symbol | string>();

  /** `isStrict`: objects of a type that names their fields may be looked into as if it did not. */
  constructor({ index, references, contents }: Uses, object: NamedObject, isStrict: boolean) {
    this.#index = index;
    this.#references = references;
    this.#contents = contents;
    this.#object = object;
    this.#keys = new Set(object.functions.map(({ node }) => functionName(node)));
    this.#isStrict = isStrict;
  }

  /** What is written to it by its own name is found there. */
  exist(): boolean {
    const { symbol, node } = this.#object;
    return this.#givesAway(symbol, true) || (node !== undefined && this.#givesThis(node));
  }

  #givesAway(symbol: ts.Symbol | undefined, isOwn: boolean): boolean {
    if (!symbol) return true;
    if (this.#seen.has(symbol)) return false;
    this.#seen.add(symbol);
    return this.#usesOf(symbol).some((use) => this.#isGiven(use, isOwn));
  }

  #usesOf(symbol: ts.Symbol): readonly ts.Expression[] {
    return [...this.#references.to(symbol), ...this.#references.throughModule(symbol)];
  }

  /** Whether it may be had, or have another function, by what stands around an expression that is this object. */
  #isGiven(node: ts.Expression, isOwn = false): boolean {
    const outer = wrapped(node);
    const { parent } = outer;
    if (isAccess(parent)) return parent.expression === outer && !isOwn && this.#mayReplace(parent);
    if (ts.isBinaryExpression(parent)) return this.#isGivenByOperator(parent, outer);
    if (ts.isConditionalExpression(parent)) return parent.condition !== outer && this.#isGiven(parent);
    if (ts.isAwaitExpression(parent)) return this.#isGiven(parent);
    if (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) return this.#isGivenTo(parent.name);
    if (ts.isParameter(parent)) return this.#isGivenToNamed(parent);
    if (ts.isPropertyDeclaration(parent)) return this.#isGivenToField(keyOf(parent.name));
    if (ts.isPropertyAssignment(parent) || ts.isShorthandPropertyAssignment(parent))
      return this.#isGivenToField(keyOf(parent.name), this.#isTable(parent.parent));
    if (ts.isCallExpression(parent) || ts.isNewExpression(parent))
      return parent.expression === outer ? false : this.#isGivenByCall(parent, outer);
    if (ts.isReturnStatement(parent) || ts.isArrowFunction(parent))
      return this.#isGivenToCallers(findFunctionAround(node));
    if (ts.isExpressionWithTypeArguments(parent)) return this.#givesAway(this.#symbolOfDerived(parent), true);
    return !isLook(parent);
  }

  /** `class Sub extends Cart`: what is written to `Sub` hides what it inherits. */
  #symbolOfDerived({ parent: { parent } }: ts.ExpressionWithTypeArguments): ts.Symbol | undefined {
    return ts.isClassLike(parent) && parent.name ? this.#index.symbolAt(parent.name) : undefined;
  }

  #mayReplace(access: ts.PropertyAccessExpression | ts.ElementAccessExpression): boolean {
    if (!findAssignment(access)) return false;
    if (ts.isPropertyAccessExpression(access)) return this.#keys.has(access.name.text);
    const { argumentExpression: key } = access;
    return !ts.isStringLiteralLike(key) || this.#keys.has(key.text);
  }

  #isGivenByOperator(parent: ts.BinaryExpression, outer: ts.Expression): boolean {
    const isRight = parent.right === outer;
    switch (parent.operatorToken.kind) {
      case ts.SyntaxKind.EqualsToken:
        return isRight && (this.#isGivenTo(unwrap(parent.left)) || this.#isGiven(parent));
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.QuestionQuestionToken:
        return this.#isGiven(parent);
      case ts.SyntaxKind.AmpersandAmpersandToken:
      case ts.SyntaxKind.CommaToken:
        return isRight && this.#isGiven(parent);
      case ts.SyntaxKind.BarBarEqualsToken:
      case ts.SyntaxKind.QuestionQuestionEqualsToken:
      case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
        return isRight;
      default:
        return false;
    }
  }

  /** Of a function that is called by its name, and gives what it returns. */
  #isGivenToCallers(node: ts.SignatureDeclaration | undefined): boolean {
    if (!node || hasLaterResult(node)) return true;
    if (ts.isAccessor(node)) return this.#isGivenToField(keyOf(node.name), true);
    const entry = ts.isMethodDeclaration(node) ? undefined : this.#index.functionOf(node);
    const symbol = entry && symbolOfFunction(this.#index, entry);
    if (!symbol) return true;
    if (this.#seen.has(symbol)) return false;
    this.#seen.add(symbol);
    return this.#usesOf(symbol).some((use) => {
      const call = callOf(use);
      return !call || this.#isGiven(call);
    });
  }

  /** What takes it apart, has its parts. */
  #isGivenTo(target: ts.Node): boolean {
    if (ts.isIdentifier(target)) return this.#givesAway(this.#index.symbolAt(target), false);
    if (ts.isPropertyAccessExpression(target)) return this.#isGivenToField(target.name.text);
    return !ts.isObjectBindingPattern(target) && !ts.isObjectLiteralExpression(target);
  }

  /** `private target` in a constructor makes a field as well. */
  #isGivenToNamed(parameter: ts.ParameterDeclaration): boolean {
    const isField = ts.isParameterPropertyDeclaration(parameter, parameter.parent);
    return this.#isGivenTo(parameter.name) || (isField && this.#isGivenToField(parameter.name.getText()));
  }

  /** Whatever has a field of that name; `isTable`: what has it here may be looked into by any key. */
  #isGivenToField(name: string, isTable = this.#isStrict): boolean {
    const key = `${name} ${isTable}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    if (name === COMPUTED || (isTable && this.#contents.isOpened(name))) return true;
    const uses = this.#references.toProperty(name);
    const looks = this.#contents
      .lookups(name)
      .filter((look) => isTable || (isAccess(look) && this.#names(look.expression, name)));
    return (
      uses.some((use) => (ts.isBindingElement(use) ? this.#isGivenTo(use.name) : this.#isGiven(use))) ||
      looks.some((look) => this.#isGiven(look))
    );
  }

  /** By its type, an object has this very field. */
  #names(object: ts.Expression, field: string): boolean {
    return this.#index.checker.getTypeAtLocation(object).getProperty(field) !== undefined;
  }

  /** `{ api }` as a `Record<string, object>` */
  #isTable(literal: ts.ObjectLiteralExpression): boolean {
    const { checker } = this.#index;
    const type = checker.getContextualType(literal);
    return this.#isStrict || (type !== undefined && ((type.flags & OPEN) !== 0 || !!type.getStringIndexType()));
  }

  #isGivenByCall(call: Call, argument: ts.Expression): boolean {
    const given = argumentsOf(call);
    const position = given.indexOf(argument);
    if (given.slice(0, position + 1).some(ts.isSpreadElement)) return true;
    const borrowed = findBorrowedCall(this.#index, call);
    const facts = outsideFacts(this.#index, borrowed?.target ?? calleeOf(call), call);
    if (position === 0 && this.#isWeakKey(call)) return false;
    if (borrowed) return !facts?.known || facts.changesReceiver || facts.returns !== 'deep';
    if (!facts) return this.#isGivenToParameter(call, position);
    if (/^Object\.(?:freeze|seal|preventExtensions)$/.test(call.expression.getText())) return this.#isGiven(call);
    const mayKeep = facts.callsBack !== 'never' || facts.changesReceiver || facts.changes.includes(position);
    return mayKeep || !isOnlyRead(this.#index, argument);
  }

  /** `cache.get(api)` of a WeakMap: nobody gets it out. */
  #isWeakKey(call: Call): boolean {
    const callee = calleeOf(call);
    const type = ts.isPropertyAccessExpression(callee) && this.#index.checker.getTypeAtLocation(callee.expression);
    return type !== false && /^Weak(?:Map|Set)$/.test(type.symbol?.name ?? '');
  }

  #isGivenToParameter(call: Call, position: number): boolean {
    const declaration = this.#index.symbolAt(calleeOf(call))?.valueDeclaration;
    const node = ts.isCallExpression(call) ? findWritten(declaration) : findConstructor(declaration);
    if (!node || usesArguments(node)) return true;
    const parameter = node.parameters.filter(({ name }) => name.getText() !== 'this')[position];
    if (!parameter) return node.parameters.some(({ dotDotDotToken }) => dotDotDotToken);
    return parameter.dotDotDotToken !== undefined || this.#isGivenToNamed(parameter);
  }

  #givesThis(node: ts.ObjectLiteralExpression | ts.ClassLikeDeclaration): boolean {
    if (this.#seen.has(node)) return false;
    this.#seen.add(node);
    if (ts.isObjectLiteralExpression(node)) return node.properties.some((property) => this.#givesThisIn(property));
    return node.members.some((member) => isStaticMember(member) && this.#hasThisGiven(member));
  }

  #givesThisIn(property: ts.ObjectLiteralElementLike): boolean {
    if (ts.isMethodDeclaration(property) || ts.isAccessor(property)) return this.#hasThisGiven(property);
    if (ts.isSpreadAssignment(property)) return this.#givesThisOfSpread(unwrap(property.expression));
    return this.#givesThisOfValue(ts.isPropertyAssignment(property) ? unwrap(property.initializer) : property.name);
  }

  #givesThisOfValue(value: ts.Expression): boolean {
    if (ts.isArrowFunction(value)) return false;
    const written = isFunctionNode(value) ? value : findWritten(this.#index.symbolAt(value)?.valueDeclaration);
    if (written) return !ts.isArrowFunction(written) && this.#hasThisGiven(written);
    if (findOutsideUse(this.#index, value)?.from.kind === 'global') return false;
    return mayBeCalled(this.#index.checker.getTypeAtLocation(value));
  }

  #givesThisOfSpread(value: ts.Expression): boolean {
    const declaration = ts.isIdentifier(value) ? this.#index.symbolAt(value)?.valueDeclaration : undefined;
    const held = declaration && ts.isVariableDeclaration(declaration) && isConstant(declaration);
    const literal = held && declaration.initializer ? unwrap(declaration.initializer) : undefined;
    return !literal || !ts.isObjectLiteralExpression(literal) || this.#givesThis(literal);
  }

  #hasThisGiven(node: ts.Node): boolean {
    if (this.#seen.has(node)) return false;
    this.#seen.add(node);
    const own = ts.isFunctionLike(node) ? node : node.parent;
    let isGiven = false;
    walk(node, (at) => {
      const isThis = at.kind === ts.SyntaxKind.ThisKeyword;
      if (!(isThis || at.kind === ts.SyntaxKind.SuperKeyword) || thisAround(at) !== own) return undefined;
      if (!isThis || this.#isGiven(at as ts.Expression)) isGiven = true;
      return undefined;
    });
    return isGiven;
  }
}

/** `async function`, `function*` */
function hasLaterResult(node: ts.SignatureDeclaration): boolean {
  const isGenerator = 'asteriskToken' in node && node.asteriskToken !== undefined;
  return isGenerator || hasModifier(node, ts.SyntaxKind.AsyncKeyword);
}

/** Looks inside, or whether it is there. */
function isLook(parent: ts.Node): boolean {
  return (
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isTypeOfExpression(parent) ||
    ts.isVoidExpression(parent) ||
    ts.isPrefixUnaryExpression(parent) ||
    ts.isTemplateSpan(parent) ||
    ts.isExportSpecifier(parent) ||
    ts.isExportAssignment(parent) ||
    ts.isForInStatement(parent) ||
    ts.isForOfStatement(parent) ||
    ts.isExpressionStatement(parent) ||
    ts.isIfStatement(parent) ||
    ts.isIterationStatement(parent, false) ||
    ts.isSwitchStatement(parent) ||
    ts.isCaseClause(parent)
  );
}

type Written = ts.SignatureDeclaration & { body: ts.Node };

/** `function total() {}`, `const total = () => …` */
function findWritten(declaration: ts.Node | undefined): Written | undefined {
  if (declaration && ts.isFunctionDeclaration(declaration))
    return isFunctionNode(declaration) ? declaration : undefined;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !isConstant(declaration)) return undefined;
  const value = declaration.initializer && unwrap(declaration.initializer);
  return value && isFunctionNode(value) ? value : undefined;
}

/** That which a class has itself. */
function findConstructor(declaration: ts.Node | undefined): Written | undefined {
  if (!declaration || !ts.isClassLike(declaration)) return undefined;
  const members: readonly ts.Node[] = declaration.members;
  return members
    .filter(ts.isConstructorDeclaration)
    .find((member): member is ts.ConstructorDeclaration & { body: ts.Block } => member.body !== undefined);
}

function usesArguments(node: ts.Node): boolean {
  let uses = false;
  walk(node, (at) => {
    if (ts.isIdentifier(at) && at.text === 'arguments') uses = true;
    return undefined;
  });
  return uses;
}

function isStaticMember(member: ts.ClassElement): boolean {
  return hasModifier(member, ts.SyntaxKind.StaticKeyword) || ts.isClassStaticBlockDeclaration(member);
}

function mayBeCalled(type: ts.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some((part) => (part.flags & OPEN) !== 0 || part.getCallSignatures().length > 0);
}

/** Anything may be of such a type. */
export const OPEN = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Instantiable;
