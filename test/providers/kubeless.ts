import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describeCheckout } from './checkout.ts';
import { LOOPBACK, type ProviderRuntime, startEach, startNode } from './runtime.ts';

/** `KUBELESS_RUNTIME=<clone of kubeless/runtimes>/stable/nodejs`. The function lies in `kubeless/` beside the folder of the runtime. */
export const runtime: ProviderRuntime = {
  target: 'kubeless',
  packages: [],
  variable: 'KUBELESS_RUNTIME',
  start: ({ units, home, scratch }) =>
    startEach(units, describeCheckout('kubeless/runtimes nodejs', home), ({ name, folder }, port) => {
      const container = join(scratch, 'containers', name);
      const own = join(container, 'kubeless_rt');
      mkdirSync(own, { recursive: true });
      cpSync(join(home, 'kubeless.js'), join(own, 'kubeless.js'));
      cpSync(join(home, 'lib'), join(own, 'lib'), { recursive: true });
      symlinkSync(join(home, 'node_modules'), join(own, 'node_modules'));
      cpSync(folder, join(container, 'kubeless'), { recursive: true });
      return startNode(['-r', LOOPBACK, 'kubeless.js'], own, {
        MOD_NAME: 'index',
        FUNC_HANDLER: 'main',
        FUNC_PORT: `${port}`,
        REQ_MB_LIMIT: '64',
      });
    }),
};
