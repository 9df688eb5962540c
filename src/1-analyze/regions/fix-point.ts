/**
 * From what each region does by itself to what it does with everything it may call: effects, touched state and changes
 * are propagated over the call graph until nothing is added. Every set only grows, so it ends.
 */

import ts from 'typescript';
import type { EffectFact } from '../../types.ts';
import { extendsExpression, type Hierarchy } from '../flow/callees.ts';
import { Numbering } from '../flow/numbered-set.ts';
import { describeReplacement, findHolder, type LooseWrite } from '../functions/replaced.ts';
import type { ClassEntry, FunctionEntry, ProgramIndex, VariableEntry } from '../names/program-index.ts';
import { functionName } from '../names/qualified-names.ts';
import { hasModifier } from '../names/syntax.ts';
import { isPackageEffect, noteChanges, packageEffect } from './changes.ts';
import type { Region, RegionCall } from './region.ts';
import type { Root } from './roots.ts';
import { countChanges, type Summary, sizeOf, startSummary } from './summary.ts';

export interface Summaries {
  of(node: ts.Node): Summary | undefined;
  all(): Iterable<Summary>;
}

interface Edge {
  caller: Summary;
  call: RegionCall;
  callee: Summary;
  /** A function inside the caller is part of the caller's own region already. */
  isInside: boolean;
  /** How many changes of the callee have come to the caller. */
  changes: number;
}

/** Once anybody changes what a package keeps, everybody who gets such objects may see it. */
export function solveEffects(
  index: ProgramIndex,
  hierarchy: Hierarchy,
  regions: readonly Region[],
  loose: readonly LooseWrite[] = [],
): Summaries {
  const summaries = solve(index, hierarchy, regions);
  if (loose.length > 0 && noteLost(index, summaries, regions, loose)) return solveEffects(index, hierarchy, regions);
  const isChanged = [...summaries.all()].some(({ effects }) => [...effects.values()].some(isPackageEffect));
  if (!isChanged) return summaries;
  for (const { kept, effects } of regions) {
    effects.push(...kept.map(({ subject, node }) => ({ ...packageEffect({ subject }), node })));
  }
  return solve(index, hierarchy, regions);
}

/** Functions of objects that loose writes may reach: what stands behind their names cannot be known. */
function noteLost(
  index: ProgramIndex,
  summaries: Summaries,
  regions: readonly Region[],
  loose: readonly LooseWrite[],
): boolean {
  const reached = new Set([...summaries.all()].flatMap((summary) => [...summary.reached].map(({ id }) => id)));
  let isLost = false;
  for (const { owner, effects } of regions) {
    const holder = owner && findHolder(index, owner);
    if (!owner || holder === undefined || !reached.has(holder)) continue;
    const name = functionName(owner.node);
    const write = loose.find(({ key }) => key === undefined || key === name);
    if (!write || effects.some(({ kind }) => kind === 'replaced')) continue;
    effects.push({ kind: 'replaced', subject: describeReplacement(write.node), node: write.node });
    isLost = true;
  }
  return isLost;
}

function solve(index: ProgramIndex, hierarchy: Hierarchy, regions: readonly Region[]): Summaries {
  const numbers = { effects: new Numbering<string>(), variables: new Numbering<VariableEntry>() };
  const summaries = new Map(regions.map((region) => [region.node, startSummary(index, region, numbers)]));
  const incoming = new Map<Summary, Edge[]>();
  for (const caller of summaries.values()) {
    for (const call of caller.region.calls) {
      for (const callee of targetsOf(hierarchy, summaries, call)) {
        if (callee === caller) continue;
        const edges = incoming.get(callee) ?? [];
        edges.push({ caller, call, callee, isInside: isInside(callee, caller), changes: 0 });
        incoming.set(callee, edges);
      }
    }
  }
  const pending = new Set(summaries.values());
  for (const callee of pending) {
    pending.delete(callee);
    for (const edge of incoming.get(callee) ?? []) if (propagate(index, edge)) pending.add(edge.caller);
  }
  return { of: (node) => summaries.get(node), all: () => summaries.values() };
}

/** The regions that run when a call is made: bodies, constructors, field initialisers. */
function targetsOf(hierarchy: Hierarchy, summaries: Map<ts.Node, Summary>, call: RegionCall): Summary[] {
  const nodes: ts.Node[] = call.functions.map(({ node }) => node);
  const seen = new Set<ClassEntry>();
  for (const made of call.classes) {
    for (let cls: ClassEntry | undefined = made; cls && !seen.has(cls); cls = hierarchy.base(cls)) {
      seen.add(cls);
      nodes.push(cls.node);
      const ctor = cls.node.members.find((member) => ts.isConstructorDeclaration(member) && member.body);
      if (ctor) nodes.push(ctor);
      if (ctor && extendsExpression(cls.node)) break;
    }
  }
  return nodes.flatMap((node) => summaries.get(node) ?? []);
}

/** True if the caller has got anything. */
function propagate(index: ProgramIndex, edge: Edge): boolean {
  const { caller, call, callee } = edge;
  const before = sizeOf(caller);
  if (!edge.isInside) caller.effects.addCalled(callee.effects, callee.region.owner?.id, call.direct);
  caller.touches.addAll(callee.touches);
  caller.assigned.addAll(callee.assigned);
  caller.mutated.addAll(callee.mutated);
  const changes = countChanges(callee.changes);
  if (changes > edge.changes) propagateChanges(index, caller, call, callee);
  edge.changes = changes;
  return sizeOf(caller) > before;
}

function isInside(callee: Summary, caller: Summary): boolean {
  for (let at = callee.region.owner?.parent; at; at = at.parent) if (at.node === caller.region.node) return true;
  return false;
}

function propagateChanges(index: ProgramIndex, caller: Summary, call: RegionCall, callee: Summary): void {
  const { changes } = callee;
  const applyRoots = (roots: Root[], isDeep: boolean) => {
    noteRoots(caller, roots, isDeep, () => index.loaded.place(call.node));
  };
  if (changes.all) applyRoots([...call.everything(), ...call.receiver()], true);
  for (const position of changes.args) {
    const { roots, isPlain } = call.argumentItself(position);
    applyRoots(roots, !isPlain);
    if (changes.deep.has(position)) applyRoots(call.argument(position), true);
  }
  const makesSelf = call.kind === 'new' && call.functions.length === 0;
  if (!changes.self || makesSelf) return;
  const { roots, isPlain } = call.receiverItself();
  applyRoots(roots, !isPlain);
  if (changes.deepSelf) applyRoots(call.receiver(), true);
}

function noteRoots(caller: Summary, roots: Root[], isDeep: boolean, place: () => EffectFact['at']): void {
  for (const root of roots) {
    if (root.kind === 'variable') {
      caller.mutated.add(root.entry);
      caller.reached.add(root.entry);
    }
    if (root.kind !== 'package') continue;
    const effect = packageEffect(root);
    if (!caller.effects.has(effect)) caller.effects.add({ ...effect, at: place(), via: [] });
  }
  noteChanges(caller.changes, roots, isDeep);
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
