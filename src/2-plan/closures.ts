/** Functions that have no name at the top level of their module: the unit makes them anew, and what they captured goes along. */

import type { FunctionFacts, FunctionId, Shape, SiteCapture } from '../types.ts';
import { listInFields } from './flows.ts';
import { findForeignClass } from './foreign-classes.ts';
import { findFunctionFields } from './function-fields.ts';
import { findBrought, isHarmless } from './harmless.ts';
import { getFact, getQualifiedName, type Program } from './program.ts';
import { findAnyObstacle, holdsFunction } from './shapes.ts';
import { hasValueName } from './sites.ts';

/** Why a closure cannot be called in a unit, if its captured variables are the reason; completes "is written inside main, which stays, and …". */
export function findClosureObstacle(
  program: Program,
  fn: FunctionFacts,
  pinned: ReadonlySet<FunctionId>,
): string | undefined {
  const { site, siteless } = fn;
  if (!site) return siteless?.replace(/^it /, '') ?? 'cannot be made anywhere else';
  if (fn.usesThis && fn.kind !== 'arrow') return 'has a `this` of its own';
  if (fn.isGenerator && site.captures.length > 0) {
    return `stops half-way, and may see its ${site.captures[0]?.name} change meanwhile`;
  }
  for (const capture of site.captures) {
    const why = findCaptureObstacle(program, fn, capture, pinned);
    if (why !== undefined) return `uses its ${capture.name}, ${why}`;
  }
  return undefined;
}

function findCaptureObstacle(
  program: Program,
  fn: FunctionFacts,
  { functions, shape }: SiteCapture,
  pinned: ReadonlySet<FunctionId>,
): string | undefined {
  const canGo = (one: FunctionFacts) => !pinned.has(one.id) && mayGoAlong(program, one, fn);
  const own = functions.map((id) => getFact(program.functions, id));
  if (own.length === 0 && holdsFunction(shape) && !listHeld(program, shape).some(canGo)) {
    return 'which may hold functions';
  }
  const stuck = own.find((one) => !canGo(one));
  if (stuck) return `which may hold ${getQualifiedName(stuck.id)}, and that cannot go along`;
  const obstacle = findAnyObstacle(shape);
  if (obstacle) return `which cannot cross: ${obstacle.type}: ${obstacle.reason}`;
  const foreign = findForeignClass(program, shape);
  return foreign && `which cannot cross: class ${foreign.name} ${foreign.why}`;
}

/** Functions that may be in the fields that say so: which of them are is seen call by call. */
function listHeld(program: Program, shape: Shape): FunctionFacts[] {
  if (shape.kind === 'class' || !holdsFunction(shape)) return [];
  return listInFields(program, findFunctionFields(program, shape));
}

/** Captured by `fn`, and called there as it is here. */
function mayGoAlong(program: Program, held: FunctionFacts, fn: FunctionFacts): boolean {
  const isMade = held.site !== undefined && held.site.tag.kind !== 'member';
  return (isMade || hasValueName(held)) && isHarmless(program, held, findBrought(program, [fn]));
}
