import type { ServedFunction } from '../served.ts';

/** By its own name, or one that it has at a provider. */
export function findServed(units: ReadonlyMap<string, ServedFunction>, name: string): ServedFunction | undefined {
  return units.get(name) ?? [...units.values()].find((served) => listNames(served).includes(name));
}

function listNames({ deployed, places }: ServedFunction): string[] {
  return [...(deployed ? [deployed.name] : []), ...places.map((place) => place.name)];
}

/** Of some conventions, the one of the provider that calls it so, or else that of the first one that it was built for, or the first. */
export function chooseFor<T extends { target: string }>(
  conventions: readonly T[],
  { places }: ServedFunction,
  name: string,
): T | undefined {
  const named = places.filter((place) => place.name === name);
  for (const { target } of [...named, ...places]) {
    const found = conventions.find((one) => one.target === target);
    if (found) return found;
  }
  return conventions[0];
}
