import { emitPackageJson } from './package-json.ts';
import type { Provider, ProviderApp } from './provider.ts';
import { openScaleway } from './scaleway-store.ts';
import { command } from './shell.ts';

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
  unitName: { pattern: /^[a-z]([a-z0-9-]*[a-z0-9])?$/, maxLength: 34 },
  entry: { file: 'handler.js', format: 'esm' },
  files: ({ name }) => [emitPackageJson({ name, main: 'handler.js' })],
  openStore: (request) => openScaleway(request, RUNTIME),
  commands: ({ units }) => [
    ': "${SCW_FUNCTION_NAMESPACE:?the id of the namespace: scw function namespace list}"',
    ...units.flatMap(deploy),
    '# Who calls private functions sends a token: scw function token create namespace-id="$SCW_FUNCTION_NAMESPACE"',
  ],
};

/** `handler.handle` is what a new function calls; what else there is to be set takes a second step. */
function deploy({ name, package: zip, settings: { memory, timeout, region } }: ProviderApp['units'][number]): string[] {
  const namespace = 'namespace-id="$SCW_FUNCTION_NAMESPACE"';
  const at = region === undefined ? [] : [`region=${region}`];
  const list = command('scw', 'function', 'function', 'list', `name=${name}`, ...at, '-o', 'template={{ .ID }}');
  return [
    `${command('scw', 'function', 'deploy', `name=${name}`, `runtime=${RUNTIME}`, `zip-file=${zip}`, ...at)} ${namespace}`,
    `scw function function update "$(${list} ${namespace})" ${command('handler=handler.handle', 'privacy=private', `memory-limit=${memory}`, `timeout=${timeout}s`, ...at)}`,
  ];
}
