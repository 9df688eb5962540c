import type { ServedFunction } from '../served.ts';

/** By its own name, or one that it has at a provider. */
export function findServed(units: ReadonlyMap<string, ServedFunction>, name: string): ServedFunction | undefined {
  return units.get(name) ?? [...units.values()].find(({ names }) => names.includes(name));
}
