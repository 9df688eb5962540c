/**
 * What has to be there before the program: the part of its runtime that remembers how the process began, and threads for its first
 * call, which start while its files are still being loaded.
 */

import { realpathSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import type { Overlay } from './overlay.ts';

type LinkModule = typeof import('../../templates/runtime/link.ts');

/** No threads in what the program starts itself, which may be anything: its runtime does it there, if it has one. */
export function startHost({ runtime, memory }: Overlay): void {
  const folder = dirname(realpathSync(runtime));
  const { warm } = Module.createRequire(runtime)(join(folder, 'link.cjs')) as LinkModule;
  if (memory !== undefined && isMainThread && !process.channel) warm(join(folder, 'host.cjs'), memory);
}
