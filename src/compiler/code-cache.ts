import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/**
 * Loads a CommonJS module with the machine code that an earlier process has left, functions that are compiled when they
 * are first called included, which Node's own cache (22 and later) would not have. V8 itself refuses code of another
 * version or source.
 */
export function loadCached(file: string): ReturnType<NodeJS.Require> {
  const cache = findCacheFile(file);
  const cachedData = cache === undefined ? undefined : readOptional(cache);
  const source = Module.wrap(readFileSync(file, 'utf8'));
  const script = new Script(source, { filename: file, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, Module.createRequire(file), module, file, dirname(file));
  const isFresh = cachedData === undefined || script.cachedDataRejected === true;
  if (cache !== undefined && isFresh) process.once('exit', () => writeCache(cache, script));
  return module.exports;
}

/** Differs between versions of Node and of the file. Undefined if the folder for it is not the user's own. */
function findCacheFile(file: string): string | undefined {
  try {
    const { size, mtimeMs } = statSync(file);
    const key = createHash('sha256')
      .update([process.version, process.arch, file, size, mtimeMs].join(' '))
      .digest('hex');
    const folder = join(tmpdir(), `faasify-code-${userInfo().username}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { uid, mode } = statSync(folder);
    const isOwn = process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
    return isOwn ? join(folder, `${key.slice(0, 32)}.bin`) : undefined;
  } catch {
    return undefined;
  }
}

function readOptional(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Whoever cannot write it starts as fast as before. */
function writeCache(file: string, script: Script): void {
  try {
    const own = `${file}.${process.pid}`;
    writeFileSync(own, script.createCachedData());
    renameSync(own, file);
  } catch {}
}
