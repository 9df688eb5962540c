/** The folder of a converted handler: written whole, or not at all. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { formatJson, isWithin, writeText } from '../4-package/files.ts';
import { writeZip } from '../4-package/zip.ts';
import { FaasifyError } from '../errors.ts';

/** What makes a folder one of ours; also what `convert` reads of a folder that `pull` has made. */
export const NOTE_FILE = 'faasify-function.json';

export interface FunctionNote {
  /** The convention of the code beside it. */
  convention: string;
  name: string;
  handler?: string;
  /** What the provider knew of the function; of its environment the names only. */
  settings?: Record<string, unknown>;
}

/** Refuses folders that hold anything else, before anything is done. */
export function checkFolder(out: string, keep: string): void {
  if (keep !== '' && isWithin(out, keep)) {
    throw new FaasifyError('out-folder', `The output folder ${out} holds what is to be converted`, {
      fix: 'Give another one with --out.',
    });
  }
  if (!existsSync(out)) return;
  const isFree = statSync(out).isDirectory() && (readdirSync(out).length === 0 || existsSync(join(out, NOTE_FILE)));
  if (isFree) return;
  throw new FaasifyError('out-folder', `${out} holds files that faasify has not made`, {
    fix: 'Give another folder with --out.',
  });
}

export interface FolderFiles {
  files: readonly { name: string; text: string | Buffer }[];
  note: FunctionNote;
  /** Its name, if there is to be a zip of the files. */
  zip?: string;
}

export async function writeFolder(out: string, { files, note, zip }: FolderFiles): Promise<void> {
  const temp = openTemporary(out);
  try {
    for (const { name, text } of files) {
      if (typeof text === 'string') writeText(join(temp, name), text);
    }
    writeText(join(temp, NOTE_FILE), formatJson(note));
    if (zip !== undefined)
      await writeZip(
        join(temp, zip),
        files.map((file) => ({ ...file })),
      );
    replaceFolder(out, temp);
  } catch (error) {
    rmSync(temp, { recursive: true, force: true });
    throw error;
  }
}

export function openTemporary(out: string): string {
  try {
    mkdirSync(dirname(out), { recursive: true });
    return mkdtempSync(join(dirname(out), `.${basename(out)}.`));
  } catch (cause) {
    throw new FaasifyError('out-folder', `The output folder cannot be written: ${String(cause)}`, {
      fix: 'Give a folder that can be written to with --out.',
      cause,
    });
  }
}

export function replaceFolder(out: string, temp: string): void {
  const old = `${temp}.old`;
  if (existsSync(out)) renameSync(out, old);
  renameSync(temp, out);
  rmSync(old, { recursive: true, force: true });
}

/** `undefined` where there is none, or it cannot be understood. */
export function findNote(folder: string): FunctionNote | undefined {
  const file = join(folder, NOTE_FILE);
  if (!existsSync(file)) return undefined;
  try {
    const { convention, name, handler, settings } = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof convention !== 'string' || typeof name !== 'string') return undefined;
    return { convention, name, ...(typeof handler === 'string' && { handler }), ...(settings && { settings }) };
  } catch {
    return undefined;
  }
}
