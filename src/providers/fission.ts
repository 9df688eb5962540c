import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { OutputFile } from '../types.ts';
import { API, describeFunction, emitEnvironment, MAX_BODY, NAMESPACE } from './api/fission-spec.ts';
import { openFission } from './api/fission-store.ts';
import { emitPackageJson } from './package-json.ts';
import { NO_LIMITS, type Provider, type ProviderApp, type ProviderUnit } from './provider.ts';

const MB = 1024 * 1024;

const ENVIRONMENT = 'faasify-node';

export const provider: Provider = {
  name: 'fission',
  title: 'Fission',
  limits: {
    ...NO_LIMITS,
    payload: MAX_BODY * MB,
    source: 'BODY_PARSER_LIMIT in the spec of the environment, fission/environments of 2026-06',
  },
  unitName: { pattern: /^[a-z]([a-z0-9-]*[a-z0-9])?$/, maxLength: 63 },
  entry: { file: 'index.mjs', format: 'esm' },
  files: ({ name }) => [emitPackageJson({ name, main: 'index.mjs' })],
  openStore: openFission,
  starts: { http: true, schedule: 'cron', apart: true },
  project: (app) => [describeDeployment(app), describeEnvironment(), ...app.units.map(describeUnit)],
  commands: () => ['fission spec apply --specdir fission --wait'],
};

function toSpec(path: string, ...documents: object[]): OutputFile {
  return { path, text: documents.map((document) => stringify(document)).join('---\n') };
}

/** The id says what of the cluster belongs to this: of what is not described any more Fission takes away only that. */
function describeDeployment({ name = 'faasify' }: ProviderApp): OutputFile {
  const hash = createHash('sha256').update(`faasify ${name}`).digest('hex');
  const uid = hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
  return toSpec('fission-deployment-config.yaml', { ...API, kind: 'DeploymentConfig', name, uid });
}

function describeEnvironment(): OutputFile {
  return toSpec('env-node.yaml', {
    ...API,
    kind: 'Environment',
    metadata: { name: ENVIRONMENT, namespace: NAMESPACE },
    spec: emitEnvironment(ENVIRONMENT),
  });
}

function describeUnit(unit: ProviderApp['units'][number]): OutputFile {
  const { name, settings, package: zip } = unit;
  const metadata = { name, namespace: NAMESPACE };
  const environment = { name: ENVIRONMENT, namespace: NAMESPACE };
  return toSpec(
    `function-${name}.yaml`,
    { kind: 'ArchiveUploadSpec', name: `${name}-zip`, include: [zip] },
    {
      ...API,
      kind: 'Package',
      metadata,
      spec: { environment, deployment: { type: 'url', url: `archive://${name}-zip` } },
    },
    { ...API, kind: 'Function', metadata, spec: describeFunction(name, settings, ENVIRONMENT) },
    ...describeTriggers(unit),
  );
}

/** Names of the time triggers are how the function knows which one it was. */
function describeTriggers({ name, routes = [], schedules = [] }: ProviderUnit): object[] {
  const functionref = { type: 'name', name };
  const place = (own: string) => ({ metadata: { name: own, namespace: NAMESPACE } });
  return [
    ...routes.map((key, index) => {
      const [method, relativeurl] = key.split(' ');
      return {
        ...API,
        kind: 'HTTPTrigger',
        ...place(`${name}-web-${index}`),
        spec: { functionref, methods: [method], relativeurl },
      };
    }),
    ...schedules.map(({ cron }, index) => {
      return { ...API, kind: 'TimeTrigger', ...place(`${name}-run-${index}`), spec: { functionref, cron } };
    }),
  ];
}
