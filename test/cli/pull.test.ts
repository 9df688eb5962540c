import { readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { makeZip } from '../host/control/zips.ts';
import { faasify, makeProject } from './command.ts';

const ZIP = makeZip([
  { name: 'src/app.js', content: 'exports.run = async (event) => ({ n: event.n * 2 });\n' },
  { name: 'package.json', content: '{}' },
]);

const CONFIGURATION = {
  ...{ FunctionName: 'double', Runtime: 'nodejs22.x', Handler: 'src/app.run', MemorySize: 256, Timeout: 20 },
  ...{ Environment: { Variables: { TOKEN: 'very secret', A: '1' } }, Layers: [{ Arn: 'arn:layer:1' }] },
};

type Answer = [status: number, body: unknown];

/** Answers by path; what was asked is kept. */
async function serve(
  answer: (path: string, address: string) => Answer,
): Promise<{ address: string; asked: http.IncomingMessage[] }> {
  const asked: http.IncomingMessage[] = [];
  const server = http.createServer((req, res) => {
    asked.push(req);
    const [status, body] = answer(req.url ?? '', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    res.writeHead(status, { 'content-type': 'application/json' });
    res.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const asLambda = (configuration: object, location?: string) =>
  serve((path, address) => {
    if (path.startsWith('/code')) return [200, ZIP];
    if (!path.includes('/functions/double'))
      return [404, { Type: 'User', Message: 'Function not found', __type: 'ResourceNotFoundException' }];
    return [200, { Configuration: configuration, Code: { Location: location ?? `${address}/code` } }];
  });

const readAll = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

describe('faasify pull', () => {
  test('a function of AWS Lambda, which can be converted', async () => {
    const { address } = await asLambda(CONFIGURATION);
    const folder = makeProject({});
    const pulled = await faasify(folder, 'pull', 'double', '--endpoint-url', address);
    expect(pulled).toMatchObject({ code: 0, stderr: '' });
    expect(pulled.stdout).toContain('double (lambda, src/app.run) → double/: 3 files');
    expect(pulled.stdout).toContain('arn:layer:1');
    expect(readAll(join(folder, 'double'))).toEqual(['faasify-function.json', 'package.json', 'src', 'src/app.js']);
    const note = readFileSync(join(folder, 'double/faasify-function.json'), 'utf8');
    expect(JSON.parse(note)).toEqual({
      ...{ convention: 'lambda', name: 'double', handler: 'src/app.run' },
      settings: { runtime: 'nodejs22.x', memory: 256, timeout: 20, environment: ['A', 'TOKEN'] },
    });
    expect(note).not.toContain('very secret');
    const converted = await faasify(folder, 'convert', 'double', '--to', 'knative');
    expect(converted.code).toBe(0);
    expect(converted.stdout).toContain('src/app.js#run: lambda → knative');
    expect(readAll(join(folder, 'double-knative'))).toContain('func.yaml');
  });

  test('the folder of the pull before is replaced, any other one is not', async () => {
    const { address } = await asLambda(CONFIGURATION);
    const folder = makeProject({ 'mine/a.txt': '' });
    for (const out of ['code', 'code']) {
      expect((await faasify(folder, 'pull', 'double', '--out', out, '--endpoint-url', address)).code).toBe(0);
    }
    const refused = await faasify(folder, 'pull', 'double', '--out', 'mine', '--endpoint-url', address);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds files that faasify has not made'),
    });
    expect(readAll(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  const REFUSED: [string, object, string | undefined, string][] = [
    ['of another language', { ...CONFIGURATION, Runtime: 'python3.13' }, undefined, 'runs on python3.13'],
    ['in an image', { ...CONFIGURATION, PackageType: 'Image' }, undefined, 'is an image'],
    ['at an address in the open', CONFIGURATION, 'http://example.com/code', 'an address that is not safe'],
    ['at an address of this machine', CONFIGURATION, 'file:///etc/passwd', 'an address that is not safe'],
  ];

  test.each(REFUSED)('refuses code %s', async (_what, configuration, location, message) => {
    const { address } = await asLambda(configuration, location);
    const folder = makeProject({});
    const { code, stderr } = await faasify(folder, 'pull', 'double', '--endpoint-url', address);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(readAll(folder)).toEqual([]);
  });

  test('a function that is not there, and a provider whose API is not known', async () => {
    const { address } = await asLambda(CONFIGURATION);
    const folder = makeProject({});
    const none = await faasify(folder, 'pull', 'other', '--endpoint-url', address);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no function other') });
    const unknown = await faasify(folder, 'pull', 'other', '--from', 'gcf');
    expect(unknown).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('the API of gcf does not give code back'),
    });
  });

  test.each([
    ['of one file', { kind: 'nodejs:20', code: 'function main({ n }) { return { n }; }', binary: false }],
    [
      'of a zip',
      {
        kind: 'nodejs:20',
        code: makeZip([{ name: 'index.js', content: 'exports.main = () => ({});' }]).toString('base64'),
        binary: true,
        main: 'main',
      },
    ],
  ])('an action of OpenWhisk %s', async (_what, exec) => {
    const { address, asked } = await serve(() => [
      200,
      { exec, limits: { timeout: 60000, memory: 256 }, parameters: [{ key: 'db', value: 'secret' }] },
    ]);
    const folder = makeProject({});
    vi.stubEnv('OPENWHISK_AUTH', 'me:key');
    const { code, stdout } = await faasify(
      folder,
      'pull',
      'shop/price',
      '--from',
      'openwhisk',
      '--endpoint-url',
      address,
    );
    expect(code).toBe(0);
    expect(stdout).toContain('shop/price (openwhisk, main) → price/: 2 files');
    expect(asked[0]?.url).toBe('/api/v1/namespaces/_/actions/shop/price?code=true');
    expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:key').toString('base64')}`);
    const note = readFileSync(join(folder, 'price/faasify-function.json'), 'utf8');
    expect(JSON.parse(note).settings).toEqual({ runtime: 'nodejs:20', memory: 256, timeout: 60, parameters: ['db'] });
    expect((await faasify(folder, 'convert', 'price', '--to', 'lambda')).stdout).toContain(
      'index.js#main: openwhisk → lambda',
    );
  });

  test.each([
    [[200, { exec: { kind: 'python:3' } }], 'of kind python:3'],
    [[200, { exec: { kind: 'nodejs:20' } }], 'does not give code back'],
    [[200, 'nonsense'], 'does not give code back'],
    [[401, {}], 'refuses the key'],
    [[404, {}], 'There is no action price'],
    [[500, {}], 'HTTP 500'],
  ] as [Answer, string][])('an answer of OpenWhisk with %j', async (answer, message) => {
    const { address } = await serve(() => answer);
    const folder = makeProject({});
    vi.stubEnv('OPENWHISK_AUTH', 'me:key');
    const { code, stderr } = await faasify(folder, 'pull', 'price', '--from', 'openwhisk', '--endpoint-url', address);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect(readAll(folder)).toEqual([]);
  });
});
