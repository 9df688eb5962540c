import { stringify } from 'yaml';
import type { OutputFile } from '../types.ts';
import { emitPackageJson } from './package-json.ts';
import { NO_LIMITS, type Provider, type ProviderApp, type ProviderUnit } from './provider.ts';
import { command } from './shell.ts';
import { emitRun } from './starts.ts';

const MB = 1024 * 1024;

/** A plain server of Node in a folder that is ready for a container. */
export const provider: Provider = {
  name: 'http',
  title: 'a server of Node',
  limits: {
    ...NO_LIMITS,
    payload: 100 * MB,
    source: 'templates/http/serve.ts',
  },
  unitName: { pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, maxLength: 63 },
  entry: { file: 'index.js', format: 'esm' },
  starts: { http: true, schedule: 'cron', taken: ['POST /'] },
  files: ({ name }) => [
    emitPackageJson({ name, main: 'index.js', scripts: { start: 'node index.js' } }),
    { path: 'Dockerfile', text: DOCKERFILE },
  ],
  project: (app) => [emitCompose(app), ...emitCrontab(app)],
  commands: () => [command('docker', 'compose', '--file', 'http/compose.yaml', 'up', '--build', '--detach')],
};

const DOCKERFILE = `FROM node:22-slim
WORKDIR /function
COPY . .
USER node
EXPOSE 8080
CMD ["node", "index.js"]
`;

/** All units on one network, where each is found by its name: `FAASIFY_ENDPOINT_HTTP=http://{name}:8080`. */
function emitCompose({ units }: ProviderApp): OutputFile {
  const services = Object.fromEntries(units.map((unit) => [unit.name, describeService(unit, unit.folder)]));
  return { path: 'compose.yaml', text: stringify({ services }) };
}

function describeService({ env, settings: { memory } }: ProviderUnit, folder: string) {
  return {
    build: `../${folder}`,
    mem_limit: `${memory}m`,
    environment: ['FAASIFY_KEY', ...env],
    expose: ['8080'],
    restart: 'unless-stopped',
  };
}

/** For whatever has a clock and reaches the servers: nothing in a container runs by itself. */
function emitCrontab({ units }: ProviderApp): OutputFile[] {
  const lines = units.flatMap(({ name, schedules = [] }) =>
    schedules.map(({ fn, cron }) => {
      const ask = `curl -fsS -H "Authorization: Bearer $FAASIFY_KEY" -H 'Content-Type: application/json'`;
      return `${cron} ${ask} -d '${emitRun(fn)}' http://${name}:8080/`;
    }),
  );
  if (lines.length === 0) return [];
  const head = [
    '# In UTC. FAASIFY_KEY is that of the servers, which are found by their names on the network of compose.yaml.',
    'CRON_TZ=UTC',
  ];
  return [{ path: 'crontab', text: `${[...head, ...lines].join('\n')}\n` }];
}
