import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { findPort } from '../harness/ports.ts';
import { type ProviderRuntime, type StartedProcess, startNode, startRouter, waitForServer } from './runtime.ts';

const VERSION = '24.0.0';
const KEY = 'a key of the tests';

/** The server of `vercel dev`: as there, a process for each function when it is called for the first time. */
export const runtime: ProviderRuntime = {
  target: 'vercel',
  packages: [`@vercel/node@${VERSION}`],
  async start({ units, home, scratch }) {
    const folder = join(scratch, 'vercel');
    const started: StartedProcess[] = [];
    const launch = async (name: string) => {
      const port = await findPort();
      const process = startNode([join(home, 'node_modules/@vercel/node/dist/dev-server.mjs')], folder, {
        FAASIFY_KEY: KEY,
        FAASIFY_KEY_VERCEL: KEY,
        VERCEL_DEV_PORT: `${port}`,
        VERCEL_DEV_ENTRYPOINT: `api/${name}/index.mjs`,
        VERCEL_DEV_CONFIG: JSON.stringify({ zeroConfig: true }),
      });
      started.push(process);
      await waitForServer(port, process, 60);
      const address = `http://127.0.0.1:${port}/api/${name}`;
      // It listens before it has loaded the function, and says so with 500; a GET is no call.
      while ((await fetch(address)).status === 500) await new Promise((resolve) => setTimeout(resolve, 25));
      return address;
    };
    for (const unit of units) cpSync(unit.folder, join(folder, 'api', unit.name), { recursive: true });
    const launched = new Map(units.map(({ name }) => [name, once(() => launch(name))]));
    const router = await startRouter(launched, '/api');
    const find = async (name: string) => new URL(`${await launched.get(name)?.()}`).origin;
    const stop = async () => {
      await Promise.all([router.stop(), ...started.map((one) => one.stop())]);
    };
    return { endpoint: router.url, key: KEY, version: `@vercel/node ${VERSION}`, stop, find };
  },
};

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
