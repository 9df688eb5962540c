import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Archiver, ZipOptions } from 'archiver';

/** The first moment a zip can name, so that the time of the build does not show. */
const DATE = new Date('1980-01-01T00:00:00Z');
const MODE = 0o644;

export interface ZipEntry {
  name: string;
  text: string | Buffer;
}

/** Takes as long as a small build: for when there is something to pack, and nothing else to do. */
export function loadArchiver(): (format: 'zip', options: ZipOptions) => Archiver {
  return createRequire(import.meta.url)('archiver');
}

/** Writes a zip whose bytes depend on nothing but names and texts, and returns them. */
export async function writeZip(file: string, entries: ZipEntry[]): Promise<Buffer> {
  const bytes = await makeZip(entries);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return bytes;
}

/** The bytes that `writeZip` writes. */
export async function makeZip(entries: ZipEntry[]): Promise<Buffer> {
  const zip = fill(entries);
  const [bytes] = await Promise.all([buffer(zip), zip.finalize()]);
  return bytes;
}

function fill(entries: ZipEntry[]): Archiver {
  const zip = loadArchiver()('zip', { zlib: { level: 9 } });
  for (const { name, text } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    zip.append(text, { name, date: DATE, mode: MODE });
  }
  return zip;
}
