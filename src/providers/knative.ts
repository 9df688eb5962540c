import { stringify } from 'yaml';
import type { OutputFile } from '../types.ts';
import { emitPackageJson } from './package-json.ts';
import { NO_LIMITS, type Provider, type ProviderApp, type ProviderUnit } from './provider.ts';
import { command, quote } from './shell.ts';
import { emitRun } from './starts.ts';
import { collectOptions, listVariables } from './variables.ts';

const MB = 1024 * 1024;

/** Bytes of a request that the runtime reads, which is 1 MB where nothing is said. */
const PAYLOAD = 100 * MB;

/** Knative Functions: `func` builds a container around the runtime for Node. */
export const provider: Provider = {
  name: 'knative',
  title: 'Knative Functions',
  limits: {
    ...NO_LIMITS,
    payload: PAYLOAD,
    memory: { min: 32, max: Number.POSITIVE_INFINITY },
    timeout: 600,
    source: 'Knative Serving max-revision-timeout-seconds, faas-js-runtime 3.0.2 and 4.0.1, 2026-11',
  },
  unitName: { pattern: /^[a-z]([a-z0-9-]*[a-z0-9])?$/, maxLength: 63 },
  entry: { file: 'index.js', format: 'esm' },
  starts: { schedule: 'cron', lacks: { http: 'its runtime answers requests to / only' } },
  project: (app) => emitSources(app),
  files: (unit) => [
    emitPackageJson({
      name: unit.name,
      main: 'index.js',
      scripts: { start: 'faas-js-runtime ./index.js' },
      dependencies: { 'faas-js-runtime': '4.0.1' },
    }),
    { path: 'func.yaml', text: emitConfiguration(unit) },
  ],
  commands: ({ units }) => [
    ': "${FUNC_REGISTRY:?the registry for images, like ghcr.io/alice}"',
    ...units.flatMap((unit) => {
      const { name, folder, settings } = unit;
      const patch = patchTimeout(settings.timeout);
      // func keeps what it is told in func.yaml, and reads the value itself when it deploys.
      const variables = collectOptions(listVariables([unit]), (one) => `--env ${quote(`${one}={{ env:${one} }}`)}`);
      return [
        ...variables,
        `${command('func', 'deploy', '--path', folder)}${variables.length > 0 ? ' "$@"' : ''}`,
        command('kubectl', 'patch', 'services.serving.knative.dev', name, '--type=merge', '-p', patch),
      ];
    }),
    ...(units.some(({ schedules }) => schedules) ? ['kubectl apply --filename knative/sources.yaml'] : []),
  ],
};

/** https://github.com/knative/func/blob/main/schema/func_yaml-schema.json; it wants a time of creation, which is always the same. */
function emitConfiguration({ name, settings: { memory } }: ProviderUnit): string {
  const resources = { requests: { memory: `${memory}Mi` }, limits: { memory: `${memory}Mi`, concurrency: 1 } };
  return stringify({
    specVersion: '0.36.0',
    name,
    runtime: 'node',
    created: '2026-01-01T00:00:00Z',
    run: { envs: [{ name: 'FUNC_BODY_LIMIT', value: `${PAYLOAD}` }] },
    deploy: { options: { resources } },
  });
}

/** func.yaml has no place for it. */
function patchTimeout(timeoutSeconds: number): string {
  return JSON.stringify({ spec: { template: { spec: { timeoutSeconds } } } });
}

/** What runs by the clock is an event with a call, from a source for each: https://knative.dev/docs/eventing/sources/ping-source/ */
function emitSources({ units }: ProviderApp): OutputFile[] {
  const sources = units.flatMap(({ name, schedules = [] }) =>
    schedules.map(({ fn, cron }, index) => ({
      apiVersion: 'sources.knative.dev/v1',
      kind: 'PingSource',
      metadata: { name: `${name}-run-${index}` },
      spec: {
        schedule: cron,
        timezone: 'Etc/UTC',
        contentType: 'application/json',
        data: emitRun(fn),
        sink: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name } },
      },
    })),
  );
  return sources.length === 0
    ? []
    : [{ path: 'sources.yaml', text: sources.map((one) => stringify(one)).join('---\n') }];
}
