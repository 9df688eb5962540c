import type { OutputFile } from '../types.ts';
import { openVercel } from './api/vercel-store.ts';
import type { Provider, ProviderApp } from './provider.ts';
import { command } from './shell.ts';
import { listVariables, whereSet } from './variables.ts';

const MB = 1024 * 1024;

/** One project, with a function for each unit. */
export const provider: Provider = {
  name: 'vercel',
  title: 'Vercel Functions',
  limits: {
    zip: 50 * MB,
    unpacked: 250 * MB,
    payload: 4.5 * MB,
    memory: { min: 1024, max: 4096 },
    timeout: 800,
    source: 'Vercel Functions limits, 2026-08; 300 s on the Hobby plan',
  },
  unitName: { pattern: /^[A-Za-z0-9_-]+$/, maxLength: 110 },
  // Every file below `api` has an address of its own: there must be no second one that has the handler.
  entry: { file: 'index.mjs', format: 'esm', whole: true, beside: true },
  openStore: openVercel,
  starts: { http: true, schedule: 'cron' },
  project: (app) => [emitConfiguration(app), { path: '.vercelignore', text: 'deploy.sh\n*.ts\n' }],
  commands: (app) => [
    ': "${FAASIFY_KEY_VERCEL:?a key of your own, which calls have to bring}"',
    ...collect(app),
    'cd vercel',
    command('npx', 'vercel', 'link', '--yes', ...(app.name === undefined ? [] : ['--project', app.name])),
    ...['FAASIFY_KEY', ...(app.units.some(({ schedules }) => schedules) ? ['CRON_SECRET'] : [])].map((name) =>
      setVariable(name, 'FAASIFY_KEY_VERCEL'),
    ),
    ...listVariables(app.units).map((name) => whereSet(name, setVariable(name, name))),
    command('npx', 'vercel', 'deploy', '--prod', '--yes'),
  ],
};

function setVariable(name: string, from: string): string {
  return `printf %s "$${from}" | npx vercel env add ${name} production --sensitive --force`;
}

/** https://vercel.com/docs/project-configuration/vercel-json */
function emitConfiguration(app: ProviderApp): OutputFile {
  const { units } = app;
  const functions = units.map(({ name, settings: { timeout } }) => [
    `api/${name}/index.mjs`,
    { maxDuration: timeout, includeFiles: `api/${name}/**` },
  ]);
  const routes = listRoutes(app);
  const crons = units.flatMap(({ name, schedules = [] }) =>
    schedules.map(({ cron }, index) => ({ path: `/api/${name}/run/${index}`, schedule: cron })),
  );
  const content = {
    $schema: 'https://openapi.vercel.sh/vercel.json',
    functions: Object.fromEntries(functions),
    ...(routes.length > 0 && { routes: [{ handle: 'filesystem' }, ...routes] }),
    ...(crons.length > 0 && { crons }),
  };
  return { path: 'vercel.json', text: `${JSON.stringify(content, undefined, 2)}\n` };
}

/** Behind what is there by its own name, as calls are; what is written out comes before what a name stands for. Functions are told the path that was asked for. */
function listRoutes({ units }: ProviderApp): object[] {
  const all = units.flatMap(({ name, routes = [] }) => routes.map((key) => ({ name, key: key.replaceAll('{', '~') })));
  const sorted = all.sort((a, b) => (a.key < b.key ? -1 : 1));
  const addresses = sorted.map(({ name, key }) => {
    const [method = '', path = ''] = key.split(' ');
    const src = `^${path.replaceAll('.', '\\.').replaceAll(/~[^}]*\}/g, '[^/]+')}$`;
    return { src, methods: [method], dest: `/api/${name}` };
  });
  const runs = units.filter(({ schedules }) => schedules);
  return [...addresses, ...runs.map(({ name }) => ({ src: `^/api/${name}/run/\\d+$`, dest: `/api/${name}` }))];
}

/** Its folder is the address of a function: `/api/<name>`. */
function collect({ units }: ProviderApp): string[] {
  return [
    command('rm', '-rf', 'vercel/api'),
    command('mkdir', '-p', 'vercel/api'),
    ...units.map(({ name, folder }) => command('cp', '-R', folder, `vercel/api/${name}`)),
  ];
}
