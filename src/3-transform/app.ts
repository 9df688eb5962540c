import type ts from 'typescript';
import type { ClassId, CutPlan, FunctionFacts, FunctionId, ModulePlan, Plan } from '../types.ts';
import { editAwaits } from './await.ts';
import { leaveOut } from './bodies.ts';
import { placeInBody } from './body.ts';
import { editClasses, findGuardedClasses } from './class-guard.ts';
import { editColour } from './colour.ts';
import { type ModuleContext, openModule } from './context.ts';
import { emitCutLine, writeReturnType } from './cut-line.ts';
import { applyEdits, emitMap } from './edits.ts';
import type { FactsIndex, ModuleParts } from './facts-index.ts';
import { editHeader } from './header.ts';
import { editLoops } from './loop.ts';
import { editParameters } from './parameters.ts';
import type { ParsedModule } from './parsed.ts';
import { emitShareLine } from './share.ts';
import { editSites } from './site-tags.ts';
import { indexExpressions, spanKey } from './syntax.ts';

/** Where the app finds the runtime. */
const RUNTIME = 'faasify/runtime';

/** What the rewriting of every file looks up. */
export interface AppRewrite {
  cuts: ReadonlyMap<FunctionId, CutPlan>;
  functions: ReadonlyMap<FunctionId, FunctionFacts>;
  guarded: ReadonlySet<ClassId>;
  bodies: Plan['bodies'];
}

export function prepareApp({ functions, classes }: FactsIndex, plan: Plan): AppRewrite {
  const crossing = plan.modules.flatMap((module) => module.shares.classes);
  return {
    cuts: new Map(plan.cuts.map((cut) => [cut.fn, cut])),
    functions,
    guarded: findGuardedClasses(classes, crossing),
    bodies: plan.bodies,
  };
}

export interface EditedModule {
  text: string;
  map: string;
}

/**
 * One file of the app. `source` is the path from the rewritten file to the original. Undefined if nothing is to be done.
 */
export function rewriteModule(
  app: AppRewrite,
  parts: ModuleParts,
  parsed: ParsedModule,
  planned: ModulePlan,
  source: string,
): EditedModule | undefined {
  const { facts } = parts;
  const context = openModule(facts, parsed);
  const plan = app.bodies === 'drop' ? leaveOut(context, app, planned, parsed.functions) : planned;
  editFunctions(context, app, plan, parsed.functions);
  editSites(
    context,
    parsed.functions,
    plan.sites.flatMap((id) => app.functions.get(id) ?? []),
  );
  if (plan.loops.length + plan.awaits.length > 0) {
    const expressions = indexExpressions(parsed.sourceFile);
    editLoops(context, expressions, plan.loops);
    editAwaits(context, expressions, plan.awaits);
  }
  editClasses(context, parts.classes, parsed.classes, app.guarded);
  const { variables, classes, functions } = plan.shares;
  const shares = { variables: new Set(variables), classes: new Set(classes), functions: new Set(functions) };
  editHeader(context, () => RUNTIME, emitShareLine(context, parts, shares));
  if (context.edits.length === 0) return undefined;
  const result = applyEdits(parsed.text, context.edits);
  return { text: result.toString(), map: emitMap(result, facts.file, source) };
}

/** Outer functions first, so that the edits of inner ones nest in theirs. */
function editFunctions(
  context: ModuleContext,
  app: AppRewrite,
  plan: ModulePlan,
  nodes: ParsedModule['functions'],
): void {
  const ids = new Set([...plan.cuts, ...plan.coloured]);
  const touched = [...ids].flatMap((id) => app.functions.get(id) ?? []).sort((a, b) => a.body.start - b.body.start);
  for (const facts of touched) {
    const node = nodes.get(spanKey(facts.body));
    if (node === undefined) continue;
    const cut = plan.cuts.includes(facts.id) ? app.cuts.get(facts.id) : undefined;
    if (plan.coloured.includes(facts.id)) editColour(context, node, facts);
    if (cut && app.bodies === 'keep') editCut(context, node, facts, cut);
  }
}

/** The lines in front of a body that make its calls cross. */
export function editCut(
  context: ModuleContext,
  node: ts.FunctionLikeDeclaration & { body: ts.ConciseBody },
  facts: FunctionFacts,
  cut: CutPlan,
): void {
  if (facts.predicate !== undefined) writeReturnType(context, node, facts.predicate);
  const parameters = editParameters(context, node, facts, cut);
  placeInBody(context, node, [emitCutLine(context, node, cut, parameters.args), ...parameters.prologue]);
}
