/** What `faasify invoke` prints: what the function printed where it would have, its result, and for whoever looks what it took. */
import type { InvokeResult } from '../commands/invoke.ts';
import type { Paint } from './paint.ts';

/** On stderr, below what the function has printed. */
export function formatInvocation(result: InvokeResult, paint: Paint): string {
  const { error, state, lacks } = result;
  const changed = Object.entries(state).map(([id, value]) => `${id} is ${value} now`);
  const notes = [
    ...(lacks.length > 0
      ? [`without its app ${lacks.join(', ')} ${lacks.length > 1 ? 'are' : 'is'} what the unit has`]
      : []),
    ...changed,
    formatUsage(result),
  ];
  return [...(error === undefined ? [] : [error]), ...notes.map((note) => paint.dim(note))]
    .map((line) => `${line}\n`)
    .join('');
}

/** `shop-trig, version 3: 12.3 ms here, 1.2 ms there, billed 2 ms, 64 of 512 MB, $0.00000022` */
function formatUsage({ target, version, milliseconds, usage, cost, isHere }: InvokeResult): string {
  const parts = [`${milliseconds.toFixed(0)} ms from here`];
  if (usage) {
    const { duration, billed, init, memory, used } = usage;
    parts.push(`${duration} ms there`, `billed ${billed} ms`);
    if (init !== undefined) parts.push(`loaded in ${init} ms`);
    parts.push(used === undefined ? `${memory} MB` : `${used} of ${memory} MB`);
  }
  if (cost !== undefined) parts.push(isHere ? `at AWS ${formatDollars(cost)}` : formatDollars(cost));
  return `${target}${version === undefined ? '' : `, version ${version}`}: ${parts.join(', ')}`;
}

/** `$0.00000022`: to two figures. */
export function formatDollars(amount: number): string {
  if (amount === 0) return '$0';
  const digits = Math.max(2, 1 - Math.floor(Math.log10(Math.abs(amount))));
  return `$${amount.toFixed(Math.min(digits, 20))}`;
}
