import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { provider } from '../../src/providers/deno.ts';
import { findPort } from '../harness/ports.ts';
import { describeApp, type ProviderRuntime, startProcess, waitForServer } from './runtime.ts';

const VERSION = '2.9.6';
const KEY = 'a key of the tests';

/** One process for all units, as they are deployed. */
export const runtime: ProviderRuntime = {
  target: 'deno',
  packages: [`deno@${VERSION}`],
  async start({ units, home, scratch }) {
    const folder = join(scratch, 'deno');
    for (const unit of units) cpSync(unit.folder, join(folder, 'functions', unit.name), { recursive: true });
    mkdirSync(folder, { recursive: true });
    for (const { path, text } of provider.project?.(describeApp(units)) ?? []) writeFileSync(join(folder, path), text);
    const port = await findPort();
    const args = ['serve', '--allow-all', '--host', '127.0.0.1', '--port', `${port}`, 'main.mjs'];
    const process = startProcess(join(home, 'node_modules/.bin/deno'), args, folder, { FAASIFY_KEY: KEY });
    await waitForServer(port, process);
    return { endpoint: `http://127.0.0.1:${port}`, key: KEY, version: `deno ${VERSION}`, stop: process.stop };
  },
};
