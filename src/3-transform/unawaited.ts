import { join } from 'node:path';
import ts from 'typescript';
import type { Analysis, FunctionFacts, FunctionId, ModuleFacts, ModuleId, Place, Plan, Span } from '../types.ts';
import { spanKey, spanOf, walk } from './syntax.ts';

export interface Unawaited {
  fn: FunctionId;
  at: Place;
}

/**
 * Calls of functions that become async which the plan does not await. The compiler does not mind a promise where anything
 * goes (`console.log(f())`, a template), so that this has to be asked apart.
 */
export function findUnawaited(
  program: ts.Program,
  root: string,
  analysis: Analysis,
  plan: Plan,
  settled: Settled,
): Unawaited[] {
  const coloured = new Set(plan.modules.flatMap((module) => module.coloured));
  if (coloured.size === 0) return [];
  const byBody = new Map(
    analysis.functions.filter((fn) => coloured.has(fn.id)).map((fn) => [bodyKey(root, analysis, fn), fn.id]),
  );
  const checker = program.getTypeChecker();
  return analysis.modules.flatMap((facts) => {
    const file = program.getSourceFile(join(root, facts.file));
    return file ? findInFile(checker, file, facts, byBody, settled.get(facts.id) ?? new Set()) : [];
  });
}

function bodyKey(root: string, analysis: Analysis, fn: FunctionFacts): string {
  const file = analysis.modules.find((module) => module.id === fn.module)?.file ?? '';
  return `${join(root, file)} ${spanKey(fn.body)}`;
}

/** Spans of the calls that are awaited after the rewriting, by module. */
export type Settled = ReadonlyMap<ModuleId, ReadonlySet<string>>;

export function indexSettled(analysis: Analysis, plan: Plan): Settled {
  const settled = new Map<ModuleId, Set<string>>();
  const add = (module: ModuleId, span: Span) => {
    const known = settled.get(module) ?? new Set();
    settled.set(module, known.add(spanKey(span)));
  };
  for (const call of [...analysis.topCalls, ...analysis.functions.flatMap((fn) => fn.calls)]) {
    if (call.awaited) add(call.module, call.span);
  }
  for (const { module, loops, awaits } of plan.modules) {
    for (const span of [...loops.map((loop) => loop.span), ...awaits]) add(module, span);
  }
  return settled;
}

function findInFile(
  checker: ts.TypeChecker,
  file: ts.SourceFile,
  facts: ModuleFacts,
  byBody: ReadonlyMap<string, FunctionId>,
  settled: ReadonlySet<string>,
): Unawaited[] {
  const found: Unawaited[] = [];
  for (const node of walk(file)) {
    if (!ts.isCallExpression(node) || settled.has(spanKey(spanOf(node))) || isAwaited(node)) continue;
    const fn = findCallee(checker, node, byBody);
    if (fn === undefined) continue;
    const { line, character } = file.getLineAndCharacterOfPosition(node.getStart());
    found.push({ fn, at: { file: facts.file, line: line + 1, column: character + 1 } });
  }
  return found;
}

function isAwaited(node: ts.Node): boolean {
  const { parent } = node;
  return ts.isAwaitExpression(parent) || (ts.isParenthesizedExpression(parent) && isAwaited(parent));
}

/** The coloured function that `f(…)`, `f.call(…)` or `f.apply(…)` calls. */
function findCallee(
  checker: ts.TypeChecker,
  node: ts.CallExpression,
  byBody: ReadonlyMap<string, FunctionId>,
): FunctionId | undefined {
  const { expression } = node;
  const isBorrowed = ts.isPropertyAccessExpression(expression) && /^(?:call|apply)$/.test(expression.name.text);
  const callee = isBorrowed ? expression.expression : undefined;
  const lent = callee && checker.getTypeAtLocation(callee).getCallSignatures();
  const signatures = [checker.getResolvedSignature(node), ...(lent ?? [])];
  for (const { declaration } of signatures.filter((signature) => signature !== undefined)) {
    const fn = declaration && findImplementation(checker, declaration, byBody);
    if (fn !== undefined) return fn;
  }
  return undefined;
}

/** The coloured function behind a signature; that of an overload is the one with the body. */
function findImplementation(
  checker: ts.TypeChecker,
  declaration: ts.Node,
  byBody: ReadonlyMap<string, FunctionId>,
): FunctionId | undefined {
  const name = ts.getNameOfDeclaration(declaration as ts.Declaration);
  const others = (name && checker.getSymbolAtLocation(name)?.declarations) ?? [];
  for (const node of [declaration, ...others]) {
    const body = 'body' in node ? (node.body as ts.Node | undefined) : undefined;
    const fn = body && byBody.get(`${node.getSourceFile().fileName} ${spanKey(spanOf(body))}`);
    if (fn !== undefined) return fn;
  }
  return undefined;
}
