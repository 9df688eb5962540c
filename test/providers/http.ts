import { type ProviderRuntime, startEach, startNode } from './runtime.ts';

/** Nothing but Node. */
export const runtime: ProviderRuntime = {
  target: 'http',
  packages: [],
  start: ({ units }) =>
    startEach(units, `Node ${process.versions.node}`, ({ folder }, port) =>
      startNode(['index.mjs'], folder, { PORT: `${port}`, HOST: '127.0.0.1' }),
    ),
};
