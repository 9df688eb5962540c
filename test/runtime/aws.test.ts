import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createProgram, type Program } from '../host/program.ts';
import { signAgain } from './signer.ts';

const UNIT = "export const handler = handle({ 'm#double': { run: (x) => x * 2 } });";
/** Examples of AWS's documentation. */
const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const CREDENTIALS = { accessKeyId: KEYS.AWS_ACCESS_KEY_ID, secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY };
const KEYS_AND_REGION = { ...KEYS, AWS_REGION: 'eu-west-1' };
/** Nothing that this machine or its user has. */
const NOTHING = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_SESSION_TOKEN: '',
  AWS_PROFILE: '',
  AWS_REGION: '',
  AWS_DEFAULT_REGION: '',
  AWS_EC2_METADATA_DISABLED: 'true',
};

interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

let program: Program;
let server: Server;
let port: number;
let home: string;
let received: Received[] = [];
let status = 200;

beforeAll(async () => {
  const deployed = { name: 'shop-double', alias: 'live' };
  program = await createProgram({
    target: 'lambda',
    units: {
      double: { source: UNIT, deployed, cuts: [{ fn: 'm#double' }] },
      far: { source: UNIT, deployed, settings: { region: 'eu-central-1' }, cuts: [{ fn: 'm#far' }] },
      env: { source: UNIT, deployed, cuts: [{ fn: 'm#env', env: ['OWN', 'KEY'], given: ['KEY'] }] },
    },
  });
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(program.folder, 'node_modules'));
  home = mkdtempSync(join(tmpdir(), 'faasify-home-'));
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ path: request.url ?? '', headers: request.headers, body });
    response.writeHead(status).end(status === 200 ? '{"ret":4}' : '{"message":"The security token is expired"}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  received = [];
  status = 200;
});
afterAll(() => {
  server.close();
  program.remove();
  rmSync(home, { recursive: true, force: true });
});

/** What a call of `m#double` gives, or its error's code, text and whether it may have run. */
async function call(env: Record<string, string>, fn = 'm#double'): Promise<unknown> {
  const { stdout, stderr } = await program.run(
    `try { console.log(JSON.stringify(cut('${fn}', [2]).ret)); }
     catch ({ code, message, mayHaveRun }) { console.log(JSON.stringify({ code, message, mayHaveRun })); }`,
    { ...NOTHING, HOME: home, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, ...env },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('a call to AWS', () => {
  it('goes to the alias of the deployed function, signed', async () => {
    expect(await call({ ...KEYS, AWS_REGION: 'eu-west-1' })).toBe(4);
    const [request] = received;
    expect(request?.path).toBe('/2015-03-31/functions/shop-double/invocations?Qualifier=live');
    expect(request?.headers.authorization).toContain('/eu-west-1/lambda/aws4_request');
    expect(request && (await signAgain(request, 'eu-west-1', CREDENTIALS))?.replaceAll(' ', '')).toBe(
      request?.headers.authorization?.replaceAll(' ', ''),
    );
  });

  it('has the token of a session', async () => {
    expect(await call({ ...KEYS, AWS_REGION: 'eu-west-1', AWS_SESSION_TOKEN: 'a/token=' })).toBe(4);
    expect(received[0]?.headers['x-amz-security-token']).toBe('a/token=');
    expect(received[0]?.headers.authorization).toMatch(/SignedHeaders=[^,]*x-amz-security-token/);
  });

  it('goes to the region of the unit before that of the environment', async () => {
    expect(await call({ ...KEYS, AWS_REGION: 'eu-west-1' }, 'm#far')).toBe(4);
    expect(received[0]?.headers.authorization).toContain('/eu-central-1/lambda/aws4_request');
  });

  it('takes its keys from a profile', async () => {
    mkdirSync(join(home, '.aws'), { recursive: true });
    const keys = Object.entries(KEYS).map(([name, value]) => `${name.toLowerCase()} = ${value}`);
    writeFileSync(join(home, '.aws/credentials'), `[work]\n${keys.join('\n')}\n`);
    const endpoint = `http://0.0.0.0:${port}`;
    expect(await call({ AWS_PROFILE: 'work', AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: endpoint })).toBe(4);
    expect(received[0]?.headers.authorization).toContain(KEYS.AWS_ACCESS_KEY_ID);
  });

  it('needs keys', async () => {
    const failure = await call({
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: `http://0.0.0.0:${port}`,
      HOME: '/nowhere',
    });
    expect(failure).toMatchObject({ code: 'denied', mayHaveRun: false });
    expect(failure).toHaveProperty(
      'message',
      expect.stringMatching(/no credentials for http:.*Could not load credentials/),
    );
    expect(received).toEqual([]);
  });

  it('needs none from a service on this machine', async () => {
    expect(await call({})).toBe(4);
    expect(received[0]?.path).toBe('/2015-03-31/functions/double/invocations');
    expect(received[0]?.headers).not.toHaveProperty('authorization');
  });

  it('that is refused has not run, and is not made again', async () => {
    status = 403;
    const failure = await call({ ...KEYS, AWS_REGION: 'eu-west-1' });
    expect(failure).toMatchObject({ code: 'denied', mayHaveRun: false });
    expect(failure).toHaveProperty('message', expect.stringContaining('The security token is expired'));
    expect(received).toHaveLength(1);
  });

  it('without a region is an error that says what to set', async () => {
    const failure = await call({ ...KEYS, AWS_ENDPOINT_URL: '' });
    expect(failure).toMatchObject({ code: 'no-endpoint', mayHaveRun: false });
    expect(failure).toHaveProperty('message', expect.stringContaining('set AWS_REGION'));
  });
});

describe('environment variables', () => {
  it('go along with their absence, but where the unit has a value of its own', async () => {
    await call(KEYS_AND_REGION, 'm#env');
    await call({ ...KEYS_AND_REGION, KEY: 'here' }, 'm#env');
    expect(received.map(({ body }) => JSON.parse(body).env)).toEqual([{ OWN: null }, { OWN: null, KEY: 'here' }]);
  });
});
