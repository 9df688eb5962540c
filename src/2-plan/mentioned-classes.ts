import type { ClassFacts, FunctionFacts } from '../types.ts';
import { findMentioned } from './mentions.ts';
import { getScopeName, type Program } from './program.ts';

/** Classes that the statements behind functions mention, directly or through others. */
export function findMentionedClasses(program: Program, reached: readonly FunctionFacts[]): ClassFacts[] {
  const roots = reached.flatMap((fn) => {
    const own = fn.reach.kind === 'local' || fn.reach.kind === 'method' ? [fn.reach.root] : [];
    return [...own, ...(fn.site?.mentions ?? [])].map((name) => `${fn.module}#${name}`);
  });
  const names = findMentioned(program.mentions, roots);
  const owners = new Set(reached.map((fn) => fn.cls));
  return program.analysis.classes.filter((cls) => owners.has(cls.id) || names.has(getScopeName(cls)));
}
