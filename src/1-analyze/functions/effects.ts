/** Effects of functions as facts. */

import type { EffectFact } from '../../types.ts';
import type { VariableEntry } from '../names/program-index.ts';
import type { Summary } from '../regions/summary.ts';
import type { FunctionContext } from './context.ts';

/** Direct and inherited effects, and those on module state, sorted by kind and subject. */
export function listEffects(context: FunctionContext, summary: Summary): EffectFact[] {
  const at = context.index.loaded.place(summary.region.node);
  const state = (kind: 'reads' | 'writes', variable: VariableEntry): EffectFact => ({
    kind,
    subject: variable.id,
    at: placeOfChange(context, summary, variable) ?? at,
    via: [],
  });
  const written = new Set([
    ...summary.assigned,
    ...summary.mutated,
    ...(summary.changes.all ? [...summary.touches].filter((variable) => context.state.mutated.has(variable)) : []),
  ]);
  const read = [...summary.touches].filter(
    (variable) =>
      context.state.assigned.has(variable) ||
      context.state.mutated.has(variable) ||
      context.state.unstable.has(variable),
  );
  const inherited = (
    kind: 'locale' | 'formats' | 'dates' | 'platform',
    made: ReadonlySet<VariableEntry>,
  ): EffectFact[] => {
    const variable = [...summary.touches].find((one) => made.has(one));
    return variable ? [{ kind, subject: variable.id, at, via: [] }] : [];
  };
  const effects = [
    ...summary.effects.values(),
    ...inherited('locale', context.state.localised),
    ...inherited('formats', context.state.formatted),
    ...inherited('dates', context.state.dated),
    ...inherited('platform', context.state.ofPlatform),
    ...read.map((variable) => state('reads', variable)),
    ...[...written].map((variable) => state('writes', variable)),
  ];
  return sortByName(effects);
}

function sortByName(effects: readonly EffectFact[]): EffectFact[] {
  const named = effects.map((effect) => ({ effect, name: `${effect.kind} ${effect.subject ?? ''}` }));
  return named.sort((a, b) => compare(a.name, b.name)).map(({ effect }) => effect);
}

function placeOfChange(
  context: FunctionContext,
  summary: Summary,
  variable: VariableEntry,
): EffectFact['at'] | undefined {
  const node = summary.region.assigned.get(variable) ?? summary.region.mutated.get(variable);
  return node && context.index.loaded.place(node);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
