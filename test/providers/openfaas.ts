import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describeCheckout } from './checkout.ts';
import { LOOPBACK, type ProviderRuntime, startEach, startNode } from './runtime.ts';

/** `OPENFAAS_RUNTIME=<clone of openfaas/templates>/template/node22`. Its Dockerfile puts the function below `function/`. */
export const runtime: ProviderRuntime = {
  target: 'openfaas',
  packages: [],
  variable: 'OPENFAAS_RUNTIME',
  start: ({ units, home, scratch }) =>
    startEach(
      units,
      describeCheckout('openfaas/templates node22', home),
      ({ name, folder }, port) => {
        const app = join(scratch, 'containers', name);
        mkdirSync(app, { recursive: true });
        cpSync(join(home, 'index.js'), join(app, 'index.js'));
        symlinkSync(join(home, 'node_modules'), join(app, 'node_modules'));
        cpSync(folder, join(app, 'function'), { recursive: true });
        return startNode(['-r', LOOPBACK, 'index.js'], app, { http_port: `${port}`, MAX_JSON_SIZE: '64mb' });
      },
      '/',
      { prefix: '/function' },
    ),
};
