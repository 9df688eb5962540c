/** Functions as facts. */

import ts from 'typescript';
import type { CallFacts, FunctionFacts, Shape, SiteFacts, ValueUse } from '../../types.ts';
import { spanOf } from '../classes/classes.ts';
import { overridesOf } from '../flow/callees.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { functionName } from '../names/qualified-names.ts';
import { findReach } from '../names/reach.ts';
import { symbolOfFunction } from '../names/references.ts';
import { hasModifier, oneLine, wrapped } from '../names/syntax.ts';
import { mayBorrow } from '../outside/foreign-functions.ts';
import { outsideFacts } from '../outside/outside.ts';
import type { Region, RegionContext } from '../regions/region.ts';
import type { Summary } from '../regions/summary.ts';
import { readInputs } from '../shapes/input-types.ts';
import { writeType } from '../shapes/written-types.ts';
import { describeReading } from '../texts/texts.ts';
import { findAnnotation } from './annotations.ts';
import { describeCaptures } from './captures.ts';
import type { FunctionContext } from './context.ts';
import { listEffects } from './effects.ts';
import { describeResults, describeSteps, isGenerator } from './generators.ts';
import { describeParameter, isLateReader, parametersOf } from './parameters.ts';
import { describeFlows, describeSite } from './sites.ts';
import { isThenable } from './thenable.ts';
import { isTrivialBody } from './trivial.ts';
import { findHanding, isWaitedCallback } from './waited-callbacks.ts';

function isCalledFromOutside({ isPublic, isOpen, flow }: FunctionContext, entry: FunctionEntry): boolean {
  return isPublic(entry) || flow.leaves(entry) || (isOpen && flow.isHandedToValues(entry));
}

export function describeFunction(
  context: FunctionContext,
  entry: FunctionEntry,
  summary: Summary,
  calls: CallFacts[],
): FunctionFacts {
  const annotation = findAnnotation(context.index, entry);
  const isAnswering = annotation?.settings.http !== undefined;
  return {
    ...describeDeclaration(context, entry),
    ...describeExchange(context, entry, summary.region, isAnswering),
    ...describeSurroundings(context, entry, summary.region),
    calls,
    valueUses: describeUses(context, entry),
    ...describeDoings(context, entry, summary),
    ...(annotation && { annotation }),
    inputs: readInputs(context.index.checker, parametersOf(entry.node)),
  };
}

/** Where it is written, as what, and how it is found there. */
function describeDeclaration(context: FunctionContext, entry: FunctionEntry) {
  const { index } = context;
  const { node } = entry;
  return {
    id: entry.id,
    module: index.loaded.moduleId(entry.file),
    name: functionName(node),
    kind: kindOf(node),
    at: index.loaded.place(node),
    span: spanOf(node),
    body: spanOf(node.body),
    isExpressionBody: ts.isArrowFunction(node) && !ts.isBlock(node.body),
    reach: findReach(entry),
    ...(entry.parent && { parent: entry.parent.id }),
    ...(entry.cls && { cls: entry.cls.id }),
    isStatic: isStaticMember(node),
    overrides: overridesSomething(context, entry),
    signature: signatureOf(entry),
  };
}

/** What it takes and what it gives, and whether that is at once. */
function describeExchange(context: FunctionContext, entry: FunctionEntry, region: Region, isAnswering: boolean) {
  const { index } = context;
  const { node } = entry;
  const isAsync = hasModifier(node, ts.SyntaxKind.AsyncKeyword);
  const returnType = returnTypeOf(index, node);
  const promise = isAsync || !returnType ? 'never' : promiseOf(index, returnType);
  const isAsynchronous = isAsync || promise !== 'never';
  const result = describeResult(context, node, returnType);
  const answers = isAnswering && mayBeResponse(result);
  const returns: Shape = answers ? { kind: 'any' } : result;
  return {
    isAsync,
    isGenerator: isGenerator(node),
    returnsPromise: promise !== 'never',
    ...((promise === 'some' || promise === 'like') && { mixesPromises: promise }),
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
  };
}

/** What it has of the code around it, and who may come by it. */
function describeSurroundings(context: FunctionContext, entry: FunctionEntry, region: Region) {
  const { node } = entry;
  const site = findReach(entry).kind === 'none' ? findSite(context, entry) : undefined;
  const reading = context.texts.findReading(node);
  const flows = describeFlows(context, entry);
  return {
    usesThis: region.usesThis,
    usesArguments: region.usesArguments,
    ...(region.namesForeign && { namesForeign: true as const }),
    isTrivial: isTrivialBody(node.body),
    escapes: isCalledFromOutside(context, entry) || isTypeQueried(context, entry),
    captures: describeCaptures(context, entry),
    ...(typeof site === 'object' && { site }),
    ...(typeof site === 'string' && { siteless: site }),
    ...(isInline(context.index, node) && { isInline: true as const }),
    ...(flows && { flows }),
    ...(reading && { textRead: { by: describeReading(reading), at: context.index.loaded.place(reading) } }),
  };
}

/** A mark for what is inside a text that is read would come into it. */
function findSite(context: FunctionContext, entry: FunctionEntry): SiteFacts | string | undefined {
  if (context.texts.findReading(entry.node.parent)) return 'it is written in a function whose text is read';
  return describeSite(context, entry);
}

/** What calling it does. */
function describeDoings(context: FunctionContext, entry: FunctionEntry, summary: Summary) {
  const { touches, changes, region } = summary;
  return {
    effects: listEffects(context, summary),
    touches: [...touches].map(({ id }) => id).sort(),
    changes: {
      args: changes.all ? ('all' as const) : [...changes.args].sort((a, b) => a - b),
      self: changes.self || (changes.all && region.usesThis),
      // Of a function around it, or of a block at the top level.
      ...(changes.captured && findReach(entry).kind === 'none' && { captured: true as const }),
    },
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

/** `some`: a promise or something else; `like`: something of another class that can be awaited. */
function promiseOf(index: ProgramIndex, type: ts.Type): 'always' | 'some' | 'like' | 'never' {
  const parts = type.isUnion() ? type.types : [type];
  const promises = parts.filter((part) => isThenable(index, part));
  if (promises.length === 0) return 'never';
  if (promises.length < parts.length) return 'some';
  const isPlain = promises.every(({ symbol }) => symbol?.name === 'Promise' || symbol?.name === 'PromiseLike');
  return isPlain ? 'always' : 'like';
}

function overridesSomething(context: RegionContext, entry: FunctionEntry): boolean {
  const { cls } = entry;
  if (!cls) return isTypedFromOutside(entry.node);
  if (ts.isConstructorDeclaration(entry.node)) return false;
  if (overridesOf(context.index, context.hierarchy, entry).length > 0) return true;
  const name = functionName(entry.node);
  if (CALLED_BY_OTHERS.has(name) || name.startsWith('[')) return true;
  const { index, hierarchy } = context;
  const others = hierarchy.membersNamed(name);
  if (others.some((other) => other !== entry && overridesOf(index, hierarchy, other).includes(entry))) return true;
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

function describeResult(context: FunctionContext, node: ts.SignatureDeclaration, type: ts.Type | undefined): Shape {
  if (isGenerator(node)) return describeResults(context, node, type);
  return type ? context.shapes.awaitedShapeOf(type) : { kind: 'primitive' };
}

function isTypeQueried(context: RegionContext, entry: FunctionEntry): boolean {
  const symbol = symbolOfFunction(context.index, entry);
  return symbol !== undefined && context.references.typeQueried.has(symbol);
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
