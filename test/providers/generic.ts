import { join } from 'node:path';
import { type ProviderRuntime, startEach, startNode } from './runtime.ts';

/** Ten lines of what somebody would write around a unit. */
export const runtime: ProviderRuntime = {
  target: 'generic',
  packages: [],
  start: ({ units }) =>
    startEach(units, `Node ${process.versions.node}`, ({ folder }, port) =>
      startNode([join(import.meta.dirname, 'generic-server.mjs'), folder, `${port}`], folder),
    ),
};
