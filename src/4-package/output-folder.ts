import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FaasifyError } from '../errors.ts';
import { isOutputFolder, isWithin, posixRelative, STAMP_FILE } from './files.ts';

/** A build in progress: everything is made in `temp`, beside the output folder, and takes its place at the very end. */
export interface OutputFolder {
  out: string;
  temp: string;
  /** The output of the build before, if there is one. */
  previous?: string;
}

const MAX_ATTEMPTS = 3;

/** `.faas.4711-1.new` and `.faas.4711-1.old`: the process that is building, and which of its builds. */
const TEMP_NAME = /^\.(.+)\.(\d+)(?:-\d+)?\.(new|old)$/;

let builds = 0;
/** Temporary folders of this process. */
const inProgress = new Set<string>();

/** Refuses folders that hold anything but an earlier output. Writes nothing. */
export function checkOutputFolder(out: string, root: string): void {
  const name = posixRelative(process.cwd(), out);
  const fix = 'Give another folder with --out.';
  if (isWithin(out, root)) {
    const what = out === root ? 'is the source folder' : 'contains the source folder';
    throw new FaasifyError('out-folder', `The output folder ${name} ${what}; a build would replace it`, { fix });
  }
  if (!existsSync(out)) return;
  const contents = readOutputFolder(out, name);
  if (contents.length > 0 && !isOutputFolder(out)) {
    throw new FaasifyError(
      'out-folder',
      `The output folder ${name} holds files that no build has made: ${contents[0]}`,
      {
        fix: `${fix.slice(0, -1)}, or empty this one if nothing in it is needed.`,
      },
    );
  }
}

function readOutputFolder(out: string, name: string): string[] {
  try {
    return readdirSync(out);
  } catch (cause) {
    throw new FaasifyError('out-folder', `The output folder ${name} cannot be read: ${String(cause)}`, {
      fix: 'Give a folder that can be written to with --out.',
      cause,
    });
  }
}

/** Makes the temporary folder, after clearing away what builds that were killed have left. */
export function openOutputFolder(out: string): OutputFolder {
  try {
    mkdirSync(dirname(out), { recursive: true });
    recover(out);
    const temp = join(dirname(out), `.${basename(out)}.${process.pid}-${++builds}.new`);
    rmSync(temp, { recursive: true, force: true });
    mkdirSync(temp);
    inProgress.add(temp);
    return { out, temp, ...(isOutputFolder(out) && { previous: out }) };
  } catch (cause) {
    throw new FaasifyError('out-folder', `The output folder cannot be written: ${String(cause)}`, {
      fix: 'Give a folder that can be written to with --out.',
      cause,
    });
  }
}

/**
 * The new output takes the place of the old one; of two builds that end at the same time the later one stays, unless
 * both are the same: then whoever is using the first may go on.
 */
export function commitOutputFolder({ out, temp }: OutputFolder): void {
  const stamp = readStampText(temp);
  if (stamp !== undefined && stamp === readStampText(out)) return;
  const old = toOld(temp);
  for (let attempt = 1; ; attempt++) {
    try {
      if (existsSync(out)) renameSync(out, old);
      renameSync(temp, out);
      break;
    } catch (error) {
      if (existsSync(old) && !existsSync(out)) renameSync(old, out);
      if (attempt === MAX_ATTEMPTS) throw error;
    }
  }
  inProgress.delete(temp);
  rmSync(old, { recursive: true, force: true });
}

function toOld(temp: string): string {
  return temp.replace(/new$/, 'old');
}

function readStampText(folder: string): string | undefined {
  const file = join(folder, STAMP_FILE);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

export function discardOutputFolder({ temp }: OutputFolder): void {
  inProgress.delete(temp);
  rmSync(temp, { recursive: true, force: true });
}

/** A build that died between the two renames has left its old output under another name: it is put back. */
function recover(out: string): void {
  for (const name of readdirSync(dirname(out))) {
    const [, target, process, kind] = TEMP_NAME.exec(name) ?? [];
    const left = join(dirname(out), name);
    if (target !== basename(out) || isInProgress(Number(process), left)) continue;
    if (kind === 'old' && !existsSync(out)) renameSync(left, out);
    else rmSync(left, { recursive: true, force: true });
  }
}

function isInProgress(pid: number, folder: string): boolean {
  if (pid === process.pid) return [...inProgress].some((temp) => folder === temp || folder === toOld(temp));
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
