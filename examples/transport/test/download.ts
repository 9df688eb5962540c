import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FileCache } from '../cache.js';
import { parseDepartures } from '../csv.js';
import { getTimetable } from '../download.js';
import { DownloadError, FormatError } from '../errors.js';
import { startServer } from '../server.js';

let folder: string;
let running: Awaited<ReturnType<typeof startServer>>;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transport-test-'));
  running = await startServer();
});

after(async () => {
  running.server.close();
  await rm(folder, { recursive: true });
});

test('the second time the timetable comes from the cache', async () => {
  const cache = new FileCache(folder);
  assert.equal((await getTimetable(running.base, 'central', cache)).fromCache, false);
  assert.equal((await getTimetable(running.base, 'central', cache)).fromCache, true);
});

test('an unknown station is a DownloadError', async () => {
  await assert.rejects(getTimetable(running.base, 'atlantis', new FileCache(folder)), (error: unknown) => {
    assert.ok(error instanceof DownloadError);
    assert.equal(error.status, 404);
    return true;
  });
});

test('a row with too few cells is a FormatError', () => {
  assert.throws(() => parseDepartures('line,destination,time\nU6,Zoo'), FormatError);
});
