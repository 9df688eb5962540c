/** `--bodies drop`: moved functions that have nothing but their stub. */

import ts from 'typescript';
import type { CutPlan, FunctionFacts, FunctionId, ModulePlan, Span } from '../types.ts';
import { type ModuleContext, useRuntime } from './context.ts';
import { findForm, returnsNothing, writeReturnType } from './cut-line.ts';
import { editParameters } from './parameters.ts';
import type { ParsedModule } from './parsed.ts';
import { emitString, type FunctionWithBody, spanKey, spanOf, walk } from './syntax.ts';

interface Dropped {
  node: FunctionWithBody;
  facts: FunctionFacts;
  cut: CutPlan;
}

interface Known {
  cuts: ReadonlyMap<FunctionId, CutPlan>;
  functions: ReadonlyMap<FunctionId, FunctionFacts>;
}

/**
 * Replaces the bodies; imports that only these used still load what they did. Returns what is left to do: what has been
 * planned inside the bodies goes with them.
 */
export function leaveOut(
  context: ModuleContext,
  { cuts, functions }: Known,
  plan: ModulePlan,
  nodes: ParsedModule['functions'],
): ModulePlan {
  const dropped = plan.cuts.flatMap((id): Dropped[] => {
    const facts = functions.get(id);
    const cut = cuts.get(id);
    const node = facts && nodes.get(spanKey(facts.body));
    return facts && cut && node ? [{ facts, cut, node }] : [];
  });
  const spans = dropped.map(({ node }) => spanOf(node.body));
  for (const one of dropped) replaceBody(context, one);
  keepImports(context, spans);
  const stays = (span: Span) => !spans.some(({ start, end }) => start <= span.start && span.end <= end);
  const isNested = (id: FunctionId) => {
    const facts = functions.get(id);
    return facts !== undefined && !plan.cuts.includes(id) && !stays(facts.body);
  };
  return {
    ...plan,
    coloured: plan.coloured.filter((id) => !isNested(id)),
    awaits: plan.awaits.filter(stays),
    loops: plan.loops.filter(({ span }) => stays(span)),
    sites: plan.sites.filter((id) => !isNested(id)),
  };
}

/**
 *     { return cut('trig#calculate', arguments)!.ret; }
 *     { return cutPromise('trig#calculate', arguments)!; }      in a function that gives a promise
 *     { return yield* cutGenerator('trig#walk', arguments)!; }   in a generator
 */
function replaceBody(context: ModuleContext, { node, facts, cut }: Dropped): void {
  const { args } = editParameters(context, node, facts, cut);
  const list = [emitString(cut.fn), args, ...(cut.self ? ['this'] : [])].join(', ');
  const statement = emitStatement(context, node, cut, list);
  context.edits.push({ kind: 'replace', span: spanOf(node.body), text: `{ ${statement} }` });
  const type = facts.predicate ?? facts.resultType;
  const isPainted = cut.form === 'coloured' && !facts.returnsPromise;
  if (typeof type === 'string') writeReturnType(context, node, isPainted ? `Promise<${type}>` : type);
}

function emitStatement(context: ModuleContext, node: FunctionWithBody, cut: CutPlan, list: string): string {
  const form = findForm(node, cut);
  const call = `${useRuntime(context, form === 'cutAsync' ? 'cutPromise' : form)}(${list})!`;
  if (node.asteriskToken) return returnsNothing(node) ? `yield* ${call};` : `return yield* ${call};`;
  if (form !== 'cut') return `return ${call};`;
  return returnsNothing(node) ? `${call};` : `return ${call}.ret;`;
}

/** The compiler leaves out an import whose values nobody uses: `import './table.js';` loads the module where it did. */
function keepImports(context: ModuleContext, spans: readonly Span[]): void {
  const used = findUsed(context, spans);
  for (const statement of context.sourceFile.statements) {
    if (!ts.isImportDeclaration(statement) || !statement.importClause || statement.importClause.isTypeOnly) continue;
    const names = listNames(statement.importClause);
    if (names.some((name) => used.outside.has(name)) || !names.some((name) => used.inside.has(name))) continue;
    const text = ` import ${statement.moduleSpecifier.getText()};`;
    context.edits.push({ kind: 'insert', at: statement.end, text });
  }
}

/** Names that are mentioned as values, in the bodies and elsewhere. */
function findUsed({ sourceFile }: ModuleContext, spans: readonly Span[]) {
  const inside = new Set<string>();
  const outside = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node))) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isIdentifier(node)) {
      const isDropped = spans.some(({ start, end }) => start <= node.getStart() && node.end <= end);
      (isDropped ? inside : outside).add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(sourceFile);
  return { inside, outside };
}

function listNames(clause: ts.ImportClause): string[] {
  return [...walk(clause)].filter(ts.isIdentifier).map(({ text }) => text);
}
