import { stringify } from 'yaml';
import { emitPackageJson } from './package-json.ts';
import { NO_LIMITS, type Provider, type ProviderUnit } from './provider.ts';
import { collectOptions, listVariables } from './variables.ts';

const MB = 1024 * 1024;

/** Megabytes of a request, for which the template has a variable; 0.1 without it. */
const MAX_JSON = 64;

export const provider: Provider = {
  name: 'openfaas',
  title: 'OpenFaaS',
  limits: {
    ...NO_LIMITS,
    payload: MAX_JSON * MB,
    source: 'MAX_JSON_SIZE in stack.yml, openfaas/templates node22 of 2025-06',
  },
  unitName: { pattern: /^[a-z]([a-z0-9-]*[a-z0-9])?$/, maxLength: 63 },
  entry: { file: 'handler.js', format: 'cjs' },
  files: ({ name }) => [
    emitPackageJson({ name, type: 'commonjs', main: 'handler.js', scripts: { test: 'node --check handler.js' } }),
  ],
  starts: { http: true, schedule: 'cron', oneSchedule: true, taken: ['POST /'] },
  project: ({ units }) => {
    const functions = units.map((unit) => [unit.name, describe(unit, unit.folder)]);
    const text = stringify({
      version: 1,
      provider: { name: 'openfaas', gateway: 'http://127.0.0.1:8080' },
      functions: Object.fromEntries(functions),
    });
    return [{ path: 'stack.yml', text: `# faas-cli up --yaml openfaas/stack.yml\n${text}` }];
  },
  commands: ({ units }) => {
    const variables = collectOptions(listVariables(units), (name) => `--env "${name}=$${name}"`);
    const up = `faas-cli up --yaml openfaas/stack.yml${variables.length > 0 ? ' "$@"' : ''}`;
    return ['faas-cli template store pull node22', ...variables, up];
  },
};

/** Images go where OPENFAAS_PREFIX says. The watchdog ends what takes longer; it waits some more for what is on its way. */
function describe(unit: ProviderUnit, folder: string): object {
  const { name, settings, routes, schedules = [] } = unit;
  const { memory, timeout } = settings;
  const [scheduled] = schedules;
  const wait = `${timeout + 5}s`;
  return {
    lang: 'node22',
    handler: `./${folder}`,
    image: `\${OPENFAAS_PREFIX:-faasify}/${name}:latest`,
    environment: {
      MAX_JSON_SIZE: `${MAX_JSON}mb`,
      ...((routes || scheduled) && { RAW_BODY: 'true', MAX_RAW_SIZE: `${MAX_JSON}mb` }),
      exec_timeout: `${timeout}s`,
      read_timeout: wait,
      write_timeout: wait,
    },
    limits: { memory: `${memory}Mi` },
    // https://docs.openfaas.com/reference/cron/
    ...(scheduled && { annotations: { topic: 'cron-function', schedule: scheduled.cron } }),
  };
}
