import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { provider } from '../../src/providers/azure.ts';
import { findPort } from '../harness/ports.ts';
import {
  describeApp,
  type ProviderRuntime,
  type RunningUnits,
  type StartInput,
  startNode,
  startRouter,
  waitForServer,
} from './runtime.ts';

const KEY = 'a key of the tests';

/**
 * Azure's worker for Node, built as its repository says (`npm ci && npm run build`), under a host of ours. It runs on Node 20 and 22.
 * One function app for all units, or one for each if there are any that call others: as they are deployed.
 * https://github.com/Azure/azure-functions-nodejs-worker
 */
export const runtime: ProviderRuntime = {
  target: 'azure',
  packages: [],
  variable: 'AZURE_WORKER',
  async start(input) {
    const app = await writeApp(input);
    const running = await (input.units.some(({ isCaller }) => isCaller) ? startApps(input, app) : startApp(input, app));
    return { ...running, key: KEY, version: 'azure-functions-nodejs-worker 3.9.1, 2876343 of 2024-03-07' };
  },
};

type Running = Pick<RunningUnits, 'endpoint' | 'stop'>;

/** With all units, and with what npm installs. */
async function writeApp({ units, scratch }: StartInput): Promise<string> {
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
  return app;
}

async function startApp({ home }: Pick<StartInput, 'home'>, folder: string): Promise<Running> {
  const port = await findPort();
  const env = { PORT: `${port}`, AZURE_WORKER: home, FUNCTIONS_KEY: KEY, FAASIFY_KEY_AZURE: KEY };
  const process = startNode([join(import.meta.dirname, 'azure-host.mjs')], folder, env);
  await waitForServer(port, process, 60);
  return { endpoint: `http://127.0.0.1:${port}`, stop: process.stop };
}

async function startApps(input: StartInput, app: string): Promise<Running> {
  const started = await Promise.all(
    input.units.map(async ({ name, folder }) => {
      symlinkSync(join(app, 'node_modules'), join(folder, 'node_modules'));
      return { name, ...(await startApp(input, folder)) };
    }),
  );
  const addresses = started.map(({ name, endpoint }) => [name, `${endpoint}/api/${name}`] as const);
  const router = await startRouter(new Map(addresses), '/api');
  const stop = async () => {
    await router.stop();
    await Promise.all(started.map((one) => one.stop()));
  };
  return { endpoint: router.url, stop };
}
