import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { placeBesidePackages, toVersion } from './beside-packages.ts';
import { LOOPBACK, type ProviderRuntime, startEach, startNode } from './runtime.ts';

/** The older one is the last that says it runs on Node 20. */
const PACKAGE = process.version.startsWith('v20.') ? 'faas-js-runtime@3.0.2' : 'faas-js-runtime@4.0.1';

/** What `npm start` of a function starts in its container, with the environment of its func.yaml. */
export const runtime: ProviderRuntime = {
  target: 'knative',
  packages: [PACKAGE],
  start(input) {
    const cli = join(input.home, 'node_modules/faas-js-runtime/bin/cli.js');
    return startEach(placeBesidePackages(input), toVersion(PACKAGE), ({ folder }, port) =>
      startNode(['--require', LOOPBACK, cli, './index.js'], folder, {
        ...readEnvironment(folder),
        FUNC_PORT: `${port}`,
      }),
    );
  },
};

function readEnvironment(folder: string): NodeJS.ProcessEnv {
  const { run }: { run: { envs: { name: string; value: string }[] } } = parse(
    readFileSync(join(folder, 'func.yaml'), 'utf8'),
  );
  return Object.fromEntries(run.envs.map(({ name, value }) => [name, value]));
}
