/**
 * Where an object comes from: `this`, a parameter, a module variable, a captured variable, or made here (no root at all).
 * Used to tell what a write such as `a.b.c = 1` or `list.push(x)` changes. Too many roots cost bytes; a missing one would
 * lose a change, so what is not understood is `unknown`.
 */

import type ts from 'typescript';
import type { Hierarchy } from '../flow/callees.ts';
import type { FunctionFlow } from '../flow/flow.ts';
import type { Implicits } from '../implicit/implicit.ts';
import { mayBeCode } from '../names/callable.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import type { References } from '../names/references.ts';
import { remember } from '../names/remember.ts';
import { isStandingCode } from '../variables/standing-code.ts';
import type { Locals } from './locals.ts';
import { RootSearch } from './root-search.ts';
import { type Given, keyOfRoot, type Root, Trail } from './trail.ts';

export interface RootFinder {
  /** Roots of the object that `expression` evaluates to. */
  of(expression: ts.Expression): Root[];
  /** Roots of the objects inside it. */
  inside(expression: ts.Expression): Root[];
}

export interface Results {
  of(entry: FunctionEntry): Given;
  /** Of all together: asked for once with each list. */
  ofAll(entries: readonly FunctionEntry[]): Given;
}

export interface RootContext {
  index: ProgramIndex;
  hierarchy: Hierarchy;
  flow: FunctionFlow;
  references: References;
  implicits: Implicits;
  /** What functions return besides parts of what they are given. */
  results: Results;
  /** By statement at the top level: what the variables in it may hold, for functions inside that have them. */
  enclosing: Map<ts.Node, Locals>;
}

/** A finder for one region: a function's body (nested functions included) or a top-level statement. */
export function makeRootFinder(context: RootContext, region: ts.Node, owner: FunctionEntry | undefined): RootFinder {
  const search = new RootSearch(context, region, owner);
  const listOf = (expression: ts.Expression) => {
    const trail = new Trail();
    search.of(expression, trail);
    return trail.list();
  };
  const listInside = (expression: ts.Expression) => {
    const trail = new Trail();
    search.inside(expression, trail);
    return trail.list();
  };
  return {
    of: remember((expression: ts.Expression) =>
      dedupe(withoutOtherCode(context.index, expression, listOf(expression))),
    ),
    // The fix point asks for the same expressions again and again.
    inside: remember((expression: ts.Expression) =>
      dedupe([...listOf(expression), ...listInside(expression)].filter((root) => !standsForCode(context.index, root))),
    ),
  };
}

/** What is no function by its type is no code that a variable stands for. */
function withoutOtherCode(index: ProgramIndex, expression: ts.Expression, roots: Root[]): Root[] {
  const areOthers = roots.some((root) => standsForCode(index, root)) && !mayBeCode(index, expression);
  return areOthers ? roots.filter((root) => !standsForCode(index, root)) : roots;
}

/** There is nothing inside of it that others could change. */
function standsForCode(index: ProgramIndex, root: Root): boolean {
  return root.kind === 'variable' && isStandingCode(index, root.entry);
}

function dedupe(roots: Root[]): Root[] {
  return [...new Map(roots.map((root) => [keyOfRoot(root), root])).values()];
}
