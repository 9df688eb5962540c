/** Unpacks what was uploaded: nothing of it lands outside of the folder, and no more than the provider takes. */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { ApiError, invalid } from './api-error.ts';

/** Bytes, of the zip and of what is in it. */
const MAX_ZIP = 50 * 1024 * 1024;
export const MAX_UNPACKED = 250 * 1024 * 1024;
const MAX_ENTRIES = 65_535;

const FILE_TYPE = 0o170000;
const LINK = 0o120000;

/** Throws what is wrong with it as an error of the API; what is in the folder then is to be removed. */
export async function unzip(zip: Buffer, folder: string): Promise<void> {
  if (zip.length > MAX_ZIP) throw invalid(`Zipped size must be smaller than ${MAX_ZIP} bytes`);
  try {
    const file = await fromBufferPromise(zip, { lazyEntries: true, strictFileNames: true });
    const entries = await readEntries(file);
    for (const entry of entries) await writeEntry(file, entry, folder);
  } catch (error) {
    throw isOurs(error)
      ? error
      : invalid('Could not unzip uploaded file. Please check your file, then try to upload again.');
  }
}

/** That the disk is full, say, is not the fault of the zip. */
function isOurs(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return error instanceof ApiError || ['ENOSPC', 'EMFILE', 'ENFILE', 'EROFS', 'EACCES', 'EPERM'].includes(code);
}

async function readEntries(file: ZipFile): Promise<Entry[]> {
  if (file.entryCount > MAX_ENTRIES) throw invalid(`A zip must hold no more than ${MAX_ENTRIES} files`);
  const entries: Entry[] = [];
  let size = 0;
  for await (const entry of file.eachEntry()) {
    size += entry.uncompressedSize;
    if (size > MAX_UNPACKED) throw invalid(`Unzipped size must be smaller than ${MAX_UNPACKED} bytes`);
    entries.push(entry);
  }
  if (!entries.some(({ fileName }) => !isFolder(fileName))) throw invalid('Uploaded file must be a non-empty zip');
  return entries;
}

function isFolder(name: string): boolean {
  return name.endsWith('/');
}

/** No more bytes come out of the stream than the entry has announced: yauzl looks. */
async function writeEntry(file: ZipFile, entry: Entry, folder: string): Promise<void> {
  const path = join(folder, entry.fileName);
  const mode = entry.externalFileAttributes >>> 16;
  if ((mode & FILE_TYPE) === LINK) throw invalid(`A zip with symbolic links is not taken here: ${entry.fileName}`);
  if (!path.startsWith(folder + sep)) throw invalid('A zip must hold nothing outside of its folder');
  await mkdir(isFolder(entry.fileName) ? path : dirname(path), { recursive: true });
  if (isFolder(entry.fileName)) return;
  const content = await file.openReadStreamPromise(entry);
  content.on('error', () => {}); // where the file cannot be opened nobody else listens
  await pipeline(content, createWriteStream(path, { mode: mode & 0o111 ? 0o755 : 0o644 }));
}
