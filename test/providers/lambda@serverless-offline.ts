import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPort } from '../harness/ports.ts';
import { toVersion } from './beside-packages.ts';
import { type ProviderRuntime, type StartedUnit, startNode, waitForServer } from './runtime.ts';

const OFFLINE = 'serverless-offline@14.8.2';
/** Serverless 3, as it is kept going: that of today wants an account. */
const FRAMEWORK = 'osls@4.3.1';

/** Nobody looks at them; with keys calls are for functions by their names at AWS. */
const AWS = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'of-the-tests', AWS_SECRET_ACCESS_KEY: 'of-the-tests' };

/** What many have AWS Lambda replaced by on their machines: handlers in threads of its own, behind its Invoke API. */
export const runtime: ProviderRuntime = {
  target: 'lambda',
  as: 'serverless-offline',
  packages: ['--legacy-peer-deps', FRAMEWORK, OFFLINE],
  async start({ units, home, scratch }) {
    const folder = join(scratch, 'service');
    mkdirSync(folder, { recursive: true });
    symlinkSync(join(home, 'node_modules'), join(folder, 'node_modules'));
    for (const unit of units) cpSync(unit.folder, join(folder, unit.name), { recursive: true });
    writeFileSync(join(folder, 'serverless.json'), JSON.stringify(describeService(units)));
    const port = await findPort();
    const env = { ...AWS, AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${port}`, SLS_TELEMETRY_DISABLED: '1' };
    const options = ['--host', '127.0.0.1', '--lambdaPort', `${port}`, '--noSponsor'];
    const program = join(home, 'node_modules/osls/bin/serverless.js');
    const process = startNode([program, 'offline', 'start', ...options], folder, env);
    await waitForServer(port, process, 120);
    const version = `${toVersion(OFFLINE)}, ${toVersion(FRAMEWORK)}`;
    return { endpoint: env.AWS_ENDPOINT_URL_LAMBDA, env, version, stop: process.stop };
  },
};

/** https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml */
function describeService(units: readonly StartedUnit[]): object {
  const functions = units.map(({ name }) => [name, { name, handler: `${name}/handler.handler` }] as const);
  return {
    service: 'matrix',
    provider: { name: 'aws', runtime: 'nodejs20.x', region: AWS.AWS_REGION, memorySize: 512, timeout: 30 },
    plugins: ['serverless-offline'],
    functions: Object.fromEntries(functions),
  };
}
