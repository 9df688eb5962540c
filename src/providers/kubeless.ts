import { emitPackageJson } from './package-json.ts';
import { NO_LIMITS, type Provider, type ProviderApp } from './provider.ts';
import { command } from './shell.ts';
import { collectOptions, listVariables } from './variables.ts';

const MB = 1024 * 1024;

/** Megabytes of a request, for which the runtime has a variable; 1 without it. */
const MAX_BODY = 64;

export const provider: Provider = {
  name: 'kubeless',
  title: 'Kubeless',
  limits: {
    ...NO_LIMITS,
    /** As base64 it is part of an object of Kubernetes, which has at most 1 MB. */
    zip: 0.75 * MB,
    payload: MAX_BODY * MB,
    source: 'REQ_MB_LIMIT of kubeless/runtimes of 2021-01, objects of Kubernetes',
  },
  unitName: { pattern: /^[a-z]([a-z0-9-]*[a-z0-9])?$/, maxLength: 63 },
  entry: { file: 'index.js', format: 'cjs' },
  files: ({ name }) => [emitPackageJson({ name, type: 'commonjs', main: 'index.js' })],
  commands: ({ units }) => [
    '# The images of Kubeless end with Node 14, units need 20: build stable/nodejs of kubeless/runtimes on that, and name it here.',
    ': "${KUBELESS_NODE_IMAGE:?an image of the nodejs runtime with Node 20}"',
    ...units.flatMap(deploy),
  ],
};

function deploy(unit: ProviderApp['units'][number]): string[] {
  const { name, settings, package: zip } = unit;
  const { memory, timeout } = settings;
  const variables = collectOptions(listVariables([unit]), (variable) => `--env "${variable}=$${variable}"`);
  const options = command(
    ...[name, '--runtime', 'nodejs14', '--handler', 'index.main', '--from-file', zip],
    ...['--env', `REQ_MB_LIMIT=${MAX_BODY}`, '--timeout', `${timeout}`, '--memory', `${memory}Mi`],
  );
  const all = `${options} --runtime-image "$KUBELESS_NODE_IMAGE"${variables.length > 0 ? ' "$@"' : ''}`;
  return [
    ...variables,
    `kubeless function update ${all} || kubeless function deploy ${all}`,
    `kubeless trigger http create ${name} --function-name ${name} --path ${name} || true`,
  ];
}
