import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ZipEntry } from '../../4-package/zip.ts';

/** What a unit's package has, by path with `/`, sorted. */
export function readFiles(folder: string): (ZipEntry & { text: Buffer })[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .map((file) => ({ name: file.slice(folder.length + 1).replaceAll('\\', '/'), text: readFileSync(file) }));
}
