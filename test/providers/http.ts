import { type ProviderRuntime, startEach, startNode } from './runtime.ts';

/** Nothing but Node. */
export const runtime: ProviderRuntime = {
  target: 'http',
  packages: [],
  async start({ units }) {
    const key = 'a-key';
    const running = await startEach(units, `Node ${process.versions.node}`, ({ folder }, port) =>
      startNode(['index.js'], folder, { PORT: `${port}`, HOST: '127.0.0.1', FAASIFY_KEY: key, FAASIFY_KEY_HTTP: key }),
    );
    return { ...running, key };
  },
};
