import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { provider } from '../../src/providers/netlify.ts';
import { findPort } from '../harness/ports.ts';
import { describeApp, type ProviderRuntime, startNode, waitForServer } from './runtime.ts';

const VERSION = '5.1.3';
const KEY = 'a key of the tests';

/** What `netlify dev` is made of, for one site with all functions. */
export const runtime: ProviderRuntime = {
  target: 'netlify',
  packages: [`@netlify/dev@${VERSION}`],
  async start({ units, home, scratch }) {
    const site = join(scratch, 'netlify');
    for (const { name, folder } of units) cpSync(folder, join(site, 'functions', name), { recursive: true });
    for (const { path, text } of provider.project?.(describeApp(units)) ?? []) {
      mkdirSync(join(site, path, '..'), { recursive: true });
      writeFileSync(join(site, path), text);
    }
    const port = await findPort();
    const server = join(import.meta.dirname, 'netlify-site.mjs');
    const process = startNode([server], site, {
      FAASIFY_KEY: KEY,
      FAASIFY_KEY_NETLIFY: KEY,
      PORT: `${port}`,
      HOME_OF_NETLIFY: home,
    });
    await waitForServer(port, process);
    return { endpoint: `http://127.0.0.1:${port}`, key: KEY, version: `@netlify/dev ${VERSION}`, stop: process.stop };
  },
};
