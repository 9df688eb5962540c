/** Functions as facts. */

import ts from 'typescript';
import type {
  CallFacts,
  CaptureFacts,
  EffectFact,
  FunctionFacts,
  ParameterFacts,
  Shape,
  ValueUse,
} from '../../types.ts';
import { spanOf } from '../classes/classes.ts';
import { overridesOf } from '../flow/callees.ts';
import type { FunctionEntry, ProgramIndex, VariableEntry } from '../names/program-index.ts';
import { functionName } from '../names/qualified-names.ts';
import { findReach } from '../names/reach.ts';
import { symbolOfFunction } from '../names/references.ts';
import {
  assignedTargets,
  hasModifier,
  isFunctionNode,
  isNameOnly,
  oneLine,
  unwrap,
  walk,
  wrapped,
} from '../names/syntax.ts';
import { isUnseen } from '../outside/api-facts.ts';
import { mayBorrow } from '../outside/foreign-functions.ts';
import { outsideFacts } from '../outside/outside.ts';
import type { Region, RegionContext } from '../regions/region.ts';
import { isPrimitiveType } from '../regions/roots.ts';
import type { Summary } from '../regions/summary.ts';
import { readInputs } from '../shapes/input-types.ts';
import type { Shapes } from '../shapes/shapes.ts';
import { writeType } from '../shapes/written-types.ts';
import type { StateFacts } from '../variables/variables.ts';
import { findAnnotation } from './annotations.ts';
import { describeResults, describeSteps, hasTimelyDefault, isGenerator } from './generators.ts';
import { isReadLate } from './late-reads.ts';
import { describeFlows, describeSite } from './sites.ts';
import { findHanding, isWaitedCallback } from './waited-callbacks.ts';

export interface FunctionContext extends RegionContext {
  shapes: Shapes;
  state: StateFacts;
  /** Exported to the outside: other people's code may call it. */
  isPublic: (entry: FunctionEntry) => boolean;
  /** Somebody outside may call a function of it, with functions of theirs. */
  isOpen: boolean;
  /** Result types are asked for where they are not written down. */
  writesTypes: boolean;
  hasGenerators: boolean;
  /** Start of the callback expression of every loop, by file. */
  loopCallbacks: ReadonlyMap<ts.SourceFile, ReadonlySet<number>>;
}

function isCalledFromOutside({ isPublic, isOpen, flow }: FunctionContext, entry: FunctionEntry): boolean {
  return isPublic(entry) || flow.leaves(entry) || (isOpen && flow.isHandedToValues(entry));
}

export function describeFunction(
  context: FunctionContext,
  entry: FunctionEntry,
  summary: Summary,
  calls: CallFacts[],
): FunctionFacts {
  const { index } = context;
  const { node } = entry;
  const isAsync = hasModifier(node, ts.SyntaxKind.AsyncKeyword);
  const returnType = returnTypeOf(index, node);
  const promise = isAsync || !returnType ? 'never' : promiseOf(returnType);
  const annotation = findAnnotation(index, entry);
  const { region } = summary;
  const isAsynchronous = isAsync || promise !== 'never';
  const reach = findReach(entry);
  const site = reach.kind === 'none' ? describeSite(context, entry) : undefined;
  const flows = describeFlows(context, entry);
  const result = describeResult(context, node, returnType);
  const answers = annotation?.settings.http !== undefined && mayBeResponse(result);
  const returns: Shape = answers ? { kind: 'any' } : result;
  return {
    id: entry.id,
    module: index.loaded.moduleId(entry.file),
    name: functionName(node),
    kind: kindOf(node),
    at: index.loaded.place(node),
    span: spanOf(node),
    body: spanOf(node.body),
    isExpressionBody: ts.isArrowFunction(node) && !ts.isBlock(node.body),
    reach,
    ...(entry.parent && { parent: entry.parent.id }),
    ...(entry.cls && { cls: entry.cls.id }),
    isStatic: isStaticMember(node),
    overrides: overridesSomething(context, entry),
    signature: signatureOf(entry),
    isAsync,
    isGenerator: isGenerator(node),
    returnsPromise: promise !== 'never',
    ...(promise === 'some' && { mixesPromises: true }),
    hasAwait: region.hasAwait,
    params: parametersOf(node).map((parameter) => ({
      ...describeParameter(context, parameter),
      ...(isAsynchronous && isLateReader(context, entry, region, parameter) && { readLate: true }),
    })),
    returns,
    ...(answers && { answers: true as const }),
    ...(isGenerator(node) && { steps: describeSteps(context, node, returnType) }),
    ...(context.hasGenerators && mayBorrow(context, entry) && { borrows: true as const }),
    ...(context.writesTypes &&
      node.type === undefined &&
      returnType && { resultType: writeType(index, node, returnType) }),
    ...findPredicate(index, node),
    usesThis: region.usesThis,
    usesArguments: region.usesArguments,
    isTrivial: isTrivialBody(node.body),
    escapes: isCalledFromOutside(context, entry) || isTypeQueried(context, entry),
    captures: describeCaptures(context, entry),
    ...(typeof site === 'object' && { site }),
    ...(typeof site === 'string' && { siteless: site }),
    ...(isInline(index, node) && { isInline: true as const }),
    ...(flows && { flows }),
    calls,
    valueUses: describeUses(context, entry),
    effects: listEffects(context, summary),
    touches: [...summary.touches].map(({ id }) => id).sort(),
    changes: {
      args: summary.changes.all ? 'all' : [...summary.changes.args].sort((a, b) => a - b),
      self: summary.changes.self || (summary.changes.all && region.usesThis),
      ...(entry.parent && summary.changes.captured && { captured: true as const }),
    },
    ...(annotation && { annotation }),
    inputs: readInputs(index.checker, parametersOf(node)),
  };
}

/** A `Response` is for whoever has sent the request: a caller in the program gets it where it can be made again. */
function mayBeResponse(shape: Shape): boolean {
  if (shape.kind === 'union') return shape.of.some(mayBeResponse);
  return shape.kind === 'unsupported' && shape.type === 'Response';
}

function isInline(index: ProgramIndex, node: ts.Node): boolean {
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return false;
  const outer = wrapped(node);
  const call = outer.parent;
  if (!ts.isCallExpression(call) && !ts.isNewExpression(call)) return false;
  if (!call.arguments?.includes(outer)) return false;
  return outsideFacts(index, call.expression, call)?.callsBack === 'now';
}

function kindOf(node: ts.Node): FunctionFacts['kind'] {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  if (ts.isGetAccessor(node)) return 'getter';
  if (ts.isSetAccessor(node)) return 'setter';
  if (ts.isMethodDeclaration(node)) return 'method';
  if (ts.isArrowFunction(node)) return 'arrow';
  return ts.isFunctionExpression(node) ? 'expression' : 'declaration';
}

function isStaticMember(node: ts.Node): boolean {
  if (hasModifier(node, ts.SyntaxKind.StaticKeyword)) return true;
  return ts.isPropertyDeclaration(node.parent) && hasModifier(node.parent, ts.SyntaxKind.StaticKeyword);
}

function returnTypeOf(index: ProgramIndex, node: ts.SignatureDeclaration): ts.Type | undefined {
  if (ts.isConstructorDeclaration(node)) return undefined;
  const signature = index.checker.getSignatureFromDeclaration(node);
  return signature && index.checker.getReturnTypeOfSignature(signature);
}

/** `x is string`, where the compiler infers it from the one `return` of the function. */
function findPredicate(index: ProgramIndex, node: ts.SignatureDeclaration): { predicate?: string } {
  const signature = node.type ? undefined : index.checker.getSignatureFromDeclaration(node);
  const predicate = signature && index.checker.getTypePredicateOfSignature(signature);
  return predicate ? { predicate: index.checker.typePredicateToString(predicate, node) } : {};
}

/** `some`: a promise or something else. */
function promiseOf(type: ts.Type): 'always' | 'some' | 'never' {
  const parts = type.isUnion() ? type.types : [type];
  const promises = parts.filter((part) => part.getProperty('then') !== undefined);
  if (promises.length === 0) return 'never';
  const isPlain = promises.every(({ symbol }) => symbol?.name === 'Promise' || symbol?.name === 'PromiseLike');
  return promises.length === parts.length && isPlain ? 'always' : 'some';
}

function overridesSomething(context: RegionContext, entry: FunctionEntry): boolean {
  const { cls } = entry;
  if (!cls) return isTypedFromOutside(entry.node);
  if (ts.isConstructorDeclaration(entry.node)) return false;
  if (overridesOf(context.index, context.hierarchy, entry).length > 0) return true;
  const name = functionName(entry.node);
  if (CALLED_BY_OTHERS.has(name) || name.startsWith('[')) return true;
  return (cls.node.heritageClauses ?? []).some((clause) =>
    clause.types.some((type) => context.index.checker.getTypeAtLocation(type).getProperty(name) !== undefined),
  );
}

/** Methods that the language and Node call by name. */
const CALLED_BY_OTHERS: ReadonlySet<string> = new Set([
  ...['toString', 'toLocaleString', 'valueOf', 'toJSON', 'then', 'next', 'return', 'throw', 'handleEvent', 'inspect'],
]);

/** `const f: Handler = …`, a member of an object literal: its type is (also) written somewhere else. */
function isTypedFromOutside(node: ts.Node): boolean {
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) return true;
  if (ts.isFunctionDeclaration(node)) return false;
  const { parent } = node;
  if (ts.isVariableDeclaration(parent)) return parent.type !== undefined;
  return !ts.isCallExpression(parent) && !ts.isExportAssignment(parent);
}

function signatureOf({ node, file, cls }: FunctionEntry): string {
  const start =
    'name' in node && node.name ? node.name.getStart() : (node.parameters[0]?.getFullStart() ?? node.getStart());
  const head = oneLine(file.text.slice(start, node.body.getStart())).replace(/\s*=>$/, '');
  if (!('name' in node && node.name)) {
    const open = node.typeParameters ? '' : '(';
    return oneLine(`${functionName(node)}${open}${head}`).replace(/\(\(/, '(');
  }
  return cls ? `${cls.name}.${head}` : head;
}

function parametersOf(node: ts.SignatureDeclaration): ts.ParameterDeclaration[] {
  return node.parameters.filter((parameter) => parameter.name.getText() !== 'this');
}

function describeParameter(context: FunctionContext, parameter: ts.ParameterDeclaration): ParameterFacts {
  const { index, shapes } = context;
  return {
    name: ts.isIdentifier(parameter.name) ? parameter.name.text : oneLine(parameter.name.getText()),
    shape: shapes.shapeOf(index.checker.getTypeAtLocation(parameter)),
    optional: parameter.questionToken !== undefined || parameter.initializer !== undefined,
    rest: parameter.dotDotDotToken !== undefined,
    form: ts.isIdentifier(parameter.name) ? 'plain' : 'pattern',
    ...findPatternType(index, parameter),
    impureDefault: hasImpureDefault(context, parameter),
  };
}

/** `{ size = 1, deep = false } = {}` is `{ size?: number; deep?: boolean }`, which a name in its place would not be. */
function findPatternType(index: ProgramIndex, parameter: ts.ParameterDeclaration): { patternType?: string } {
  const { parent: node, name, type } = parameter;
  if (type || ts.isIdentifier(name) || !isFunctionNode(node)) return {};
  if ((ts.isArrowFunction(node) || ts.isFunctionExpression(node)) && index.checker.getContextualType(node)) return {};
  const text = writeType(index, node, index.checker.getTypeAtLocation(parameter));
  return text === null ? {} : { patternType: text };
}

function isLateReader(
  context: RegionContext,
  { node }: FunctionEntry,
  region: Region,
  parameter: ts.ParameterDeclaration,
): boolean {
  if (isPrimitiveType(context.index.checker.getTypeAtLocation(parameter))) return false;
  return region.usesArguments || isReadLate(context, node, parameter);
}

function describeResult(context: FunctionContext, node: ts.SignatureDeclaration, type: ts.Type | undefined): Shape {
  if (isGenerator(node)) return describeResults(context, node, type);
  return type ? context.shapes.awaitedShapeOf(type) : { kind: 'primitive' };
}

/** A default value or a pattern in which something is called or assigned may be noticed when it is evaluated twice. */
function hasImpureDefault(context: FunctionContext, parameter: ts.ParameterDeclaration): boolean {
  if (isGenerator(parameter.parent)) return hasTimelyDefault(context.index, parameter);
  let impure = false;
  walk(parameter, (node) => {
    if (ts.isTypeNode(node) || isFunctionNode(node)) return false;
    if (assignedTargets(node).length > 0 || ts.isAwaitExpression(node) || ts.isYieldExpression(node)) impure = true;
    impure ||= context.implicits.usesOf(node).some((use) => context.implicits.find(use).length > 0);
    if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) {
      const facts = ts.isTaggedTemplateExpression(node)
        ? undefined
        : outsideFacts(context.index, unwrap(node.expression), node);
      impure ||=
        !facts?.known ||
        facts.effects.some(({ kind }) => !isUnseen(kind)) ||
        facts.changesReceiver ||
        facts.changes.length > 0;
    }
    return undefined;
  });
  return impure;
}

/** `return x.y`, `x.y = z`, a literal, nothing: not worth a call over the wire. */
function isTrivialBody(body: ts.Node): boolean {
  if (!ts.isBlock(body)) return isPlainAccess(body as ts.Expression);
  if (body.statements.length > 1) return false;
  const [only] = body.statements;
  if (!only) return true;
  if (ts.isReturnStatement(only)) return !only.expression || isPlainAccess(only.expression);
  if (!ts.isExpressionStatement(only)) return false;
  const { expression } = only;
  const isAssignment = ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isAssignment && isPlainAccess(expression.left) && isPlainAccess(expression.right);
}

function isPlainAccess(expression: ts.Expression): boolean {
  const value = unwrap(expression);
  if (ts.isPropertyAccessExpression(value)) return isPlainAccess(value.expression);
  return ts.isIdentifier(value) || ts.isLiteralExpression(value) || isKeyword(value);
}

function isKeyword(value: ts.Expression): boolean {
  const { kind } = value;
  return (
    kind === ts.SyntaxKind.ThisKeyword ||
    kind === ts.SyntaxKind.TrueKeyword ||
    kind === ts.SyntaxKind.FalseKeyword ||
    kind === ts.SyntaxKind.NullKeyword
  );
}

function isTypeQueried(context: RegionContext, entry: FunctionEntry): boolean {
  const symbol = symbolOfFunction(context.index, entry);
  return symbol !== undefined && context.references.typeQueried.has(symbol);
}

/** Variables and parameters of enclosing functions. */
function describeCaptures(context: FunctionContext, entry: FunctionEntry): CaptureFacts[] {
  if (!entry.parent) return [];
  const { index } = context;
  const found = new Map<ts.Symbol, FunctionEntry>();
  walk(entry.node, (node) => {
    if (!ts.isIdentifier(node) || isNameOnly(node)) return undefined;
    const symbol = index.symbolAt(node);
    const declaration = symbol?.valueDeclaration;
    const owner = declaration && ownerOf(index, declaration);
    if (symbol && owner && owner !== entry && isEnclosing(owner, entry)) found.set(symbol, owner);
    return undefined;
  });
  return [...found]
    .map(([symbol, owner]) => ({
      name: symbol.name,
      owner: owner.id,
      written: isReassigned(context, symbol),
      shape: context.shapes.shapeOf(index.checker.getTypeOfSymbol(symbol)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function ownerOf(index: ProgramIndex, declaration: ts.Node): FunctionEntry | undefined {
  for (let at = declaration.parent; at; at = at.parent) if (isFunctionNode(at)) return index.functionOf(at);
  return undefined;
}

function isEnclosing(owner: FunctionEntry, entry: FunctionEntry): boolean {
  for (let at = entry.parent; at; at = at.parent) if (at === owner) return true;
  return false;
}

function isReassigned(context: RegionContext, symbol: ts.Symbol): boolean {
  return context.references.to(symbol).some((use) => {
    let at: ts.Node = use;
    while (at && !ts.isStatement(at)) {
      if (assignedTargets(at).includes(use)) return true;
      at = at.parent;
    }
    return false;
  });
}

function describeUses(context: FunctionContext, entry: FunctionEntry): ValueUse[] {
  return context.flow.valueUses(entry).map((use) => {
    const isCallback = context.loopCallbacks.get(use.getSourceFile())?.has(use.getStart()) ?? false;
    return {
      module: context.index.loaded.moduleId(use.getSourceFile()),
      span: spanOf(use),
      kind: isCallback ? 'callback' : isWaitedUse(context.index, use) ? 'waited' : 'value',
    };
  });
}

function isWaitedUse(index: ProgramIndex, use: ts.Expression): boolean {
  const call = findHanding(use);
  return call !== undefined && isWaitedCallback(index, call);
}

/** Direct and inherited effects, and those on module state, sorted by kind and subject. */
function listEffects(context: FunctionContext, summary: Summary): EffectFact[] {
  const at = context.index.loaded.place(summary.region.node);
  const state = (kind: 'reads' | 'writes', variable: VariableEntry): EffectFact => ({
    kind,
    subject: variable.id,
    at: placeOfChange(context, summary, variable) ?? at,
    via: [],
  });
  const written = new Set([
    ...summary.assigned,
    ...summary.mutated,
    ...(summary.changes.all ? [...summary.touches].filter((variable) => context.state.mutated.has(variable)) : []),
  ]);
  const read = [...summary.touches].filter(
    (variable) =>
      context.state.assigned.has(variable) ||
      context.state.mutated.has(variable) ||
      context.state.unstable.has(variable),
  );
  const inherited = (kind: 'locale' | 'formats' | 'dates', made: ReadonlySet<VariableEntry>): EffectFact[] => {
    const variable = [...summary.touches].find((one) => made.has(one));
    return variable ? [{ kind, subject: variable.id, at, via: [] }] : [];
  };
  const effects = [
    ...summary.effects.values(),
    ...inherited('locale', context.state.localised),
    ...inherited('formats', context.state.formatted),
    ...inherited('dates', context.state.dated),
    ...read.map((variable) => state('reads', variable)),
    ...[...written].map((variable) => state('writes', variable)),
  ];
  return effects.sort((a, b) => compare(`${a.kind} ${a.subject ?? ''}`, `${b.kind} ${b.subject ?? ''}`));
}

function placeOfChange(
  context: FunctionContext,
  summary: Summary,
  variable: VariableEntry,
): EffectFact['at'] | undefined {
  const node = summary.region.assigned.get(variable) ?? summary.region.mutated.get(variable);
  return node && context.index.loaded.place(node);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
