import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { OutputFile } from '../types.ts';
import { emitPackageJson } from './package-json.ts';
import type { Provider, ProviderApp } from './provider.ts';

const MB = 1024 * 1024;

/** Megabytes of a request, for which the environment has a variable; 1 without it. */
const MAX_BODY = 64;

const ENVIRONMENT = 'faasify-node';
const API = { apiVersion: 'fission.io/v1' };

export const provider: Provider = {
  name: 'fission',
  title: 'Fission',
  limits: {
    zip: Number.POSITIVE_INFINITY,
    unpacked: Number.POSITIVE_INFINITY,
    payload: MAX_BODY * MB,
    memory: { min: 16, max: Number.POSITIVE_INFINITY },
    timeout: Number.POSITIVE_INFINITY,
    source: 'BODY_PARSER_LIMIT in the spec of the environment, fission/environments of 2026-06',
  },
  unitName: { pattern: /^[a-z]([a-z0-9-]*[a-z0-9])?$/, maxLength: 63 },
  entry: { file: 'index.mjs', format: 'esm' },
  files: ({ name }) => [emitPackageJson({ name, main: 'index.mjs' })],
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
  const image = 'ghcr.io/fission/node-env-22';
  const env = [{ name: 'BODY_PARSER_LIMIT', value: `${MAX_BODY}mb` }];
  return toSpec('env-node.yaml', {
    ...API,
    kind: 'Environment',
    metadata: { name: ENVIRONMENT, namespace: 'default' },
    spec: { version: 3, poolsize: 3, runtime: { image, container: { name: ENVIRONMENT, env } } },
  });
}

/** One call at a time for each pod. */
function describeUnit({ name, settings: { memory, timeout }, package: zip }: ProviderApp['units'][number]): OutputFile {
  const environment = { name: ENVIRONMENT, namespace: 'default' };
  return toSpec(
    `function-${name}.yaml`,
    { kind: 'ArchiveUploadSpec', name: `${name}-zip`, include: [zip] },
    {
      ...API,
      kind: 'Package',
      metadata: { name, namespace: 'default' },
      spec: { environment, deployment: { type: 'url', url: `archive://${name}-zip` } },
    },
    {
      ...API,
      kind: 'Function',
      metadata: { name, namespace: 'default' },
      spec: {
        environment,
        package: { functionName: 'index', packageref: { name, namespace: 'default' } },
        functionTimeout: timeout,
        requestsPerPod: 1,
        resources: { limits: { memory: `${memory}Mi` } },
        InvokeStrategy: { StrategyType: 'execution', ExecutionStrategy: { ExecutorType: 'poolmgr' } },
      },
    },
  );
}
