/**
 * From what each region does by itself to what it does with everything it may call: effects, touched state and changes
 * are propagated over the call graph until nothing is added. Every set only grows, so it ends.
 */

import ts from 'typescript';
import type { Hierarchy } from '../flow/callees.ts';
import { type News, Numbering } from '../flow/numbered-set.ts';
import { describeReplacement, type Replacements } from '../functions/replaced.ts';
import type { FunctionEntry, ProgramIndex, VariableEntry } from '../names/program-index.ts';
import { hasModifier } from '../names/syntax.ts';
import { type Caller, findCallers } from './callers.ts';
import { isPackageEffect, packageEffect } from './changes.ts';
import { type EffectNews, EffectNumbers } from './effects.ts';
import type { Region } from './region.ts';
import { type Extent, measure, NOTHING, type Summary, startSummary } from './summary.ts';

export interface Summaries {
  of(node: ts.Node): Summary | undefined;
  all(): Iterable<Summary>;
}

/** What is changed is found first, where effects depend on it: then everything is solved once. */
export function solveEffects(
  index: ProgramIndex,
  hierarchy: Hierarchy,
  regions: readonly Region[],
  { ifChanged }: Pick<Replacements, 'ifChanged'>,
): Summaries {
  const mayKeep = regions.some(({ kept }) => kept.length > 0);
  if (mayKeep || ifChanged.size > 0) {
    const changing = solve(index, hierarchy, regions, passChanges);
    noteLost(index, changing, regions, ifChanged);
    if (mayKeep) noteKept(changing, regions);
  }
  return solve(index, hierarchy, regions, passAll);
}

/** Once anybody changes what a package keeps, everybody who gets such objects may see it. */
function noteKept(summaries: Summaries, regions: readonly Region[]): void {
  const isChanged = [...summaries.all()].some(({ effects }) => effects.values().some(isPackageEffect));
  if (!isChanged) return;
  for (const { kept, effects } of regions) {
    effects.push(...kept.map(({ subject, node }) => ({ ...packageEffect({ subject }), node })));
  }
}

/** Functions of constants that are changed under another name: what stands behind theirs cannot be known. */
function noteLost(
  index: ProgramIndex,
  summaries: Summaries,
  regions: readonly Region[],
  ifChanged: Replacements['ifChanged'],
): void {
  const reached = new Set([...summaries.all()].flatMap((summary) => [...summary.reached]));
  for (const { owner, effects } of regions) {
    const found = owner && ifChanged.get(owner);
    const variable = found && index.variableOf(found.holder);
    if (!variable || !reached.has(variable)) continue;
    effects.push({ kind: 'replaced', subject: describeReplacement(found.node), node: found.node });
  }
}

/** What callers get of a callee whose turn it is. `since`, `now`: how much there was of it at its last turn, and is. True if the caller gets anything. */
type Pass = (callee: Summary, since: Extent, now: Extent) => (caller: Caller) => boolean;

function solve(index: ProgramIndex, hierarchy: Hierarchy, regions: readonly Region[], pass: Pass): Summaries {
  const numbers = { effects: new EffectNumbers(), variables: new Numbering<VariableEntry>() };
  const summaries = new Map(regions.map((region) => [region.node, startSummary(index, region, numbers)]));
  const callers = findCallers(index, hierarchy, summaries);
  const passed = new Map<Summary, Extent>();
  const pending = new Set(summaries.values());
  for (const callee of pending) {
    pending.delete(callee);
    const since = passed.get(callee) ?? NOTHING;
    const now = measure(callee);
    passed.set(callee, now);
    const passTo = pass(callee, since, now);
    for (const caller of callers.get(callee) ?? []) if (passTo(caller)) pending.add(caller.summary);
  }
  return { of: (node) => summaries.get(node), all: () => summaries.values() };
}

const passChanges: Pass = (callee, since, now) => {
  const isNews = now.changes > since.changes;
  return (caller) => isNews && bringChanges(callee, caller);
};

const passAll: Pass = (callee, since, now) => {
  const news = findNews(callee, since);
  const isNews = now.changes > since.changes;
  return (caller) => {
    const gets = bringNews(news, caller);
    return (isNews && bringChanges(callee, caller)) || gets;
  };
};

/** What has come to a region since its last turn. */
interface RegionNews extends Record<'touches' | 'assigned' | 'mutated', News | undefined> {
  direct: EffectNews | undefined;
  indirect: EffectNews | undefined;
}

function findNews({ region, effects, touches, assigned, mutated }: Summary, since: Extent): RegionNews {
  const isLate = region.owner !== undefined && hasModifier(region.owner.node, ts.SyntaxKind.AsyncKeyword);
  const passage = { through: region.owner?.id, isLate };
  return {
    direct: effects.since(since.effects, { ...passage, isDirect: true }),
    indirect: effects.since(since.effects, { ...passage, isDirect: false }),
    touches: touches.since(since.touches),
    assigned: assigned.since(since.assigned),
    mutated: mutated.since(since.mutated),
  };
}

/** True if the caller has got anything. */
function bringNews(news: RegionNews, { summary, isAround, directness }: Caller): boolean {
  let gets = false;
  for (const isDirect of isAround ? [] : directness) {
    gets = summary.effects.addNews(isDirect ? news.direct : news.indirect) || gets;
  }
  gets = summary.touches.addNews(news.touches) || gets;
  gets = summary.assigned.addNews(news.assigned) || gets;
  return summary.mutated.addNews(news.mutated) || gets;
}

/** What of it is changed depends on what each call gives it. */
function bringChanges(callee: Summary, { summary, calls }: Caller): boolean {
  const before = measure(summary);
  for (const call of calls) call.bring(callee.changes);
  const after = measure(summary);
  return after.effects > before.effects || after.mutated > before.mutated || after.changes > before.changes;
}

/** The code of a program: one region a function, a class (its instance fields) and a top-level statement. */
export function listRegionNodes(index: ProgramIndex): { node: ts.Node; owner: FunctionEntry | undefined }[] {
  const statements = index.files.flatMap((file) =>
    file.statements
      .filter((statement) => !ts.isFunctionDeclaration(statement) && !ts.isImportDeclaration(statement))
      .filter((statement) => !hasModifier(statement, ts.SyntaxKind.DeclareKeyword))
      .map((node) => ({ node, owner: undefined })),
  );
  const functions = index.functions.map((entry) => ({ node: entry.node, owner: entry }));
  const classes = index.classes
    .filter(({ node }) => !ts.isSourceFile(node.parent))
    .map(({ node }) => ({ node, owner: undefined }));
  return [...functions, ...classes, ...statements];
}
