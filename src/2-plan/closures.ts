/** Functions that have no name at the top level of their module: the unit makes them anew, and what they captured goes along. */

import type { FunctionFacts, Shape, SiteCapture } from '../types.ts';
import { findForeignClass } from './foreign-classes.ts';
import type { Program } from './program.ts';
import { findAnyObstacle, holdsFunction } from './shapes.ts';
import { isAsynchronous } from './waiting.ts';

export function isClosure({ reach }: FunctionFacts): boolean {
  return reach.kind === 'none';
}

/** What it captured, if that goes along with its calls. */
export function listCaptured(fn: FunctionFacts): Shape[] {
  return isClosure(fn) ? (fn.site?.captures ?? []).map(({ shape }) => shape) : [];
}

/** Why a closure cannot be called in a unit, if its captured variables are the reason; completes "is written inside main, which stays, and …". */
export function findClosureObstacle(program: Program, fn: FunctionFacts): string | undefined {
  const { site, siteless } = fn;
  if (!site) return siteless?.replace(/^it /, '') ?? 'cannot be made anywhere else';
  if (fn.usesThis || fn.cls !== undefined) return 'has a `this` of its own';
  if (site.tag.kind === 'member') return 'belongs to an object that is made there';
  const { args, self, captured } = fn.changes;
  if (args === 'all' || self || captured) return 'may change what it captured';
  if (site.captures.length > 0 && (isAsynchronous(fn) || fn.isGenerator)) {
    return `waits, and may see its ${site.captures[0]?.name} change meanwhile`;
  }
  for (const capture of site.captures) {
    const why = findCaptureObstacle(program, capture);
    if (why !== undefined) return `uses its ${capture.name}, ${why}`;
  }
  return undefined;
}

function findCaptureObstacle(program: Program, { cell, functions, shape }: SiteCapture): string | undefined {
  if (cell) return 'which functions give other values';
  if (functions.length > 0 || holdsFunction(shape)) return 'which may hold functions';
  const obstacle = findAnyObstacle(shape);
  if (obstacle) return `which cannot cross: ${obstacle.type}: ${obstacle.reason}`;
  const foreign = findForeignClass(program, shape);
  return foreign && `which cannot cross: class ${foreign.name} ${foreign.why}`;
}
