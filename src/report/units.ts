import type { ManifestUnit } from '../types.ts';
import { getName } from './functions.ts';
import type { Paint } from './paint.ts';

const MANY_UNITS = 20;
const MANY_NAMES = 4;

/** One line a unit: name, size of its zip, what is in it. */
export function formatUnits(units: ManifestUnit[], paint: Paint): string {
  if (units.length === 0) return '';
  const width = Math.max(...units.map(({ name }) => name.length));
  const lines = units.slice(0, MANY_UNITS).map(({ name, bytes, functions }) => {
    const names = functions.slice(0, MANY_NAMES).map(getName).join(', ');
    const more = functions.length > MANY_NAMES ? `, … (${functions.length})` : '';
    return `  ${paint.green('unit')}  ${name.padEnd(width)}  ${formatBytes(bytes).padStart(8)}  ${paint.dim(names + more)}`;
  });
  const more = units.length > MANY_UNITS ? [`        … and ${units.length - MANY_UNITS} more`] : [];
  return `${[...lines, ...more].join('\n')}\n`;
}

/** `1.9 kB`: of 1000 bytes, as providers count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
