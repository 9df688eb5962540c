import { stringify } from 'yaml';
import { openActions, PROVIDE_KEY } from './api/openwhisk-store.ts';
import { emitPackageJson } from './package-json.ts';
import type { Provider, ProviderSchedule, ProviderUnit } from './provider.ts';
import { command } from './shell.ts';
import { emitRun } from './starts.ts';

const MB = 1024 * 1024;
const RUNTIME = 'nodejs:20';

/** Also where others run it: IBM did until 2024, and DigitalOcean's functions are its actions (there up to 1 GB and 15 minutes). */
export const provider: Provider = {
  name: 'openwhisk',
  title: 'Apache OpenWhisk',
  limits: {
    zip: 48 * MB,
    unpacked: Number.POSITIVE_INFINITY,
    payload: MB,
    memory: { min: 128, max: 512 },
    timeout: 60,
    source: 'OpenWhisk docs/reference.md, and the minute that a call waits, 2026-11',
  },
  unitName: { pattern: /^\w([\w-]*\w)?$/, maxLength: 256 },
  entry: { file: 'index.js', format: 'cjs' },
  files: ({ name }) => [emitPackageJson({ name, type: 'commonjs', main: 'index.js' })],
  openStore: ({ env }) => openActions(env, RUNTIME),
  project: ({ units }) => {
    const actions = units.map((unit) => [unit.name, describe(unit, unit.package)]);
    const text = stringify({ packages: { default: { actions: Object.fromEntries(actions) } } });
    return [{ path: 'manifest.yaml', text: `# wskdeploy --manifest openwhisk/manifest.yaml\n${text}` }];
  },
  starts: { schedule: 'cron' },
  commands: ({ units }) =>
    units.flatMap(({ name, settings: { memory, timeout }, package: zip, isCaller, schedules = [] }) => [
      command(
        ...['wsk', 'action', 'update', name, zip, '--kind', RUNTIME],
        ...['--memory', `${memory}`, '--timeout', `${timeout * 1000}`],
        ...(isCaller ? ['--annotation', PROVIDE_KEY, 'true'] : []),
      ),
      ...schedules.flatMap((schedule, index) => emitAlarm(name, schedule, index)),
    ]),
};

/** From where the manifest lies. */
function describe({ settings: { memory, timeout }, isCaller }: ProviderUnit, zip: string): object {
  return {
    function: `../${zip}`,
    runtime: RUNTIME,
    limits: { memorySize: memory, timeout: timeout * 1000 },
    ...(isCaller && { annotations: { [PROVIDE_KEY]: true } }),
  };
}

/** A trigger that the package of alarms fires, and a rule that leads to the action: https://github.com/apache/openwhisk-package-alarms */
function emitAlarm(name: string, { fn, cron }: ProviderSchedule, index: number): string[] {
  const own = `${name}-run-${index}`;
  const feed = [
    '--feed',
    '/whisk.system/alarms/alarm',
    '--param',
    'cron',
    cron,
    '--param',
    'trigger_payload',
    emitRun(fn),
  ];
  return [
    `${command('wsk', 'trigger', 'delete', own)} > /dev/null 2>&1 || true`,
    command('wsk', 'trigger', 'create', own, ...feed),
    command('wsk', 'rule', 'update', own, own, name),
  ];
}
