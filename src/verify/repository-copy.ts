/** The repository of a copy: what the program asks git is answered, and whatever it changes there is changed in the copy alone. */

import { execFileSync } from 'node:child_process';
import { constants, copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Of a worktree alone, beside what it has in common with others. */
const OF_WORKTREE = ['HEAD', 'index', 'ORIG_HEAD'];

/** Copies `.git`: the folder, or what a file in its place leads to. One that says itself where its files are would lead to the original. */
export function copyRepository(source: string, target: string): void {
  const own = findFolder(source);
  const common = findCommon(own);
  if (!existsSync(join(common, 'HEAD')) || isTied(common)) return;
  copyFolder(common, target);
  if (own === common) return;
  for (const name of OF_WORKTREE) if (existsSync(join(own, name))) copyFileSync(join(own, name), join(target, name));
}

/** `gitdir: ../main/.git/worktrees/a` */
function findFolder(source: string): string {
  if (statSync(source).isDirectory()) return source;
  const [, path = ''] = /^gitdir: (.+)$/m.exec(readFileSync(source, 'utf8')) ?? [];
  return resolve(dirname(source), path);
}

function findCommon(own: string): string {
  const file = join(own, 'commondir');
  return existsSync(file) ? resolve(own, readFileSync(file, 'utf8').trim()) : own;
}

function isTied(folder: string): boolean {
  const file = join(folder, 'config');
  return existsSync(file) && /^\s*worktree\s*=/m.test(readFileSync(file, 'utf8'));
}

function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === 'worktrees' || entry.name.endsWith('.lock')) continue;
    if (entry.isDirectory()) (entry.name === 'objects' ? linkFolder : copyFolder)(source, target);
    else if (entry.isFile()) copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}

/** Git never changes what an object file holds. */
function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const isBeside = statSync(from).dev === statSync(to).dev;
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFolder(source, target);
    else if (!entry.isFile()) continue;
    else if (isBeside && !/^(?:alternates|info)$/.test(entry.name)) linkSync(source, target);
    else copyFileSync(source, target);
  }
}

/**
 * To git, the files of the copy are what those of the original are: it finds out what they hold, and takes those that have been
 * rewritten for unchanged.
 */
export function settleRepository(folder: string, rewritten: readonly string[]): void {
  const git = (args: string[], input = ''): string =>
    execFileSync('git', args, { cwd: folder, input, env: withoutPlaces(process.env), encoding: 'utf8', stdio: 'pipe' });
  try {
    const written = new Set(rewritten);
    const tracked = git(['ls-files', '-z']).split('\0');
    const hidden = tracked.filter((file) => file !== '' && written.has(join(folder, file)));
    git(['update-index', '--assume-unchanged', '-z', '--stdin'], hidden.map((file) => `${file}\0`).join(''));
    git(['update-index', '-q', '--refresh']);
  } catch {
    // No repository, no git, or files that the user has changed, which is what the last one says of them.
  }
}

/** Where a hook of git has called us, it says which repository it means: not the one of the copy. */
function withoutPlaces(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^GIT_(?:DIR|INDEX_FILE|WORK_TREE|PREFIX)$/.test(name)),
  );
}
