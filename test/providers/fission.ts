import { join } from 'node:path';
import { describeCheckout } from './checkout.ts';
import { LOOPBACK, type ProviderRuntime, startEach, startNode } from './runtime.ts';

/** `FISSION_RUNTIME=<clone of fission/environments>/nodejs`. A generic container becomes that of a function when it is told so. */
export const runtime: ProviderRuntime = {
  target: 'fission',
  packages: [],
  variable: 'FISSION_RUNTIME',
  start: ({ units, home }) =>
    startEach(
      units,
      describeCheckout('fission/environments nodejs', home),
      ({ folder }, port) =>
        startNode(['-r', LOOPBACK, join(home, 'server.js'), `--port=${port}`], folder, {
          LOG_LEVEL: 'error',
          BODY_PARSER_LIMIT: '64mb',
        }),
      '/',
      { prefix: '/fission-function', prepare: specialize },
    ),
};

async function specialize({ folder }: { folder: string }, address: string): Promise<void> {
  const body = JSON.stringify({ filepath: folder, functionName: 'index' });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${address}/v2/specialize`, { method: 'POST', headers, body });
  if (answer.status !== 202) throw new Error(`${folder} cannot be loaded: ${answer.status} ${await answer.text()}`);
}
