import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findPort } from '../harness/ports.ts';
import {
  type ProviderRuntime,
  type RunningUnits,
  type StartedUnit,
  type StartInput,
  startProcess,
  startRouter,
  waitForServer,
} from './runtime.ts';

const VERSION = '1.20260730.1';
const KEY = 'a key of the tests';

/** Cloudflare's own runtime, one process with a socket for each Worker. */
export const runtime: ProviderRuntime = {
  target: 'workers',
  packages: [`workerd@${VERSION}`],
  start: (input) => start(input),
};

/** `GET /<name>?cron=…` does what Cron Triggers do. */
export function startWithClock(input: StartInput): Promise<RunningUnits> {
  return start(
    input,
    `export default {
    async fetch(request, env) {
      const { pathname, searchParams } = new URL(request.url);
      const { outcome } = await env[pathname.slice(1)].scheduled({ cron: searchParams.get('cron'), scheduledTime: new Date() });
      return new Response(outcome, { status: outcome === 'ok' ? 200 : 500 });
    },
  };`,
  );
}

/** `clock`: the code of one more Worker, which is bound to all others and found in their place. */
async function start({ units, home, scratch, env = {} }: StartInput, clock?: string): Promise<RunningUnits> {
  const ports = await Promise.all(units.map(findPort));
  mkdirSync(scratch, { recursive: true });
  if (clock !== undefined) writeFileSync(join(scratch, 'clock.mjs'), clock);
  const clocks = clock === undefined ? [] : [await findPort()];
  writeFileSync(join(scratch, 'config.capnp'), emitConfiguration(units, [...ports, ...clocks], scratch, env));
  const process = startProcess(
    join(home, 'node_modules/.bin/workerd'),
    ['serve', '--experimental', 'config.capnp'],
    scratch,
  );
  for (const port of [...ports, ...clocks]) await waitForServer(port, process);
  const router = await startRouter(
    new Map(
      units.map(({ name }, i) => [
        name,
        `http://127.0.0.1:${clocks[0] === undefined ? ports[i] : `${clocks[0]}/${name}`}`,
      ]),
    ),
  );
  const stop = async () => {
    await router.stop();
    await process.stop();
  };
  return { endpoint: router.url, key: KEY, version: `workerd ${VERSION}`, stop };
}

/** https://github.com/cloudflare/workerd/blob/main/src/workerd/server/workerd.capnp */
function emitConfiguration(
  units: readonly StartedUnit[],
  ports: readonly number[],
  scratch: string,
  env: Record<string, string>,
): string {
  // The programs of the tests fetch from this machine.
  const internet = '(name = "internet", network = (allow = ["public", "private", "local"]))';
  const services = [internet, ...ports.map((_, i) => `(name = "w${i}", worker = .w${i})`)];
  const clocks = ports.length > units.length ? [`const w${units.length} :Workerd.Worker = ${emitClock(units)};`] : [];
  const sockets = ports.map(
    (port, i) => `(name = "w${i}", address = "127.0.0.1:${port}", http = (), service = "w${i}")`,
  );
  return [
    'using Workerd = import "/workerd/workerd.capnp";',
    `const config :Workerd.Config = (services = [${services.join(', ')}], sockets = [${sockets.join(', ')}]);`,
    ...units.map((unit, i) => `const w${i} :Workerd.Worker = ${emitWorker(unit, scratch, env)};`),
    ...clocks,
  ].join('\n');
}

/** As wrangler.jsonc says, which is plain JSON. */
function emitWorker({ folder }: StartedUnit, scratch: string, env: Record<string, string>): string {
  const { main, compatibility_date, compatibility_flags } = JSON.parse(
    readFileSync(join(folder, 'wrangler.jsonc'), 'utf8'),
  ) as { main: string; compatibility_date: string; compatibility_flags: string[] };
  const file = relative(scratch, join(folder, main));
  const bindings = Object.entries({ FAASIFY_KEY: KEY, FAASIFY_KEY_WORKERS: KEY, ...env });
  return [
    `(modules = [(name = "${main}", esModule = embed "${file}")]`,
    `compatibilityDate = "${compatibility_date}"`,
    `compatibilityFlags = ${JSON.stringify(compatibility_flags)}`,
    `bindings = [${bindings.map(([name, text]) => `(name = "${name}", text = ${JSON.stringify(text)})`).join(', ')}])`,
  ].join(', ');
}

function emitClock(units: readonly StartedUnit[]): string {
  const bindings = units.map(({ name }, i) => `(name = "${name}", service = "w${i}")`);
  return [
    '(modules = [(name = "clock.mjs", esModule = embed "clock.mjs")]',
    'compatibilityDate = "2026-07-01"',
    'compatibilityFlags = ["service_binding_extra_handlers"]',
    `bindings = [${bindings.join(', ')}])`,
  ].join(', ');
}
