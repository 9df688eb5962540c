/** Who calls a region: the ways on which what it does comes to others. */

import ts from 'typescript';
import { extendsExpression, type Hierarchy } from '../flow/callees.ts';
import type { ClassEntry, ProgramIndex } from '../names/program-index.ts';
import { CarriedChanges } from './carried-changes.ts';
import type { Region, RegionCall } from './region.ts';
import type { Summary } from './summary.ts';

/** A region that calls another one, with all its calls that may reach it. */
export interface Caller {
  summary: Summary;
  /** The callee is a function inside it, and part of its own region already. */
  isAround: boolean;
  /** Whether calls are for sure of the callee alone; each answer once. */
  directness: boolean[];
  calls: CarriedChanges[];
}

/** By the callee, in the order of the calls. */
export function findCallers(
  index: ProgramIndex,
  hierarchy: Hierarchy,
  summaries: ReadonlyMap<ts.Node, Summary>,
): ReadonlyMap<Summary, readonly Caller[]> {
  const found = new Map<Summary, Caller[]>();
  for (const summary of summaries.values()) {
    for (const call of summary.region.calls) {
      const carried = new CarriedChanges(summary, call, () => index.loaded.place(call.node));
      for (const node of listTargets(hierarchy, call)) {
        const callee = summaries.get(node);
        if (!callee || callee === summary) continue;
        const callers = found.get(callee) ?? [];
        found.set(callee, callers);
        const caller = callerIn(callers, summary, callee);
        caller.calls.push(carried);
        if (!caller.directness.includes(call.direct)) caller.directness.push(call.direct);
      }
    }
  }
  return found;
}

/** One caller comes after the other, so that it is the last one or new. */
function callerIn(callers: Caller[], summary: Summary, callee: Summary): Caller {
  const last = callers.at(-1);
  if (last?.summary === summary) return last;
  const caller = { summary, isAround: isAround(summary.region, callee.region), directness: [], calls: [] };
  callers.push(caller);
  return caller;
}

function isAround(outer: Region, inner: Region): boolean {
  for (let at = inner.owner?.parent; at; at = at.parent) if (at.node === outer.node) return true;
  return false;
}

/** The regions that run when a call is made: bodies, constructors, field initialisers. */
function listTargets(hierarchy: Hierarchy, call: RegionCall): ts.Node[] {
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
  return nodes;
}
