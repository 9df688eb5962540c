import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { provider } from '../../src/providers/deno.ts';
import {
  describeApp,
  type ProviderRuntime,
  type RunningUnits,
  type StartInput,
  startEach,
  startProcess,
} from './runtime.ts';

const VERSION = `deno 2.9.6`;
const KEY = 'a key of the tests';
const KEYS = { FAASIFY_KEY: KEY, FAASIFY_KEY_DENO: KEY };

/** One process for all units, or one for each if there are any that call others: as they are deployed. */
export const runtime: ProviderRuntime = {
  target: 'deno',
  packages: [VERSION.replace(' ', '@')],
  async start(input) {
    const running = await (input.units.some(({ isCaller }) => isCaller)
      ? startApps(input)
      : startApp(input, 'main.mjs'));
    return { ...running, key: KEY };
  },
};

function startApps({ units, home }: StartInput): Promise<RunningUnits> {
  return startEach(units, VERSION, ({ folder }, port) => serve(home, folder, port));
}
/** `GET /crons/<name>` does what the clock does, in the place of an hour's patience. */
const CLOCK = `
const crons = new Map();
Deno.cron = (name, cron, run) => void crons.set(name, { cron, run });
const { default: app } = await import('./main.mjs');
export default {
  async fetch(request) {
    const [, name] = /\\/crons\\/(.*)$/.exec(request.url) ?? [];
    if (name === undefined) return app.fetch(request);
    if (!crons.has(name)) return new Response([...crons.keys()].join(), { status: 404 });
    await crons.get(name).run();
    return new Response(crons.get(name).cron);
  },
};
`;

export function startWithClock(input: StartInput): Promise<RunningUnits> {
  mkdirSync(join(input.scratch, 'deno'), { recursive: true });
  writeFileSync(join(input.scratch, 'deno', 'clock.mjs'), CLOCK);
  return startApp(input, 'clock.mjs');
}

async function startApp({ units, home, scratch }: StartInput, main: string): Promise<RunningUnits> {
  const folder = join(scratch, 'deno');
  for (const unit of units) cpSync(unit.folder, join(folder, 'functions', unit.name), { recursive: true });
  mkdirSync(folder, { recursive: true });
  for (const { path, text } of provider.project?.(describeApp(units)) ?? []) writeFileSync(join(folder, path), text);
  const start = (_unit: object, port: number) => serve(home, folder, port, main);
  const { endpoint, ...running } = await startEach([{ name: 'app', folder }], VERSION, start, '');
  return { ...running, endpoint: `${endpoint}/app` };
}

function serve(home: string, folder: string, port: number, main = 'main.mjs') {
  const args = ['serve', '--allow-all', '--host', '127.0.0.1', '--port', `${port}`, main];
  return startProcess(join(home, 'node_modules/.bin/deno'), args, folder, KEYS);
}
