import { openFunctions } from './gcf-store.ts';
import { emitPackageJson } from './package-json.ts';
import type { Provider, ProviderUnit } from './provider.ts';
import { command } from './shell.ts';

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
  files: ({ name }) => [
    emitPackageJson({ name, main: 'index.js', dependencies: { '@google-cloud/functions-framework': '5.0.5' } }),
    { path: '.gcloudignore', text: '# everything belongs to the function\n' },
  ],
  openStore: (request) => openFunctions(request, RUNTIME),
  commands: ({ units }) => [
    ...units.map((unit) => deploy(unit, unit.folder)),
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

/** Private, and one call at a time: that is what the units are made for. */
function deploy({ name, settings: { memory, timeout, region } }: ProviderUnit, folder: string): string {
  return command(
    ...['gcloud', 'functions', 'deploy', name, '--gen2', region && `--region=${region}`, `--runtime=${RUNTIME}`],
    ...[`--source=${folder}`, `--entry-point=${name}`, '--trigger-http', '--no-allow-unauthenticated'],
    ...[`--memory=${memory}Mi`, `--timeout=${timeout}s`, '--concurrency=1', '--quiet'],
  );
}
