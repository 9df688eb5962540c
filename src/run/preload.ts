/**
 * The first thing in the process of `faasify run`: `node --import <this file>?<folder of the overlay> main.ts`. Worker threads
 * and forked processes get it too, as they inherit the arguments of node.
 */

import Module from 'node:module';
import { fileURLToPath } from 'node:url';
import { overlayRequire } from './commonjs.ts';
import { startHost } from './early-host.ts';
import { waitForGo } from './go.ts';
import { initialize, loadSync, resolveSync } from './hooks.ts';
import { readOverlay } from './overlay.ts';

/** Since Node 22.15, not yet in our types: hooks that run in the thread of the program. */
type RegisterHooks = (hooks: { resolve: typeof resolveSync; load: typeof loadSync }) => void;

const registerHooks: RegisterHooks | undefined = Reflect.get(Module, 'registerHooks');
const folder = fileURLToPath(new URL(decodeURIComponent(new URL(import.meta.url).search.slice(1))));

if (registerHooks) {
  initialize(folder);
  registerHooks({ resolve: resolveSync, load: loadSync });
} else {
  Module.register(new URL('./hooks.js', import.meta.url), { data: folder });
}
waitForGo();
const overlay = readOverlay(folder);
startHost(overlay);
// @ts-expect-error tsx has no types for its loader
await import('tsx');
if (!registerHooks) overlayRequire(overlay);
