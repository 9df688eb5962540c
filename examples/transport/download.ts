import type { FileCache } from './cache.js';
import { type Departure, parseDepartures } from './csv.js';
import { DownloadError } from './errors.js';

export interface Timetable {
  station: string;
  departures: Departure[];
  fromCache: boolean;
}

export async function download(base: string, resource: string): Promise<string> {
  const response = await fetch(new URL(resource, base));
  if (!response.ok) {
    throw new DownloadError(resource, response.status);
  }
  return response.text();
}

export async function getTimetable(base: string, station: string, cache: FileCache): Promise<Timetable> {
  const cached = await cache.read(station);
  const text = cached ?? (await download(base, `/timetables/${station}.csv`));
  const departures = parseDepartures(text);
  if (cached === undefined) {
    await cache.write(station, text);
  }
  return { station, departures, fromCache: cached !== undefined };
}

export function nextDeparture(timetable: Timetable, now: number): Departure | undefined {
  return timetable.departures
    .filter((departure) => departure.minutes >= now)
    .sort((a, b) => a.minutes - b.minutes)[0];
}
