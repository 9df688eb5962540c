import { resolve } from 'node:path';
import { build } from '../../src/commands/build.ts';
import { findCache } from '../../src/run/cache.ts';
import type { Calls } from './run.ts';

/**
 * Builds in this process what `faasify run <entry> --calls …` would build in its own, and leaves it where that looks: the
 * compiler is loaded once for all cases. What goes wrong is not told here, the run finds it again and says so itself.
 */
export async function warmBuild(dir: string, entry: string, calls: Calls): Promise<void> {
  const file = resolve(dir, entry);
  const flags = { calls };
  try {
    await build({
      src: file,
      cwd: dir,
      flags: { ...flags, target: 'local', out: findCache(file, flags) },
      inPlace: true,
    });
  } catch {
    // said by the run
  }
}
