import type { OutputFile } from '../types.ts';
import type { Provider, ProviderApp } from './provider.ts';
import { command } from './shell.ts';

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
  project: (app) => [emitMain(app), { path: 'deno.json', text: CONFIGURATION }],
  commands: (app) => [
    ': "${DENO_DEPLOY_ORG:?the organization at console.deno.com}"',
    ': "${FAASIFY_KEY_DENO:?a key of your own, which calls have to bring}"',
    ...(app.units.some(({ isCaller }) => isCaller) ? deployEach(app) : deployTogether(app)),
  ],
};

function deployTogether(app: ProviderApp): string[] {
  return [...collect(app), 'cd deno', ...deploy(app.name ?? 'faasify')];
}

/** In one process a call from unit to unit would wait for the one that makes it: each has an app of its own, which has its name. */
function deployEach({ units }: ProviderApp): string[] {
  return units.flatMap(({ name, folder, isCaller }) => [
    '(',
    command('cd', folder),
    ...deploy(name, isCaller ? { FAASIFY_KEY_DENO: '$FAASIFY_KEY_DENO', FAASIFY_ENDPOINT_DENO: ADDRESSES } : {}),
    ')',
  ]);
}

const ADDRESSES = 'https://{name}.$DENO_DEPLOY_ORG.deno.net';

/** What is in the working directory. `env`: as a shell reads it between double quotes. */
function deploy(name: string, env: Record<string, string> = {}): string[] {
  const variables = Object.entries({ FAASIFY_KEY: '$FAASIFY_KEY_DENO', ...env });
  return [
    `set -- --org "$DENO_DEPLOY_ORG" --app ${command(name)}`,
    `deno deploy env list "$@" > /dev/null 2>&1 || deno deploy create "$@" ${CREATE}`,
    ...variables.map(
      ([key, value]) =>
        `deno deploy env add ${key} "${value}" --secret "$@" || deno deploy env update-value ${key} "${value}" "$@"`,
    ),
    'deno deploy "$@" --prod',
  ];
}

/** https://docs.deno.com/runtime/reference/cli/deploy/ */
const CREATE = [
  '--source local --do-not-use-detected-build-config --runtime-mode dynamic --entrypoint main.mjs',
  '--build-timeout 5 --build-memory-limit 1024 --region global',
].join(' ');

const CONFIGURATION = `${JSON.stringify({ tasks: { start: 'deno serve --allow-all main.mjs' } }, undefined, 2)}\n`;

/** As templates/runtime/one-by-one.ts knows them, before they are loaded: none of them calls another one. */
const KNOWN = "globalThis[Symbol.for('faasify.taking-turns')] = new Set(Object.keys(units));";

/** A unit is loaded when it is called for the first time. */
function emitMain({ units }: ProviderApp): OutputFile {
  const lines = units.map(({ name }) => `  '${name}': () => import('./functions/${name}/main.mjs'),`);
  const text = `const units = {
${lines.join('\n')}
};
${KNOWN}

export default {
  async fetch(request) {
    const [, name] = new URL(request.url).pathname.split('/');
    if (!Object.hasOwn(units, name)) return Response.json({ message: 'no such function' }, { status: 404 });
    const unit = await units[name]();
    return unit.default.fetch(request);
  },
};
`;
  return { path: 'main.mjs', text };
}

function collect({ units }: ProviderApp): string[] {
  return [
    command('rm', '-rf', 'deno/functions'),
    command('mkdir', '-p', 'deno/functions'),
    ...units.map(({ name, folder }) => command('cp', '-R', folder, `deno/functions/${name}`)),
  ];
}
