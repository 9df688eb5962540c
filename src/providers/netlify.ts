import { standsFor } from '../2-plan/routes.ts';
import { openNetlify } from './api/netlify-store.ts';
import type { Provider, ProviderApp } from './provider.ts';
import { command } from './shell.ts';
import { emitRun } from './starts.ts';
import { listVariables, whereSet } from './variables.ts';

const MB = 1024 * 1024;

/** One site, with a function for each unit. */
export const provider: Provider = {
  name: 'netlify',
  title: 'Netlify Functions',
  limits: {
    zip: 50 * MB,
    unpacked: 250 * MB,
    payload: 4.5 * MB,
    memory: { min: 1024, max: 4096 },
    timeout: 60,
    source: 'Netlify, configuration for functions, 2026-11: 6 MB, of which what is escaped takes a part',
  },
  unitName: { pattern: /^[A-Za-z0-9_-]+$/, maxLength: 60 },
  entry: { file: 'index.mjs', format: 'esm' },
  openStore: openNetlify,
  starts: { http: true, schedule: 'cron', longestRun: 30 },
  project: (app) => [
    { path: 'netlify.toml', text: CONFIGURATION },
    ...listStarts(app).map(({ name, text }) => ({ path: `starts/${name}.mjs`, text })),
    { path: 'public/index.html', text: '<!doctype html><title>functions</title>\n' },
  ],
  commands: (app) => [
    ': "${FAASIFY_KEY_NETLIFY:?a key of your own, which calls have to bring}"',
    ...collect(app),
    'cd netlify',
    setVariable('FAASIFY_KEY', 'FAASIFY_KEY_NETLIFY'),
    ...listVariables(app.units).map((name) => whereSet(name, setVariable(name, name))),
    command('npx', 'netlify', 'deploy', '--prod', '--no-build', '--dir=public', '--functions=functions'),
  ],
};

function setVariable(name: string, from: string): string {
  return `npx netlify env:set ${name} "$${from}" --secret --context production --force`;
}

const CONFIGURATION = `[build]
  publish = "public"

[functions]
  directory = "functions"
  node_bundler = "none"
`;

/** A function is called what its folder is called. */
function collect(app: ProviderApp): string[] {
  return [
    command('rm', '-rf', 'netlify/functions'),
    command('mkdir', '-p', 'netlify/functions'),
    ...app.units.map(({ name, folder }) => command('cp', '-R', folder, `netlify/functions/${name}`)),
    ...listStarts(app).flatMap(({ name, unit }) => [
      command('cp', '-R', unit.folder, `netlify/functions/${name}`),
      command('mv', `netlify/functions/${name}/index.mjs`, `netlify/functions/${name}/unit.mjs`),
      command('cp', `netlify/starts/${name}.mjs`, `netlify/functions/${name}/index.mjs`),
    ]),
  ];
}

/** A function with the code of a unit: Netlify leads requests and the clock to functions by what each one says of itself. */
interface Start {
  name: string;
  unit: ProviderApp['units'][number];
  text: string;
}

function listStarts({ units }: ProviderApp): Start[] {
  const keys = units.flatMap(({ routes = [] }) => routes);
  return units.flatMap((unit) => [...listMethods(unit, keys), ...listSchedules(unit)]);
}

/** One for each method, as paths alone do not say which of several functions is meant. */
function listMethods(unit: ProviderApp['units'][number], all: readonly string[]): Start[] {
  const { name, routes = [] } = unit;
  const methods = [...new Set(routes.map((key) => key.replace(/ .*/, '')))];
  return methods.map((method) => {
    const pathsOf = (keys: readonly string[]) =>
      keys.filter((key) => key.startsWith(`${method} `)).map((key) => key.slice(method.length + 1));
    const own = pathsOf(routes);
    const others = pathsOf(all).filter((path) => !own.includes(path) && own.some((one) => standsFor(one, path)));
    const paths = own.map((path) => path.replaceAll(/\{([^}]*)\}/g, ':$1'));
    const excluded =
      others.length === 0
        ? ''
        : `, excludedPath: ${JSON.stringify(others.map((path) => path.replaceAll(/\{([^}]*)\}/g, ':$1')))}`;
    const config = `{ path: ${JSON.stringify(paths)}, method: ['${method}']${excluded} }`;
    const text = `export { default } from './unit.mjs';\n\nexport const config = ${config};\n`;
    return { name: `${name}-${method.toLowerCase()}`, unit, text };
  });
}

/** What runs by the clock cannot be called. */
function listSchedules(unit: ProviderApp['units'][number]): Start[] {
  const { name, schedules = [] } = unit;
  return schedules.map(({ fn, cron }, index) => {
    const text = `import { handler } from './handler.mjs';

export default async () => {
  await handler(${emitRun(fn)});
};

export const config = { schedule: '${cron}' };
`;
    return { name: `${name}-run-${index}`, unit, text };
  });
}
