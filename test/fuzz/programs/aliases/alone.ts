/** Each alias, each place and each change by itself, with the plainest of everything else: nothing hides what it does. */

import { ALIASES, CHANGES, PLACES, STATES } from './tables.ts';
import { mayMeanAnything, type StateDescription } from './write.ts';

const [state, change, place] = [STATES[0], CHANGES[0], PLACES[0]];
if (state === undefined || change === undefined || place === undefined) throw new Error('a table is empty');

const PLAINEST: StateDescription = {
  state,
  changed: [],
  seen: [],
  change,
  place,
  isFar: false,
  isNamed: true,
  isLoading: false,
  stays: true,
};

/** By name and by the function that gives the part, near and far. */
export function listAlone(): StateDescription[] {
  const aliases = ALIASES.filter((alias) => !mayMeanAnything(alias)).flatMap((alias) => [
    { ...PLAINEST, changed: [alias], isFar: true },
    { ...PLAINEST, changed: [alias], isNamed: false },
    ...(alias.isAsync ? [] : [{ ...PLAINEST, seen: [alias] }]),
  ]);
  const places = PLACES.filter((one) => !mayMeanAnything(one)).flatMap((one) => [
    { ...PLAINEST, place: one },
    { ...PLAINEST, place: one, isFar: true, isNamed: false },
  ]);
  const changes = CHANGES.filter((one) => !mayMeanAnything(one)).flatMap((one) => [
    { ...PLAINEST, change: one },
    { ...PLAINEST, change: one, isFar: true },
  ]);
  return [...aliases, ...places, ...changes];
}
