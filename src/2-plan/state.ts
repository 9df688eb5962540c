import type { EffectFact, FunctionFacts, VariableFacts, VariableId } from '../types.ts';
import { sortUnique } from './collections.ts';
import { getFact } from './program.ts';
import { rememberIn } from './remember.ts';

/** Module state that goes along with a call, and the part of it that may come back. */
export interface Carried {
  stateIn: VariableId[];
  stateOut: VariableId[];
}

/** What cannot be part of the unit: it changes, or it is not the same in every process. */
export const findCarried = rememberIn((program, fn: FunctionFacts): Carried => {
  const written = new Set(getWrites(fn).flatMap((effect) => effect.subject ?? []));
  const touched = [...fn.touches, ...written].filter((id) => program.variables.has(id));
  const travels = (id: VariableId) => written.has(id) || isState(getFact(program.variables, id));
  const stateIn = sortUnique(touched.filter(travels));
  return { stateIn, stateOut: stateIn.filter((id) => written.has(id)) };
});

export function getWrites(fn: FunctionFacts): EffectFact[] {
  return fn.effects.filter((effect) => effect.kind === 'writes');
}

function isState(variable: VariableFacts): boolean {
  return variable.assigned || variable.mutated || !variable.stable;
}
