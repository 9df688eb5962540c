import type { OutputFile } from '../types.ts';
import type { Provider, ProviderApp } from './provider.ts';
import { command } from './shell.ts';

const MB = 1024 * 1024;

/** Deno makes it of `performance.now`, which a unit sets to that of its caller. */
const CLOCK = 'which counts from another start there';

/** One app for all units, each below a path of its own: `https://<app>.<organization>.deno.net/<name>`. */
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
    // All units are in one process, which runs one call at a time.
    calls: true,
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
    ...collect(app),
    'cd deno',
    `set -- --org "$DENO_DEPLOY_ORG" --app ${command(app.name ?? 'faasify')}`,
    `deno deploy env list "$@" > /dev/null 2>&1 || deno deploy create "$@" ${CREATE}`,
    'deno deploy env add FAASIFY_KEY "$FAASIFY_KEY_DENO" --secret "$@" || deno deploy env update-value FAASIFY_KEY "$FAASIFY_KEY_DENO" "$@"',
    'deno deploy "$@" --prod',
  ],
};

/** https://docs.deno.com/runtime/reference/cli/deploy/ */
const CREATE = [
  '--source local --do-not-use-detected-build-config --runtime-mode dynamic --entrypoint main.mjs',
  '--build-timeout 5 --build-memory-limit 1024 --region global',
].join(' ');

const CONFIGURATION = `${JSON.stringify({ tasks: { start: 'deno serve --allow-all main.mjs' } }, undefined, 2)}\n`;

/** A unit is loaded when it is called for the first time. */
function emitMain({ units }: ProviderApp): OutputFile {
  const lines = units.map(({ name }) => `  '${name}': () => import('./functions/${name}/main.mjs'),`);
  const text = `const units = {
${lines.join('\n')}
};

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
