import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeZip } from '../../src/4-package/zip.ts';

test('a zip depends on names and texts alone, not on their order, the time or the time zone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'faasify-zip-'));
  const zone = process.env.TZ;
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  const entries = [
    { name: 'handler.mjs', text: 'export const handler = 1;\n' },
    { name: 'function.json', text: '{}\n' },
  ];
  process.env.TZ = 'Asia/Tokyo';
  await writeZip(join(folder, 'one.zip'), entries);
  process.env.TZ = 'America/New_York';
  await writeZip(join(folder, 'two.zip'), [...entries].reverse());
  expect(readFileSync(join(folder, 'one.zip'))).toEqual(readFileSync(join(folder, 'two.zip')));
});
