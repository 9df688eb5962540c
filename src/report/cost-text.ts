/** What a deployment makes dearer or cheaper. */
import type { DiffResult } from '../commands/diff.ts';
import { formatDollars } from './invoke-text.ts';

type CostChange = DiffResult['costs'][number];
type Cost = NonNullable<CostChange['before']>;

/** Functions of the same price share a line. */
export function formatCosts(costs: readonly CostChange[]): string {
  const lines = new Map<string, string[]>();
  for (const change of costs) {
    const text = formatCost(change);
    lines.set(text, [...(lines.get(text) ?? []), change.name]);
  }
  if (lines.size === 0) return '';
  const rows = [...lines].map(([text, names]) => `            ${formatNames(names)}: ${text}\n`);
  const isMemory = costs.some(({ before, after }) => before && after && before.million !== after.million);
  const caveat = isMemory ? '; with more memory calls are mostly billed for less time' : '';
  return `  costs without what is free (AWS, first tier${caveat})\n${rows.join('')}`;
}

/** `shop-a, shop-b and 3 more` */
function formatNames(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');
}

/** `$1.03 → $1.87 a million calls of 100 ms (assumed), $0.00025 → $0.0005 for one that takes all its time` */
function formatCost({ billed, isMeasured, before, after }: CostChange): string {
  const change = (price: (cost: Cost) => number) => {
    const [old, next] = [before, after].map((cost) => (cost ? formatDollars(price(cost)) : 'nothing'));
    return old === next ? `${next}` : `${old} → ${next}`;
  };
  const isIdle = (before?.idle ?? 0) + (after?.idle ?? 0) > 0;
  return [
    `${change(({ million }) => million)} a million calls of ${billed} ms (${isMeasured ? 'average of a day' : 'assumed'})`,
    `${change(({ most }) => most)} for one that takes all its time`,
    ...(isIdle ? [`${change(({ idle }) => idle)} an hour for instances that are kept ready`] : []),
  ].join(', ');
}
