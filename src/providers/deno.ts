import type { OutputFile } from '../types.ts';
import type { Provider, ProviderApp, ProviderUnit } from './provider.ts';
import { command } from './shell.ts';
import { listVariables, whereSet } from './variables.ts';

const MB = 1024 * 1024;

/** Deno makes it of `performance.now`, which a unit sets to that of its caller. */
const CLOCK = 'which counts from another start there';

/** One app for all units, each below a path of its own: `https://<app>.<organization>.deno.net/<name>`. With units that call others an app for each. */
export const provider: Provider = {
  name: 'deno',
  title: 'Deno Deploy',
  limits: {
    zip: 1024 * MB,
    unpacked: 1024 * MB,
    payload: 100 * MB,
    memory: { min: 512, max: 512 },
    timeout: 600,
    source: 'Deno Deploy, pricing and limits, 2026-03; it states none for payloads and time: these are ours',
  },
  unitName: { pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, maxLength: 63 },
  entry: { file: 'main.mjs', format: 'esm' },
  lacks: {
    effects: [
      [/^cwd\b/, 'asks for the working directory, which is another one there for `path.resolve`'],
      [/^time .*\b(?:hrtime|uptime)\b/, 'asks a clock that counts from another start there'],
      [/^ambient\b/, 'asks whether a global is there, and others are'],
    ],
    imports: { 'process.uptime': CLOCK, 'process.hrtime': CLOCK },
  },
  starts: { http: true, schedule: 'named' },
  files: emitClock,
  project: (app) => [emitMain(app), { path: 'deno.json', text: CONFIGURATION }],
  commands: (app) => [
    ': "${DENO_DEPLOY_ORG:?the organization at console.deno.com}"',
    ': "${FAASIFY_KEY_DENO:?a key of your own, which calls have to bring}"',
    ...(app.units.some(({ isCaller }) => isCaller) ? deployEach(app) : deployTogether(app)),
  ],
};

function deployTogether(app: ProviderApp): string[] {
  return [...collect(app), 'cd deno', ...deploy(app.name ?? 'faasify', listVariables(app.units))];
}

/** In one process a call from unit to unit would wait for the one that makes it: each has an app of its own, which has its name. */
function deployEach({ units }: ProviderApp): string[] {
  return units.flatMap((unit) => {
    const { name, folder, isCaller, schedules } = unit;
    const main = schedules ? 'clock.mjs' : 'main.mjs';
    const lines = deploy(name, listVariables([unit]), main, isCaller ? CALLING : {});
    return ['(', command('cd', folder), ...lines, ')'];
  });
}

const CALLING = {
  FAASIFY_KEY_DENO: '$FAASIFY_KEY_DENO',
  FAASIFY_ENDPOINT_DENO: 'https://{name}.$DENO_DEPLOY_ORG.deno.net',
};

/** What is in the working directory. `env`: as a shell reads it between double quotes. */
function deploy(name: string, read: readonly string[], main = 'main.mjs', env: Record<string, string> = {}): string[] {
  const variables = Object.entries({ FAASIFY_KEY: '$FAASIFY_KEY_DENO', ...env });
  return [
    `set -- --org "$DENO_DEPLOY_ORG" --app ${command(name)}`,
    `deno deploy env list "$@" > /dev/null 2>&1 || deno deploy create "$@" ${CREATE} --entrypoint ${main}`,
    ...variables.map(([key, value]) => setVariable(key, value)),
    ...read.map((key) => whereSet(key, setVariable(key, `$${key}`))),
    'deno deploy "$@" --prod',
  ];
}

/** `value`: as a shell reads it between double quotes. */
function setVariable(key: string, value: string): string {
  return `deno deploy env add ${key} "${value}" --secret "$@" || deno deploy env update-value ${key} "${value}" "$@"`;
}

/** https://docs.deno.com/runtime/reference/cli/deploy/ */
const CREATE = [
  '--source local --do-not-use-detected-build-config --runtime-mode dynamic',
  '--build-timeout 5 --build-memory-limit 1024 --region global',
].join(' ');

const CONFIGURATION = `${JSON.stringify({ tasks: { start: 'deno serve --allow-all --unstable-cron main.mjs' } }, undefined, 2)}\n`;

/** As templates/runtime/one-by-one.ts knows them, before they are loaded: none of them calls another one. */
const KNOWN = "globalThis[Symbol.for('faasify.taking-turns')] = new Set(Object.keys(units));";

/** A unit is loaded when it is called for the first time. */
function emitMain({ units }: ProviderApp): OutputFile {
  const lines = units.map(({ name }) => `  '${name}': () => import('./functions/${name}/main.mjs'),`);
  const routes = sortRoutes(units).map(([method, pattern, name]) => `  ['${method}', ${pattern}, '${name}'],\n`);
  const crons = units.flatMap((unit) => emitCrons(unit, `(await units['${unit.name}']()).default`));
  const text = `const units = {
${lines.join('\n')}
};
${KNOWN}
${routes.length > 0 ? `\nconst routes = [\n${routes.join('')}];\n` : ''}
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const [, first] = pathname.split('/');
    ${routes.length > 0 ? FIND_ROUTED : 'const name = first;'}
    if (!Object.hasOwn(units, name)) return Response.json({ message: 'no such function' }, { status: 404 });
    const unit = await units[name]();
    return unit.default.fetch(request);
  },
};
${crons.length > 0 ? `\n${crons.join('\n')}\n` : ''}`;
  return { path: 'main.mjs', text };
}

const FIND_ROUTED = `const isCall = request.method === 'POST' && pathname === \`/\${first}\` && Object.hasOwn(units, first);
    const routed = routes.find(([method, pattern]) => method === request.method && pattern.test(pathname));
    const name = isCall || !routed ? first : routed[2];`;

/** What is written out comes before what a name stands for. */
function sortRoutes(units: ProviderApp['units']): [method: string, pattern: string, name: string][] {
  const all = units.flatMap(({ name, routes = [] }) => routes.map((key) => ({ name, key })));
  const sorted = all.sort((a, b) => (rankOf(a.key) < rankOf(b.key) ? -1 : 1));
  return sorted.map(({ name, key }) => {
    const [method = '', path = ''] = key.split(' ');
    const pattern = path
      .replaceAll('.', '\\.')
      .replaceAll('/', '\\/')
      .replaceAll(/\{[^}]*\}/g, '[^/]+');
    return [method, `/^${pattern}$/`, name];
  });
}

function rankOf(key: string): string {
  return key.replaceAll('{', '~');
}

/** Only where there is a clock: `deno serve` has one with --unstable-cron. */
function emitCrons({ name, schedules = [] }: ProviderUnit, app: string): string[] {
  return schedules.map(
    ({ fn, cron }, index) =>
      `Deno.cron?.('${name}-run-${index}', '${cron}', async () => ${app}.run(${JSON.stringify(fn)}));`,
  );
}

/** What a unit begins with that is an app by itself. */
function emitClock(unit: ProviderUnit): OutputFile[] {
  if (!unit.schedules) return [];
  const crons = emitCrons(unit, 'app');
  return [{ path: 'clock.mjs', text: `import app from './main.mjs';\n\n${crons.join('\n')}\n\nexport default app;\n` }];
}

function collect({ units }: ProviderApp): string[] {
  return [
    command('rm', '-rf', 'deno/functions'),
    command('mkdir', '-p', 'deno/functions'),
    ...units.map(({ name, folder }) => command('cp', '-R', folder, `deno/functions/${name}`)),
  ];
}
