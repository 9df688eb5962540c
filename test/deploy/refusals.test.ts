import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { faasify, makeProject } from '../cli/command.ts';

/** No keys, no region, nothing of the machine that has some. */
beforeEach(() => {
  const none = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_PROFILE',
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
  ];
  for (const name of [...none, 'AWS_ENDPOINT_URL', 'AWS_WEB_IDENTITY_TOKEN_FILE']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/dev/null');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  return () => vi.unstubAllEnvs();
});

/** A server that answers everything in this way; `asked` are the requests. */
async function startServer(status: number, body: string): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    incoming.resume();
    outgoing.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const EMPTY = {
  version: 1,
  target: 'lambda',
  targets: ['lambda'],
  app: 'shop',
  entries: [],
  functions: [],
  cuts: [],
  units: [],
  runtime: [],
  problems: [],
};
const deploy = {
  runtime: 'nodejs22.x',
  architecture: 'x86_64',
  storage: 512,
  tracing: false,
  logRetention: 30,
  tags: {},
};

function makeOutput(manifest: object = { ...EMPTY, deploy }): string {
  return makeProject({ 'faas/faasify.json': JSON.stringify(manifest), 'faas/units/x': '' });
}

describe.each([['deploy', 'faas'], ['diff', 'faas'], ['list'], ['rollback'], ['prune'], ['destroy', '--yes']])(
  'faasify %s',
  (...args) => {
    const refused = (code: string, text: string) => ({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`${text}[^]*\\[${code}\\]\n  \\S`)),
    });

    test('without a region says so', async () => {
      expect(await faasify(makeOutput(), ...args)).toEqual(refused('no-region', 'Nothing says which region'));
    });

    test('without credentials says so', async () => {
      expect(await faasify(makeOutput(), ...args, '--region', 'eu-west-1')).toEqual(
        refused('credentials', 'GetCallerIdentity'),
      );
    });

    test('with credentials that have expired says so, and asks nothing else', async () => {
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAOLD');
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'old-secret');
      const xml =
        '<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>';
      const { url, asked } = await startServer(403, xml);
      const ended = await faasify(makeOutput(), ...args, '--region', 'eu-west-1', '--endpoint-url', url);
      expect(ended).toEqual(refused('credentials', 'is expired'));
      expect(ended.stderr).not.toMatch(/AKIAOLD|old-secret/);
      expect(asked).toEqual(['POST /']);
    });

    test('with an endpoint that is none says so', async () => {
      expect(await faasify(makeOutput(), ...args, '--endpoint-url', 'here')).toEqual(
        refused('option-value', '--endpoint-url: "here"'),
      );
    });
  },
);

describe('what cannot be deployed', () => {
  test.each([
    ['a folder that is no output', 'x', /not-an-output/],
    ['an output for this machine', 'faas', /no-app/],
  ])('%s', async (_, out, code) => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    const identity =
      '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';
    const { url } = await startServer(200, identity);
    const { app: _app, ...local } = EMPTY;
    const ended = await faasify(
      makeOutput({ ...local, target: 'local', targets: ['local'] }),
      'deploy',
      out,
      '--region',
      'eu-west-1',
      '--endpoint-url',
      url,
    );
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringMatching(code)]);
  });

  test('an output whose description has been edited', async () => {
    const project = makeOutput();
    for (const change of [{ app: 'a/b' }, { deploy: { ...deploy, tags: { a: 1 } } }, { deploy: 'x' }]) {
      writeFileSync(join(project, 'faas/faasify.json'), JSON.stringify({ ...EMPTY, deploy, ...change }));
      const ended = await faasify(project, 'deploy', 'faas', '--region', 'eu-west-1');
      expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('cannot be understood')]);
    }
  });

  test('an output of a build with errors', async () => {
    const problems = [{ code: 'unit-too-large', severity: 'error', message: 'Unit a has 60 MB' }];
    const ended = await faasify(makeOutput({ ...EMPTY, deploy, problems }), 'deploy', 'faas', '--region', 'eu-west-1');
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringMatching(/Unit a has 60 MB \[build-errors\]/)]);
  });

  test('an app that is not named', async () => {
    const ended = await faasify(makeProject({}), 'list', '--region', 'eu-west-1');
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('[no-app]')]);
  });

  test('a dry run', async () => {
    const ended = await faasify(makeProject({ 'a.ts': '' }), '.', '--target', 'lambda', '--deploy', '--dry-run');
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('[option-conflict]')]);
  });
});
