import type { FunctionFacts, Shape, UnitPlan } from '../types.ts';
import { isBrief } from './brief.ts';
import { getFact, type Program } from './program.ts';
import { mayReplay } from './replays.ts';
import { listParts } from './shapes.ts';

/** It may meet dates that are in no request of its own: constants of the unit, what a run keeps, reasons of signals. */
export function meetsDates(program: Program, fn: FunctionFacts, { features, variables }: UnitPlan): boolean {
  const keeps = fn.isGenerator && !isBrief(program, fn) && !mayReplay(program, fn);
  return keeps || features.signals || variables.some((id) => mayHoldDate(getFact(program.variables, id).shape));
}

function mayHoldDate(shape: Shape): boolean {
  return listParts(shape).some((part) =>
    part.kind === 'builtin' ? part.name === 'Date' : /^(?:any|class|external)$/.test(part.kind),
  );
}
