import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serve } from '../../src/commands/serve.ts';
import { findRuntimeClient } from '../../src/host/runtime/client-choice.ts';
import { ROOT } from '../harness/cases.ts';
import type { ProviderRuntime } from './runtime.ts';

/**
 * Amazon's own client, which compiles a part of itself: FAASIFY_RIC names a folder with it, the last of FAASIFY_NODES the Node that it
 * runs in. The Runtime API that it asks, and the Invoke API in front of that, are ours.
 */
export const runtime: ProviderRuntime = {
  target: 'lambda',
  packages: [],
  variable: 'FAASIFY_RIC',
  async start({ out = '', home }) {
    const node = process.env.FAASIFY_NODES?.split(',').at(-1);
    const client = findRuntimeClient('ric', [home], ROOT, { FAASIFY_NODE: node });
    const serving = await serve({ out, cwd: out, port: 0, client, env: process.env });
    return {
      endpoint: serving.url,
      env: { FAASIFY_ENDPOINT: serving.url },
      version: `aws-lambda-ric ${readVersion(home)}, Node ${client.major}`,
      stop: serving.close,
    };
  },
};

function readVersion(home: string): string {
  const text = readFileSync(join(home, 'node_modules/aws-lambda-ric/package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
