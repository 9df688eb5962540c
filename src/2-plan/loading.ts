/**
 * Modules that a function loads when it runs: `await import('./shapes')`. A unit has them from its start; a call goes there once the
 * app has them, too. The call that loads a module runs here, with all that this does.
 */

import type { EffectFact, FunctionFacts, ModuleId } from '../types.ts';
import { sortUnique } from './collections.ts';
import type { Program } from './program.ts';

/** The module goes along with the function, and whoever has it is known. */
export function isOwnModule({ modules }: Program, { kind, subject = '' }: EffectFact): boolean {
  return kind === 'loads' && modules.has(subject);
}

/** Modules that have to be there before calls can cross. */
export function listLoaded(program: Program, functions: readonly FunctionFacts[]): ModuleId[] {
  const effects = functions.flatMap((fn) => fn.effects.filter((effect) => isOwnModule(program, effect)));
  return sortUnique(effects.flatMap(({ subject }) => subject ?? []));
}
