import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';

/** Zips tell the time of day of where they are made: the same one everywhere, and none before the first day that they can name. */
const MOMENT = '1980-01-02T00:00:00';
const FILE_MODE = 0o100644;

export interface ZipEntry {
  name: string;
  text: string | Buffer;
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
  const { ZipFile } = await import('yazl'); // a run of what is built already needs none
  const zip = new ZipFile();
  const options = {
    mtime: new Date(MOMENT),
    forceDosTimestamp: true,
    mode: FILE_MODE,
    compressionLevel: 9,
  };
  for (const { name, text } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    zip.addBuffer(Buffer.from(text), name, options);
  }
  zip.end();
  return buffer(zip.outputStream as NodeJS.ReadableStream & AsyncIterable<Buffer>);
}
