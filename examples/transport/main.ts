import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileCache } from './cache.js';
import { getTimetable, nextDeparture } from './download.js';
import { DownloadError, FormatError, TransportError } from './errors.js';
import { startServer } from './server.js';

const folder = await mkdtemp(join(tmpdir(), 'transport-'));
const cache = new FileCache(folder);
const { base, server } = await startServer();

for (let round = 1; round <= 2; round++) {
  const timetable = await getTimetable(base, 'central', cache);
  console.log(`round ${round}: ${timetable.departures.length} departures, from cache: ${timetable.fromCache}`);
  console.log('next after 8:00:', nextDeparture(timetable, 8 * 60));
  console.log('next after 9:00:', nextDeparture(timetable, 9 * 60));
}

for (const station of ['atlantis', 'harbour']) {
  try {
    await getTimetable(base, station, cache);
  } catch (error) {
    if (!(error instanceof TransportError)) {
      throw error;
    }
    console.log(`${error.name}: ${error.message}`);
    if (error instanceof DownloadError) {
      console.log('status', error.status);
    } else if (error instanceof FormatError) {
      console.log('cause', String(error.cause));
    }
  }
}

server.close();
await rm(folder, { recursive: true });
