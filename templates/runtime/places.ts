/** Where the calls of a unit go that is at other providers than AWS, or at several. */
import { FaasifyError } from './failure.ts';
import type { Unit, UnitPlace } from './line.ts';
import { createLocator, findService, type Locate } from './locate.ts';
import { findDeployed, type StubPlan } from './plan.ts';
import { MAX_CARRIED } from './protocol.ts';
import type { Service, Transport } from './provider-transport.ts';

export const AWS = 'lambda';

/** What a unit is at one place, with its address; undefined if nothing says where that is. */
export type LocatePlace = (unit: Unit, place: UnitPlace) => Unit | undefined;

/** All calls to one address share their lines. It is looked up at each call, in the environment: the app may set it. */
export function createPlaceLocator(loadTransport: (target: string) => Transport): LocatePlace {
  const located = new Map<string, Unit>();
  return (unit, place) => {
    const service = findPlaceService(unit, place, loadTransport);
    if (!service) return undefined;
    const { endpoint, key } = service;
    const id = JSON.stringify([unit.name, unit.isRepeatable, place.target, endpoint, key]);
    const at = { ...place, ...(key && { key }) };
    const found = located.get(id) ?? { ...unit, endpoint, place: at, room: `${place.target} ${endpoint}` };
    located.set(id, found);
    return found;
  };
}

/** FAASIFY_ENDPOINT_GCF and FAASIFY_KEY_GCF, or what the provider's own variables say. */
export function findPlaceService(
  unit: Pick<Unit, 'name'>,
  { target }: UnitPlace,
  loadTransport: (target: string) => Transport,
): Service | undefined {
  const { [nameVariable('ENDPOINT', target)]: endpoint, [nameVariable('KEY', target)]: key } = process.env;
  return endpoint ? { endpoint, ...(key && { key }) } : loadTransport(target).findService?.(process.env, unit);
}

function nameVariable(what: 'ENDPOINT' | 'KEY', target: string): string {
  return `FAASIFY_${what}_${target.toUpperCase().replaceAll('-', '_')}`;
}

/** `set FAASIFY_ENDPOINT_GCF to the address of the functions there` */
export function describeMissing({ name }: Pick<Unit, 'name'>, { target }: UnitPlace): string {
  const fix = `set ${nameVariable('ENDPOINT', target)} to the address of the functions there`;
  return `nothing says where unit ${name} is at ${target}; ${fix}`;
}

/** The unit at its first place, with all of them in the order in which they are asked; those that nothing is known of are left out. */
export function createRouteLocator(loadTransport: (target: string) => Transport): Locate {
  const locateAtAws = createLocator();
  const locatePlace = createPlaceLocator(loadTransport);
  const routed = new Map<Unit, Unit[]>();

  function locateAll(fn: string, unit: Unit, places: readonly UnitPlace[]): Unit[] {
    return places.flatMap((place) => {
      if (place.target !== AWS) return locatePlace(unit, place) ?? [];
      return findService(unit) ? locateAtAws(fn, unit) : [];
    });
  }

  return (fn, { places = [], ...unit }) => {
    const chosen = choosePlaces(places);
    const choices = chosen.length > 0 ? locateAll(fn, unit, chosen) : [locateAtAws(fn, unit)];
    const [first, second] = choices;
    const [wanted] = chosen;
    if (!first) {
      if (!wanted || wanted.target === AWS) return locateAtAws(fn, unit);
      throw new FaasifyError('no-endpoint', fn, describeMissing(unit, wanted), false);
    }
    // What may go through a bucket of AWS can be read there alone.
    const isBound = first.claims && first.signing;
    return isBound || !(second || first.hedge) ? first : join(routed, first, choices);
  };
}

/** The same object for the same choices, whose lines are then used again. */
function join(routed: Map<Unit, Unit[]>, first: Unit, choices: readonly Unit[]): Unit {
  const known = routed.get(first) ?? [];
  const found = known.find(
    ({ choices: own }) => own?.length === choices.length && own.every((one, i) => one === choices[i]),
  );
  if (found) return found;
  const unit = { ...first, choices, room: choices.map(({ room }) => room).join(' ') };
  routed.set(first, [...known, unit]);
  return unit;
}

/** Bytes that a request may have: what is too large for one place may go to another. */
export function findMaxRequest(unit: Unit): number {
  const limits = (unit.choices ?? [unit]).map(({ place }) =>
    place ? (place.payload ?? Number.POSITIVE_INFINITY) : MAX_CARRIED,
  );
  return Math.max(...limits);
}

/** Where nothing is deployed, falling back is all there is. */
export function findMissingService(
  { target, fallback, units }: StubPlan,
  loadTransport: (target: string) => Transport,
): string | undefined {
  const isThere = (unit: StubPlan['units'][number]) => {
    const { places = [{ target: AWS, name: unit.name }] } = unit;
    return places.some((place) =>
      place.target === AWS ? findService(findDeployed(unit)) : findPlaceService(unit, place, loadTransport),
    );
  };
  const isMissing = fallback === 'local' && target !== 'local' && !units.some(isThere);
  return isMissing ? 'nothing says where the units are' : undefined;
}

/** FAASIFY_TARGETS names the targets of the plan that are to be called, in this order. */
function choosePlaces(places: readonly UnitPlace[]): readonly UnitPlace[] {
  const { FAASIFY_TARGETS } = process.env;
  if (!FAASIFY_TARGETS) return places;
  const chosen = FAASIFY_TARGETS.split(',').flatMap(
    (name) => places.find(({ target }) => target === name.trim()) ?? [],
  );
  return chosen.length > 0 ? chosen : places;
}
