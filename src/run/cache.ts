/** Where `faasify run` keeps what it has built. */

import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import type { StubPlan } from '../../templates/runtime/plan.ts';
import { APP_RUNTIME } from '../4-package/stub-plan.ts';
import { LOCAL } from '../providers/index.ts';
import { OVERLAY_FILE, OVERLAY_FOLDER, type Overlay } from './overlay.ts';
import { listRewritten } from './rewritten.ts';

/** A folder for this entry, built with these flags: in the project's node_modules, or among the temporary files. */
export function findCache(entry: string, flags: Record<string, unknown>): string {
  const key = createHash('sha256')
    .update(JSON.stringify([entry, flags]))
    .digest('hex')
    .slice(0, 16);
  const modules = findModules(dirname(entry));
  if (modules !== undefined) return join(modules, '.cache', 'faasify', key);
  return join(tmpdir(), `faasify-cache-${userInfo().username}`, key);
}

function findModules(folder: string): string | undefined {
  const modules = join(folder, 'node_modules');
  if (isWritable(modules)) return realpathSync(modules);
  return dirname(folder) === folder ? undefined : findModules(dirname(folder));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

/** Makes sure that the overlay of the build in `out` is there. */
export function writeOverlay(out: string, root: string, isNew: boolean): void {
  const folder = join(out, OVERLAY_FOLDER);
  const file = join(folder, OVERLAY_FILE);
  if (!isNew && existsSync(file)) return;
  const files = listRewritten(out, root).map(({ original, rewritten }) => [original, rewritten]);
  const runtime = join(out, APP_RUNTIME);
  const overlay: Overlay = {
    files: Object.fromEntries(files),
    runtime: join(runtime, 'index.cjs'),
    ...findMemory(join(runtime, 'plan.json')),
  };
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(overlay));
  renameSync(`${file}.${process.pid}`, file);
}

function findMemory(plan: string): { memory?: number } {
  const { target, units } = JSON.parse(readFileSync(plan, 'utf8')) as StubPlan;
  const [first] = units;
  return target === LOCAL && first ? { memory: first.settings.memory } : {};
}
