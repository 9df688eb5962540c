/** Where the units of a provider are, for one of them that calls the others; how requests are made is for `open` to say. */
import { isCrowded, NOT_HERE } from './away.ts';
import { provideAway } from './inner-link.ts';
import type { Unit } from './line.ts';
import type { Link } from './link.ts';
import { sharesProcess } from './one-by-one.ts';
import { createPlaceLocator, describeMissing } from './places.ts';
import type { Transport } from './provider-transport.ts';

/** Not every provider has an instance for each call, as AWS has. */
const CALLS_BACK = 'it may call the unit that calls it, which may have but one instance';
/** Nor does it have a process for each unit. */
const SAME_PROCESS = 'it is in the process of the unit that calls it, which runs one call at a time';

/** `canSleep`: until a call is over. */
export function provideWay(target: string, transport: Transport, open: () => Link, canSleep: boolean): void {
  const locatePlace = createPlaceLocator(() => transport);
  const findPlace = ({ places = [] }: Unit) => places.find((place) => place.target === target);
  const find = (unit: Unit) => {
    const place = findPlace(unit);
    return place && locatePlace(unit, place);
  };
  provideAway({
    open,
    canSleep,
    locate: (_fn, unit) => find(unit) ?? unit,
    findMaxRequest: (unit) => findPlace(unit)?.payload ?? Number.POSITIVE_INFINITY,
    findHindrance(unit) {
      const place = findPlace(unit);
      if (!place) return NOT_HERE;
      if (unit.callsBack) return CALLS_BACK;
      if (sharesProcess(place.name)) return SAME_PROCESS;
      return find(unit) ? undefined : describeMissing(unit, place);
    },
    isCrowded,
  });
}
