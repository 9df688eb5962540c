import type { Place } from '../types.ts';

const CONTEXT = 1;
const TAB = '  ';

/**
 * The lines around a place, the place marked:
 *
 *       3 | const total = 1;
 *     > 4 | retrun total;
 *         | ^
 */
export function formatFrame(text: string, { line, column }: Place): string {
  const lines = text.split(/\r?\n/);
  const first = Math.max(1, line - CONTEXT);
  const last = Math.min(lines.length, line + CONTEXT);
  const width = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const source = lines[number - 1] ?? '';
    const mark = number === line ? '>' : ' ';
    frame.push(`${mark} ${String(number).padStart(width)} | ${source.replaceAll('\t', TAB)}`.trimEnd());
    if (number !== line) continue;
    const before = source.slice(0, column - 1).replaceAll('\t', TAB);
    frame.push(`  ${' '.repeat(width)} | ${' '.repeat(before.length)}^`);
  }
  return frame.join('\n');
}
