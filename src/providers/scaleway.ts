import { readScalewayCode } from './api/scaleway-code.ts';
import { openScaleway, RESERVED } from './api/scaleway-store.ts';
import { emitPackageJson } from './package-json.ts';
import type { Provider, ProviderApp, ProviderSchedule } from './provider.ts';
import { command } from './shell.ts';
import { emitRun } from './starts.ts';
import { collectOptions, listVariables } from './variables.ts';

const MB = 1024 * 1024;
const RUNTIME = 'node22';

/** Scaleway Serverless Functions. */
export const provider: Provider = {
  name: 'scaleway',
  title: 'Scaleway Serverless Functions',
  limits: {
    zip: 100 * MB,
    unpacked: 500 * MB,
    payload: 6 * MB,
    memory: { min: 128, max: 4096 },
    timeout: 3600,
    source: 'Scaleway functions limitations, 2025-09',
  },
  unitName: { pattern: /^[a-z]([a-z0-9-]*[a-z0-9])?$/, maxLength: 34 - '-web'.length },
  entry: { file: 'handler.js', format: 'esm' },
  starts: { http: true, schedule: 'cron' },
  files: ({ name }) => [emitPackageJson({ name, main: 'handler.js' })],
  openStore: (request) => openScaleway(request, RUNTIME),
  readCode: readScalewayCode,
  commands: ({ units }) => [
    ': "${SCW_FUNCTION_NAMESPACE:?the id of the namespace: scw function namespace list}"',
    ...units.flatMap((unit) => [
      ...deploy(unit),
      ...(unit.routes ? deploy(unit, '-web') : []),
      ...(unit.schedules ?? []).map((schedule) => emitCron(unit, schedule)),
    ]),
    '# Who calls private functions sends a token: scw function token create namespace-id="$SCW_FUNCTION_NAMESPACE"',
  ],
};

type Unit = ProviderApp['units'][number];

const NAMESPACE = 'namespace-id="$SCW_FUNCTION_NAMESPACE"';

/**
 * `handler.handle` is what a new function calls; what else there is to be set takes a second step. `-web`: the same once more, for
 * requests to addresses, which anybody may send.
 */
function deploy(unit: Unit, suffix: '' | '-web' = ''): string[] {
  const { package: zip, settings } = unit;
  const name = unit.name + suffix;
  const [handler, privacy] = suffix === '' ? ['handle', 'private'] : ['web', 'public'];
  const set = command(
    ...[`handler=handler.${handler}`, `privacy=${privacy}`],
    ...[`memory-limit=${settings.memory}`, `timeout=${settings.timeout}s`, ...regionOf(unit)],
  );
  const variables = listVariables([unit], RESERVED);
  const secrets = collectOptions(variables, (key) => {
    const secret = 'secret-environment-variables.$(($# / 2))';
    return `"${secret}.key=${key}" "${secret}.value=$${key}"`;
  });
  return [
    `${command('scw', 'function', 'deploy', `name=${name}`, `runtime=${RUNTIME}`, `zip-file=${zip}`, ...regionOf(unit))} ${NAMESPACE}`,
    ...secrets,
    `scw function function update "$(${findId(unit, name)})" ${set}${secrets.length > 0 ? ' "$@"' : ''}`,
  ];
}

function regionOf({ settings: { region } }: Unit): string[] {
  return region === undefined ? [] : [`region=${region}`];
}

function findId(unit: Unit, name: string): string {
  const list = command(
    'scw',
    'function',
    'function',
    'list',
    `name=${name}`,
    ...regionOf(unit),
    '-o',
    'template={{ .ID }}',
  );
  return `${list} ${NAMESPACE}`;
}

/** With the same name there is only one, the newer: `args` is what the function is sent. */
function emitCron(unit: Unit, { fn, cron }: ProviderSchedule): string {
  const id = `function-id="$(${findId(unit, unit.name)})"`;
  const [name, ...region] = [`name=${fn.replaceAll(/[^\w-]+/g, '-')}`, ...regionOf(unit)];
  const find = `${command('scw', 'function', 'cron', 'list', ...region, '-o', 'template={{ .ID }} {{ .Name }}')} ${id}`;
  const remove = `${find} | while read -r cron named; do test "$named" != ${command(name.slice('name='.length))} || ${command('scw', 'function', 'cron', 'delete', ...region)} "$cron"; done`;
  const create = command(
    'scw',
    'function',
    'cron',
    'create',
    name,
    `schedule=${cron}`,
    `args=${emitRun(fn)}`,
    ...region,
  );
  return `${remove}\n${create} ${id}`;
}
