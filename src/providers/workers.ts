import type { OutputFile } from '../types.ts';
import { readWorkersCode } from './api/workers-code.ts';
import { openWorkers } from './api/workers-store.ts';
import type { Provider, ProviderUnit } from './provider.ts';
import { command } from './shell.ts';
import { listVariables, whereSet } from './variables.ts';

const MB = 1024 * 1024;

/** That of the runtime which the tests run. */
const COMPATIBILITY_DATE = '2026-07-01';
/** Seconds of CPU that a request gets where nothing is said; only paid plans let it be said. */
const USUAL_CPU = 30;
const MAX_CPU = 300;

const STUB = 'which is not there, or only by its name';
/** Names of what throws when it is used: found by calling all that functions may use which move, in workerd 1.20260730.1. */
const STUBS = [
  ...['crypto.createCipheriv', 'crypto.createDecipheriv', 'crypto.createECDH', 'crypto.createDiffieHellman'],
  ...['path.matchesGlob', 'path/posix.matchesGlob'],
  ...['util.parseArgs', 'util.getSystemErrorName', 'util.getSystemErrorMap'],
];
/** What a unit puts in the place of a function of `process` does not show where that was imported by its name. */
const FIXED = ['cwd', 'exit', 'hrtime', 'uptime'];

/** One Worker for each unit, at the address of the account's subdomain. */
export const provider: Provider = {
  name: 'workers',
  title: 'Cloudflare Workers',
  limits: {
    zip: 10 * MB,
    unpacked: 64 * MB,
    payload: 100 * MB,
    memory: { min: 128, max: 128 },
    timeout: MAX_CPU,
    source: 'Workers limits, paid plan, 2026-08; 3 MB zipped and 10 ms of CPU without',
  },
  unitName: { pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, maxLength: 54 },
  entry: { file: 'index.mjs', format: 'esm', whole: true },
  prices: {
    // By the time of the processor, which is taken to be all of it.
    perCall: (_memory, seconds) => 0.3e-6 + seconds * 1000 * 0.02e-6,
    source: 'Workers pricing, paid plan, 2026-08',
  },
  lacks: {
    threads: true,
    effects: [
      [/^cwd\b/, 'asks for the working directory, which is another one there for `path.resolve`'],
      [/^ambient\b/, 'asks whether a global is there, and others are'],
      [/^time .*\b(?:performance|hrtime|uptime)\b/, 'measures time, which stands still there while it computes'],
      [
        /^net (?!(?:globalThis\.)?fetch$)/,
        'makes requests with something else than fetch, whose failures are others there',
      ],
    ],
    imports: {
      assert: 'whose errors have other messages there',
      'assert/strict': 'whose errors have other messages there',
      v8: STUB,
      perf_hooks: 'whose clock stands still there',
      ...Object.fromEntries(STUBS.map((name) => [name, STUB])),
      ...Object.fromEntries(FIXED.map((name) => [`process.${name}`, 'which there is not what the caller has'])),
    },
    code: [[/\bimport\.meta\b(?!\.url(?:\?\?|,\s*\{\s*first))/, 'uses code that asks where its own file lies']],
    sloppy: 'runs without strict mode, which there always is',
    files: 'reads files that lie beside it, and there are none',
  },
  starts: { http: true, schedule: 'named' },
  files: (unit) => [emitConfiguration(unit)],
  openStore: openWorkers,
  readCode: readWorkersCode,
  commands: ({ units }) => [
    ': "${FAASIFY_KEY_WORKERS:?a key of your own, which calls have to bring}"',
    ...(units.some(({ isCaller }) => isCaller) ? [`: "\${FAASIFY_ENDPOINT_WORKERS:?${WHERE}}"`] : []),
    ...units.flatMap((unit) => {
      const { folder, isCaller } = unit;
      const config = `${folder}/wrangler.jsonc`;
      const put = (name: string, from: string) =>
        `printf %s "$${from}" | ${command('npx', 'wrangler', 'secret', 'put', name, '--config', config)}`;
      const others = isCaller ? ['FAASIFY_ENDPOINT_WORKERS', 'FAASIFY_KEY_WORKERS'] : [];
      return [
        command('npx', 'wrangler', 'deploy', '--config', config),
        put('FAASIFY_KEY', 'FAASIFY_KEY_WORKERS'),
        ...others.map((name) => put(name, name)),
        ...listVariables([unit]).map((name) => whereSet(name, put(name, name))),
      ];
    }),
  ],
};

/** In a shell. */
const WHERE = 'where they are, https://\\{name\\}.<subdomain>.workers.dev: some call others';

/** fetch is what it is everywhere: the other Workers of an account are reached by it, too. */
const TO_OTHERS = ['global_fetch_strictly_public'];

/** https://developers.cloudflare.com/workers/wrangler/configuration/ */
function emitConfiguration({ name, settings: { timeout }, schedules }: ProviderUnit): OutputFile {
  const content = {
    name,
    main: 'index.mjs',
    no_bundle: true,
    compatibility_date: COMPATIBILITY_DATE,
    compatibility_flags: ['nodejs_compat', 'enable_request_signal', ...TO_OTHERS],
    workers_dev: true,
    ...(schedules && { triggers: { crons: [...new Set(schedules.map(({ cron }) => cron))] } }),
    ...(timeout > USUAL_CPU && { limits: { cpu_ms: Math.min(timeout, MAX_CPU) * 1000 } }),
  };
  return { path: 'wrangler.jsonc', text: `${JSON.stringify(content, undefined, 2)}\n` };
}
