import { readGoogleCode } from './api/gcf-code.ts';
import { openFunctions, RESERVED } from './api/gcf-store.ts';
import { findDeadline } from './api/google-starts.ts';
import { emitPackageJson } from './package-json.ts';
import type { Provider, ProviderSchedule, ProviderUnit } from './provider.ts';
import { command } from './shell.ts';
import { emitRun } from './starts.ts';
import { listVariables } from './variables.ts';

const MB = 1024 * 1024;
const RUNTIME = 'nodejs22';

/** Room for `-event`, behind the name under which the framework has the function for events. */
const MAX_NAME = 63 - '-event'.length;

/** Second generation, which runs on Cloud Run. */
export const provider: Provider = {
  name: 'gcf',
  title: 'Google Cloud Functions',
  limits: {
    zip: 100 * MB,
    unpacked: 500 * MB,
    payload: 32 * MB,
    memory: { min: 128, max: 32 * 1024 },
    timeout: 3600,
    source: 'Cloud Run functions quotas, 2026-11',
  },
  unitName: { pattern: /^[a-z]([a-z0-9-]*[a-z0-9])?$/, maxLength: MAX_NAME },
  entry: { file: 'index.js', format: 'esm' },
  prices: {
    perCall: (memory, seconds) => 0.4e-6 + seconds * ((memory / 1024) * 0.0000025 + findGigahertz(memory) * 0.00001),
    source: 'Cloud Functions pricing, first generation, 2024-09',
  },
  starts: { http: true, schedule: 'cron' },
  files: ({ name }) => [
    emitPackageJson({ name, main: 'index.js', dependencies: { '@google-cloud/functions-framework': '5.0.5' } }),
    { path: '.gcloudignore', text: '# everything belongs to the function\n' },
  ],
  openStore: (request) => openFunctions(request, RUNTIME),
  readCode: readGoogleCode,
  commands: ({ units }) => [
    ...(listVariables(units, RESERVED).length > 0 ? WITH_VARIABLES : []),
    ...units.flatMap((unit) => [
      ...writeVariables(unit),
      deploy(unit, unit.folder),
      ...(unit.routes ? [deploy(unit, unit.folder, '-web')] : []),
      ...(unit.schedules ?? []).flatMap((schedule, index) => emitJob(unit, schedule, index)),
    ]),
    '# The same code takes events: --entry-point=<name>-event with --trigger-topic=… or --trigger-event-filters=… instead of --trigger-http',
  ],
};

/** What came with so many MB; the second generation lets it be chosen. */
function findGigahertz(memory: number): number {
  const [, gigahertz = 4.8] = GIGAHERTZ.find(([most]) => memory <= most) ?? [];
  return gigahertz;
}

const GIGAHERTZ = [
  [128, 0.2],
  [256, 0.4],
  [512, 0.8],
  [1024, 1.4],
  [2048, 2.4],
] as const;

/** A file for their values, which are on no command line. */
const WITH_VARIABLES = [
  'variables="$(mktemp)"',
  `trap 'rm -f "$variables"' EXIT`,
  `write_variables() { node -e 'const { argv, env } = process; console.log(JSON.stringify(Object.fromEntries(argv.slice(1).filter((name) => name in env).map((name) => [name, env[name]]))))' "$@" > "$variables"; }`,
];

function writeVariables(unit: ProviderUnit): string[] {
  const names = listVariables([unit], RESERVED);
  return names.length > 0 ? [command('write_variables', ...names)] : [];
}

/**
 * Private, and one call at a time: that is what the units are made for. `-web`: the same once more, for requests to addresses, which
 * anybody may send.
 */
function deploy(unit: ProviderUnit, folder: string, suffix: '' | '-web' = ''): string {
  const { name, settings } = unit;
  const { memory, timeout, region } = settings;
  const line = command(
    ...[
      'gcloud',
      'functions',
      'deploy',
      `${name}${suffix}`,
      '--gen2',
      region && `--region=${region}`,
      `--runtime=${RUNTIME}`,
    ],
    ...[`--source=${folder}`, `--entry-point=${name}${suffix}`, '--trigger-http'],
    suffix === '' ? '--no-allow-unauthenticated' : '--allow-unauthenticated',
    ...[`--memory=${memory}Mi`, `--timeout=${timeout}s`, '--concurrency=1', '--quiet'],
  );
  return writeVariables(unit).length > 0 ? `${line} --env-vars-file="$variables"` : line;
}

/** Cloud Scheduler calls it as an account that may: one that is there is changed. */
function emitJob(
  { name, settings: { region, timeout } }: ProviderUnit,
  { fn, cron }: ProviderSchedule,
  index: number,
): string[] {
  const at = region === undefined ? [] : [`--location=${region}`];
  const where = command(
    'gcloud',
    'functions',
    'describe',
    name,
    '--gen2',
    region && `--region=${region}`,
    '--format=value(url)',
  );
  const job = command(
    ...[`${name}-run-${index}`, ...at, `--schedule=${cron}`, '--time-zone=Etc/UTC', '--http-method=POST'],
    ...[`--message-body=${emitRun(fn)}`, `--attempt-deadline=${findDeadline(timeout)}s`, '--quiet'],
  );
  const rest = `${job} --uri="$(${where})" --oidc-service-account-email="$FAASIFY_SCHEDULER"`;
  const type = command('Content-Type=application/json');
  return [
    ': "${FAASIFY_SCHEDULER:?the service account that calls by the clock, with the role Cloud Run Invoker}"',
    `gcloud scheduler jobs update http ${rest} --update-headers=${type} || gcloud scheduler jobs create http ${rest} --headers=${type}`,
  ];
}
