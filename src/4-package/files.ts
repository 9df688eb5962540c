import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';

/** The manifest: what makes a folder one of ours. */
export const MANIFEST_FILE = 'faasify.json';
/** What the build depended on, see stamp.ts. */
export const STAMP_FILE = '.faasify/stamp.json';

/** True if `path` is `folder` or lies below it. */
export function isWithin(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return !isAbsolute(inside) && inside !== '..' && !inside.startsWith('../') && !inside.startsWith('..\\');
}

/** Relative path with forward slashes; `.` for the folder itself. */
export function posixRelative(from: string, to: string): string {
  return relative(from, to).replaceAll('\\', '/') || '.';
}

/** Makes the folder when it turns out to be missing: most files of an output are not the first of theirs. */
export function writeText(file: string, text: string | Uint8Array): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** JSON for people and for comparison: two spaces, keys as given, a newline at the end. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** True for a folder that an earlier build has written. */
export function isOutputFolder(folder: string): boolean {
  return existsSync(join(folder, MANIFEST_FILE)) && existsSync(join(folder, 'units'));
}

export interface FolderContents {
  /** Files and links by path from the folder, posix, sorted. */
  files: string[];
  /** node_modules folders that were met, in the same way. */
  packageFolders: string[];
}

/** All that belongs to a program's tree: not node_modules, not folders with a dot, not the output of a build. */
export function listContents(folder: string): FolderContents {
  const contents: FolderContents = { files: [], packageFolders: [] };
  collect(folder, '', contents);
  contents.files.sort();
  return contents;
}

function collect(folder: string, prefix: string, contents: FolderContents): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = prefix + entry.name;
    if (entry.name === 'node_modules') contents.packageFolders.push(path);
    else if (entry.isFile() || entry.isSymbolicLink()) contents.files.push(path);
    else if (entry.isDirectory() && !entry.name.startsWith('.') && !isOutputFolder(join(folder, entry.name))) {
      collect(join(folder, entry.name), `${path}/`, contents);
    }
  }
}
