import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { provider } from '../../src/providers/openfaas.ts';
import { describeCheckout } from './checkout.ts';
import { describeApp, LOOPBACK, type ProviderRuntime, type StartedUnit, startEach, startNode } from './runtime.ts';

/** `OPENFAAS_RUNTIME=<clone of openfaas/templates>/template/node22`. Its Dockerfile puts the function below `function/`. */
export const runtime: ProviderRuntime = {
  target: 'openfaas',
  packages: [],
  variable: 'OPENFAAS_RUNTIME',
  start: ({ units, home, scratch }) =>
    startEach(
      units,
      describeCheckout('openfaas/templates node22', home),
      (unit, port) => {
        const { name, folder } = unit;
        const app = join(scratch, 'containers', name);
        mkdirSync(app, { recursive: true });
        cpSync(join(home, 'index.js'), join(app, 'index.js'));
        symlinkSync(join(home, 'node_modules'), join(app, 'node_modules'));
        cpSync(folder, join(app, 'function'), { recursive: true });
        return startNode(['-r', LOOPBACK, 'index.js'], app, { ...readEnvironment(unit), http_port: `${port}` });
      },
      '/',
      { prefix: '/function' },
    ),
};

/** As stack.yml has it. */
function readEnvironment(unit: StartedUnit): Record<string, string> {
  const [file] = provider.project?.(describeApp([unit])) ?? [];
  const { functions }: { functions: Record<string, { environment: Record<string, string> }> } = parse(file?.text ?? '');
  return functions[unit.name]?.environment ?? {};
}
