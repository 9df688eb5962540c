import { stringify } from 'yaml';
import { emitPackageJson } from './package-json.ts';
import { NO_LIMITS, type Provider, type ProviderUnit } from './provider.ts';
import { command } from './shell.ts';
import { listVariables, whereSet } from './variables.ts';

const MB = 1024 * 1024;

/** Fn, on a server of one's own. */
export const provider: Provider = {
  name: 'fn',
  title: 'Fn',
  limits: {
    ...NO_LIMITS,
    payload: 6 * MB,
    memory: { min: 1, max: 8 * 1024 },
    timeout: 300,
    source: 'fnproject/fn api/models/fn.go, 2025-09; payload as at Oracle, the server has none of its own',
  },
  unitName: { pattern: /^[A-Za-z0-9_-]+$/, maxLength: 255 },
  starts: { lacks: { http: 'a trigger of Fn has one path, without names in it', schedule: 'its server has no clock' } },
  entry: { file: 'func.js', format: 'esm' },
  files: (unit) => [
    emitPackageJson({ name: unit.name, main: 'func.js', dependencies: { '@fnproject/fdk': '0.0.76' } }),
    { path: 'func.yaml', text: emitConfiguration(unit) },
  ],
  commands: ({ name = 'faasify', units }) =>
    units.flatMap((unit) => [
      `${command('fn', 'deploy', '--app', name, '--create-app', '--no-bump', '--working-dir')} "$PWD/${unit.folder}"`,
      ...listVariables([unit], /^FN_/).map((variable) =>
        whereSet(variable, `${command('fn', 'config', 'function', name, unit.name, variable)} "$${variable}"`),
      ),
    ]),
};

/** With a trigger, under whose address the function is found by its name: `/t/<app>/<name>`. */
function emitConfiguration({ name, settings: { memory, timeout } }: ProviderUnit): string {
  return stringify({
    schema_version: 20180708,
    name,
    version: '0.0.1',
    runtime: 'node22',
    build_image: 'fnproject/node:22-dev',
    run_image: 'fnproject/node:22',
    entrypoint: 'node func.js',
    memory,
    timeout,
    triggers: [{ name, type: 'http', source: `/${name}` }],
  });
}
