import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { provider } from '../../src/providers/azure.ts';
import { findPort } from '../harness/ports.ts';
import { describeApp, type ProviderRuntime, startNode, waitForServer } from './runtime.ts';

const KEY = 'a key of the tests';

/**
 * Azure's worker for Node, built as its repository says (`npm ci && npm run build`), under a host of ours. It runs on Node 20 and 22.
 * https://github.com/Azure/azure-functions-nodejs-worker
 */
export const runtime: ProviderRuntime = {
  target: 'azure',
  packages: [],
  variable: 'AZURE_WORKER',
  async start({ units, home, scratch }) {
    const app = join(scratch, 'azure');
    mkdirSync(app, { recursive: true });
    for (const { path, text } of provider.project?.(describeApp(units)) ?? []) writeFileSync(join(app, path), text);
    for (const { name, folder } of units) {
      const own = join(app, 'functions', name);
      cpSync(folder, own, { recursive: true });
      for (const file of ['package.json', 'host.json']) rmSync(join(own, file));
    }
    await promisify(execFile)('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline'], {
      cwd: app,
    });
    const port = await findPort();
    const env = { PORT: `${port}`, AZURE_WORKER: home, FUNCTIONS_KEY: KEY };
    const process = startNode([join(import.meta.dirname, 'azure-host.mjs')], app, env);
    await waitForServer(port, process, 60);
    const version = 'azure-functions-nodejs-worker 3.9.1, 2876343 of 2024-03-07';
    return { endpoint: `http://127.0.0.1:${port}`, key: KEY, version, stop: process.stop };
  },
};
