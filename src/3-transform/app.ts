import type MagicString from 'magic-string';
import type ts from 'typescript';
import type { ClassId, CutPlan, FunctionFacts, FunctionId, ModulePlan, Plan, SiteFacts } from '../types.ts';
import { editAwaits } from './await.ts';
import { leaveOut } from './bodies.ts';
import { placeInBody } from './body.ts';
import { editClasses, findGuardedClasses } from './class-guard.ts';
import { editColour } from './colour.ts';
import { type ModuleContext, openModule, useRuntime } from './context.ts';
import { emitCutLine, writeReturnType } from './cut-line.ts';
import { applyEdits, type Edit, emitMap, joinParts } from './edits.ts';
import type { FactsIndex, ModuleParts } from './facts-index.ts';
import { editHeader } from './header.ts';
import { editLoops } from './loop.ts';
import { editParameters } from './parameters.ts';
import type { ParsedModule } from './parsed.ts';
import { editNamelessClass, emitShareLine, typeShared } from './share.ts';
import { emitFactories, type SiteNode } from './site-factories.ts';
import { editBinds, editSites, emitCaptures } from './site-tags.ts';
import { emitString, indexExpressions, lineBreakOf, pickName, spanKey } from './syntax.ts';

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
  editWithin(context, app, plan, parsed);
  editClasses(context, parts.classes, parsed.classes, app.guarded);
  const made = makeHere(context, app, planned, parsed);
  const { variables, classes, functions } = plan.shares;
  const shares = { variables: new Set(variables), classes: new Set(classes), functions: new Set(functions) };
  editNamelessClass(context, parts, parsed.classes, shares);
  typeShared(context, parts, shares);
  if (planned.isAwaited) markLoaded(context);
  const lines = [emitShareLine(context, parts, shares), made.line].filter((line) => line !== undefined);
  editHeader(context, () => RUNTIME, lines.length > 0 ? lines.join(lineBreakOf(parsed.text)) : undefined);
  if (context.edits.length === 0) return undefined;
  const result = applyEdits(parsed.text, context.edits);
  if (made.parts.length > 0) return joinParts([result, ...made.parts], facts.file, source);
  return { text: result.toString(), map: emitMap(result, facts.file, source) };
}

/** `loaded('shapes');` when all of it has run. */
function markLoaded(context: ModuleContext): void {
  const { edits, facts, text } = context;
  const call = `${useRuntime(context, 'loaded')}(${emitString(facts.id)});`;
  const lineBreak = lineBreakOf(text);
  edits.push({ kind: 'insert', at: text.length, text: `${text.endsWith('\n') ? '' : lineBreak}${call}${lineBreak}` });
}

/** What is done to expressions: marks, awaits, loops. */
function editWithin(
  context: ModuleContext,
  app: AppRewrite,
  plan: Pick<ModulePlan, 'cuts' | 'sites' | 'binds' | 'loops' | 'awaits'>,
  parsed: ParsedModule,
): void {
  const find = (ids: readonly FunctionId[]) => ids.flatMap((id) => app.functions.get(id) ?? []);
  const called = find(plan.cuts).filter(({ reach }) => reach.kind === 'none');
  editSites(context, parsed.functions, find(plan.sites), called);
  editBinds(context, plan.binds);
  if (plan.loops.length + plan.awaits.length === 0) return;
  const expressions = indexExpressions(parsed.sourceFile);
  editLoops(context, expressions, plan.loops);
  editAwaits(context, expressions, plan.awaits);
}

interface Made {
  /** Lets the runtime know. */
  line?: string;
  /** What stands behind the text of the file. */
  parts: MagicString[];
}

/**
 *     sites(made());                       below the imports
 *     function made(): any {               at the end: a unit may answer before the module has come to it
 *       return { 'm#f.$1': (rate: any) => [(x: any) => x * rate, ($: any) => { ({ rate } = $); }] };
 *     }
 */
function makeHere(context: ModuleContext, app: AppRewrite, plan: ModulePlan, parsed: ParsedModule): Made {
  const sites = plan.made.flatMap((id): SiteNode[] => {
    const facts = app.functions.get(id);
    const node = facts && parsed.functions.get(spanKey(facts.body));
    return facts?.site && node ? [{ facts, site: facts.site, node }] : [];
  });
  if (sites.length === 0) return { parts: [] };
  const name = pickName('made', parsed.names);
  const within = { ...context, edits: [] };
  editColours(within, app, plan, parsed.functions);
  editWithin(within, app, { ...plan, cuts: [], sites: [], binds: [] }, parsed);
  const editsOf = (made: SiteNode): Edit[] => {
    const marks = { ...context, edits: [] };
    editSites(marks, parsed.functions, listInnerSites(app, plan, made));
    return [...within.edits, ...marks.edits].filter((edit) => isInside(edit, made.node));
  };
  const frame = [`function ${name}(): any {\n  return {`, '  };\n}\n'] as const;
  const parts = emitFactories({ names: parsed.names, text: parsed.text, editsOf }, sites, frame);
  return { line: `${useRuntime(context, 'sites')}(${name}());`, parts };
}

/** Those that are marked inside the text of another one. Where that has `this` from around it, it goes by another name. */
function listInnerSites({ functions }: AppRewrite, { sites }: ModulePlan, { facts, site }: SiteNode): FunctionFacts[] {
  const hasSelf = ({ captures }: SiteFacts) => captures.some(({ name }) => name === 'this');
  return sites
    .filter((id) => id !== facts.id)
    .flatMap((id) => functions.get(id) ?? [])
    .filter((inner) => !(hasSelf(site) && inner.site && hasSelf(inner.site)));
}

function isInside(edit: Edit, node: ts.Node): boolean {
  if (edit.kind === 'insert') return node.getStart() < edit.at && edit.at < node.end;
  return node.getStart() <= edit.span.start && edit.span.end <= node.end;
}

function editColours(
  context: ModuleContext,
  app: AppRewrite,
  plan: ModulePlan,
  nodes: ParsedModule['functions'],
): void {
  for (const facts of plan.coloured.flatMap((id) => app.functions.get(id) ?? [])) {
    const node = nodes.get(spanKey(facts.body));
    if (node) editColour(context, node, facts);
  }
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

/** `this`, or of a closure `captured(() => ({ rate }))`. */
function emitSelf(context: ModuleContext, { reach, site }: FunctionFacts, cut: CutPlan): string[] {
  if (cut.self) return ['this'];
  const captures = reach.kind === 'none' && site ? emitCaptures(context, site) : undefined;
  return captures === undefined ? [] : [`${useRuntime(context, 'captured')}(${captures})`];
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
  placeInBody(context, node, [
    emitCutLine(context, node, cut, [parameters.args, ...emitSelf(context, facts, cut)]),
    ...parameters.prologue,
  ]);
}
