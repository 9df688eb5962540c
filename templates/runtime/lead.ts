/**
 * How a unit at another provider than AWS reaches the others there, through the transport of that provider alone; its entry begins with
 * this. Where they are stands in the environment of the functions, as it would in that of an app.
 */
import { isCrowded, NOT_HERE } from './away.ts';
import { createCaller } from './elsewhere.ts';
import { provideAway } from './inner-link.ts';
import type { Unit } from './line.ts';
import { createLink, type Link } from './link.ts';
import { openBeside } from './near.ts';
import { sharesProcess } from './one-by-one.ts';
import { createPlaceLocator, describeMissing } from './places.ts';
import type { Transport } from './provider-transport.ts';

/** Not every provider has an instance for each call, as AWS has. */
const CALLS_BACK = 'it may call the unit that calls it, which may have but one instance';

/** Nor does it have a process for each unit. */
const SAME_PROCESS = 'it is in the process of the unit that calls it, which runs one call at a time';

/** `thread`: the text of the thread that makes the requests; without it they are made in the one that the functions run in, which never sleeps. */
export function lead(target: string, transport: Transport, thread?: string): void {
  const locatePlace = createPlaceLocator(() => transport);
  const findPlace = ({ places = [] }: Unit) => places.find((place) => place.target === target);
  const find = (unit: Unit) => {
    const place = findPlace(unit);
    return place && locatePlace(unit, place);
  };
  let link: Link | undefined;
  const forget = () => {
    link = undefined;
  };
  const open = () =>
    thread === undefined ? openBeside(createCaller(() => transport)) : createLink({ text: thread }, forget);
  provideAway({
    open() {
      link ??= open();
      return link;
    },
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
