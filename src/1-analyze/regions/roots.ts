/**
 * Where an object comes from: `this`, a parameter, a module variable, a captured variable, or made here (no root at all).
 * Used to tell what a write such as `a.b.c = 1` or `list.push(x)` changes. Too many roots cost bytes; a missing one would
 * lose a change, so what is not understood is `unknown`.
 */

import ts from 'typescript';
import { type Hierarchy, resolveNamed } from '../flow/callees.ts';
import type { FunctionEntry, ProgramIndex, VariableEntry } from '../names/program-index.ts';
import { argumentsOf } from '../names/references.ts';
import { assignedTargets, brief, isAccess, isFunctionNode, isWithin, unwrap, walk } from '../names/syntax.ts';
import { outsideFacts } from '../outside/outside.ts';

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

export interface RootContext {
  index: ProgramIndex;
  hierarchy: Hierarchy;
  /** What functions return, once known; absent while being found out, so that recursion ends. */
  results: Map<FunctionEntry, Root[]>;
}

const UNKNOWN: Root = { kind: 'unknown' };
const CAPTURED: Root = { kind: 'captured' };

/** Values a local variable may hold, and values that may have been put inside what it holds. */
interface LocalFacts {
  values: ts.Expression[];
  /** Holds an element or a property of these. */
  parts: ts.Expression[];
  stored: ts.Expression[];
  opaque: boolean;
}

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
  const { index } = context;
  const locals = new Map<ts.Symbol, LocalFacts>();
  let collected = false;
  const localOf = (symbol: ts.Symbol): LocalFacts | undefined => {
    if (!collected) collectLocals(index, region, locals);
    collected = true;
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

function collectLocals(index: ProgramIndex, region: ts.Node, locals: Map<ts.Symbol, LocalFacts>): void {
  const factsOf = (symbol: ts.Symbol): LocalFacts => {
    const known = locals.get(symbol) ?? { values: [], parts: [], stored: [], opaque: false };
    locals.set(symbol, known);
    return known;
  };
  const bind = (name: ts.BindingName, value: ts.Expression | undefined, kind: 'values' | 'parts'): void => {
    if (ts.isIdentifier(name)) {
      const symbol = index.checker.getSymbolAtLocation(name);
      if (symbol && value) factsOf(symbol)[kind].push(value);
      else if (symbol) factsOf(symbol);
      return;
    }
    for (const element of name.elements) {
      if (!ts.isBindingElement(element)) continue;
      bind(element.name, value, 'parts');
      if (element.initializer) bind(element.name, element.initializer, 'values');
    }
  };
  walk(region, (node) => {
    if (ts.isVariableDeclaration(node)) {
      const loop = node.parent.parent;
      if (ts.isForOfStatement(loop) || ts.isForInStatement(loop)) bind(node.name, loop.expression, 'parts');
      else if (ts.isCatchClause(node.parent)) bind(node.name, undefined, 'values');
      else bind(node.name, node.initializer, 'values');
      if (ts.isCatchClause(node.parent) && ts.isIdentifier(node.name)) markOpaque(index, node.name, factsOf);
    }
    noteAssignments(index, node, factsOf);
    return undefined;
  });
}

function markOpaque(index: ProgramIndex, name: ts.Identifier, factsOf: (symbol: ts.Symbol) => LocalFacts): void {
  const symbol = index.checker.getSymbolAtLocation(name);
  if (symbol) factsOf(symbol).opaque = true;
}

/** `local = x`, `parameter = x`, `local.a.b = x`, `local.push(x)`, `f(local)`. */
function noteAssignments(index: ProgramIndex, node: ts.Node, factsOf: (symbol: ts.Symbol) => LocalFacts): void {
  for (const target of assignedTargets(node)) {
    const base = baseIdentifier(target);
    const symbol = base && index.symbolAt(base);
    if (!symbol || !(isLocal(symbol) || (target === base && isParameter(symbol)))) continue;
    const isSimple = ts.isBinaryExpression(node) && unwrap(node.left) === target;
    const facts = factsOf(symbol);
    if (isSimple) facts[target === base ? 'values' : 'stored'].push(node.right);
    else if (ts.isBinaryExpression(node)) facts.parts.push(node.right);
    else if (ts.isForOfStatement(node)) facts.parts.push(node.expression);
  }
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
  const receiver = ts.isPropertyAccessExpression(node.expression)
    ? baseIdentifier(node.expression.expression)
    : undefined;
  const receiverSymbol = receiver && index.symbolAt(receiver);
  if (receiverSymbol && isLocal(receiverSymbol)) {
    factsOf(receiverSymbol).stored.push(...argumentsOf(node).filter((argument) => !isFunctionNode(argument)));
  }
  for (const argument of argumentsOf(node)) {
    const value = unwrap(argument);
    const symbol = ts.isIdentifier(value) ? index.symbolAt(value) : undefined;
    if (symbol && isLocal(symbol) && !receiver) {
      factsOf(symbol).stored.push(...argumentsOf(node).filter((other) => other !== argument));
    }
  }
}

function baseIdentifier(expression: ts.Expression): ts.Identifier | undefined {
  let at = unwrap(expression);
  while (isAccess(at)) at = unwrap(at.expression);
  return ts.isIdentifier(at) ? at : undefined;
}

function isParameter({ valueDeclaration }: ts.Symbol): boolean {
  return valueDeclaration !== undefined && ts.isParameter(valueDeclaration);
}

function isLocal(symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  if (!declaration || !(ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration))) return false;
  for (let at: ts.Node = declaration.parent; at; at = at.parent) if (ts.isFunctionLike(at)) return true;
  return false;
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
    if (ts.isAwaitExpression(value) || ts.isYieldExpression(value))
      return value.expression ? this.of(value.expression, seen) : [];
    if (ts.isCallExpression(value)) return this.#ofCall(value, seen);
    if (ts.isSpreadElement(value)) return this.inside(value.expression, seen);
    if (ts.isNewExpression(value) && isView(value)) return argumentsOf(value).flatMap((part) => this.of(part, seen));
    return [];
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
    const both = (part: ts.Expression) => [...this.of(part, seen), ...this.inside(part, seen)];
    if (ts.isArrayLiteralExpression(value)) return value.elements.flatMap(both);
    if (ts.isSpreadElement(value)) return both(value.expression);
    if (ts.isObjectLiteralExpression(value))
      return value.properties.flatMap((property) => this.#insideProperty(property, both));
    if (ts.isNewExpression(value)) return argumentsOf(value).flatMap(both);
    if (ts.isConditionalExpression(value)) return [...both(value.whenTrue), ...both(value.whenFalse)];
    if (ts.isCallExpression(value)) {
      const receiver = ts.isPropertyAccessExpression(value.expression) ? both(value.expression.expression) : [];
      return [
        ...receiver,
        ...argumentsOf(value)
          .filter((argument) => !isFunctionNode(unwrap(argument)))
          .flatMap(both),
      ];
    }
    if (ts.isIdentifier(value)) return this.#insideName(value, both);
    if (isAccess(value)) return this.#unlessPrimitive(value, this.inside(value.expression, seen));
    return [];
  }

  #insideProperty(property: ts.ObjectLiteralElementLike, both: (part: ts.Expression) => Root[]): Root[] {
    if (ts.isPropertyAssignment(property)) return both(property.initializer);
    if (ts.isShorthandPropertyAssignment(property)) return both(property.name);
    return ts.isSpreadAssignment(property) ? both(property.expression) : [];
  }

  #insideName(name: ts.Identifier, both: (part: ts.Expression) => Root[]): Root[] {
    const symbol = this.#index.symbolAt(name);
    const local = symbol && this.#localOf(symbol);
    if (!local || isPrimitiveType(this.#index.checker.getTypeOfSymbol(symbol))) return [];
    return [...local.values, ...local.parts, ...local.stored].flatMap(both);
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
    if (this.#isCaptured(declaration)) return [CAPTURED, ...this.#ofCaptured(declaration, seen)];
    if (local) return this.#ofLocal(local, seen);
    return declaration && (ts.isFunctionLike(declaration) || ts.isClassLike(declaration)) ? [] : [UNKNOWN];
  }

  #ofLocal({ values, parts, opaque }: LocalFacts, seen: Seen): Root[] {
    const own = values.flatMap((value) => this.of(value, seen));
    const inside = parts.flatMap((value) => [...this.of(value, seen), ...this.inside(value, seen)]);
    return opaque ? [UNKNOWN, ...own, ...inside] : [...own, ...inside];
  }

  /** `const first = list[0]` in a block or a function around it is a part of the module's list. */
  #ofCaptured(declaration: ts.Node | undefined, seen: Seen): Root[] {
    const value = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
    return value
      ? this.inside(value, seen)
          .concat(this.of(value, seen))
          .filter(({ kind }) => kind === 'variable')
      : [];
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
    const symbol = ts.isPropertyAccessExpression(value) ? this.#index.symbolAt(value.name) : undefined;
    const variable = symbol && this.#index.variableOf(symbol);
    if (variable) return [{ kind: 'variable', entry: variable }];
    const base = this.of(value.expression, seen);
    return base.length > 0 ? base : this.inside(value.expression, seen);
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
    const receiver = ts.isPropertyAccessExpression(callee) ? callee.expression : undefined;
    const facts = outsideFacts(this.#index, callee, value);
    if (facts?.returns === 'fresh' || facts?.returns === 'deep') return [];
    if (facts?.returns === 'receiver' && receiver) return this.of(receiver, seen);
    if (this.#isPrimitive(value)) return [];
    if (facts?.returns === 'own') return [{ kind: 'package', subject: brief(callee) }];
    const given = [...argumentsOf(value), ...(receiver ? [receiver] : [])].filter(
      (argument) => !isFunctionNode(unwrap(argument)),
    );
    const roots = given.flatMap((argument) => [...this.of(argument, seen), ...this.inside(argument, seen)]);
    return facts?.known ? roots : [...roots, ...this.#ofResults(callee)];
  }

  /** What program functions return besides parts of what they are given: module state, or something unknown. */
  #ofResults(callee: ts.Expression): Root[] {
    const named = resolveNamed(this.#index, this.#context.hierarchy, callee);
    if (!named || named.outside || named.functions.length === 0) return [UNKNOWN];
    return named.functions.flatMap((entry) => findResultRoots(this.#context, entry));
  }
}

/** `new Uint8Array(buffer)`: another look at the same bytes. */
function isView({ expression }: ts.NewExpression): boolean {
  return (
    ts.isIdentifier(expression) && /^(DataView|Buffer|\w+Array)$/.test(expression.text) && expression.text !== 'Array'
  );
}

function findResultRoots(context: RootContext, entry: FunctionEntry): Root[] {
  const known = context.results.get(entry);
  if (known) return known;
  context.results.set(entry, []);
  const finder = makeRootFinder(context, entry.node, entry);
  const roots = resultsOf(entry.node).flatMap((result) => finder.inside(result));
  const foreign = dedupe(roots).filter(({ kind }) => !['argument', 'self', 'captured'].includes(kind));
  context.results.set(entry, foreign);
  return foreign;
}

function resultsOf(node: FunctionEntry['node']): ts.Expression[] {
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return [node.body];
  const results: ts.Expression[] = [];
  walk(node.body, (at) => {
    if (ts.isReturnStatement(at) && at.expression) results.push(at.expression);
    if (ts.isYieldExpression(at) && at.expression) results.push(at.expression);
    return isFunctionNode(at) ? false : undefined;
  });
  return results;
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
