import type { EffectFact, FunctionFacts } from '../types.ts';
import { sortUnique } from './collections.ts';

/** Environment variables that a function reads by a name written in the program. */
export function listEnvironment(fn: FunctionFacts): string[] {
  return sortUnique(fn.effects.filter(({ kind }) => kind === 'env').flatMap((effect) => findName(effect) ?? []));
}

/** `process.env[name]`, `{ ...process.env }`: which ones it reads is only known when it runs. */
export function readsAnyEnvironment(effect: EffectFact): boolean {
  return effect.kind === 'env' && findName(effect) === undefined;
}

/** `HOME` of `process.env.HOME` */
function findName({ subject = '' }: EffectFact): string | undefined {
  return /(?:^|\.)env\.([A-Za-z_]\w*)$/.exec(subject)?.[1];
}
