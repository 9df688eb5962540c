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
    const unknown = await faasify(folder, 'pull', 'other', '--from', 'fn');
    expect(unknown).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The API of Fn does not give code back'),
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

  /** The command line takes back what is stubbed. */
  function pullWith(folder: string, from: string, env: Record<string, string>) {
    return (...args: string[]) => {
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      return faasify(folder, 'pull', ...args, '--from', from);
    };
  }

  const readNote = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

  describe('from Google', () => {
    const FUNCTION = {
      buildConfig: { runtime: 'nodejs22', entryPoint: 'price' },
      serviceConfig: { availableMemory: '256Mi', timeoutSeconds: 60, environmentVariables: { TOKEN: 'very secret' } },
    };
    const CODE = makeZip([
      { name: 'lib/fn.js', content: "exports.price = (req, res) => res.send('1');\n" },
      { name: 'package.json', content: '{ "main": "lib/fn.js" }' },
    ]);

    async function pullFrom(fn: object) {
      const server = await serve((path, address) => {
        if (path === '/code') return [200, CODE];
        if (path.endsWith('/price:generateDownloadUrl')) return [200, { downloadUrl: `${address}/code` }];
        return path === '/v2/projects/shop-1/locations/europe-west1/functions/price' ? [200, fn] : [404, {}];
      });
      const env = {
        ...{ GOOGLE_CLOUD_PROJECT: 'shop-1', GOOGLE_CLOUD_REGION: 'europe-west1', CLOUDSDK_AUTH_ACCESS_TOKEN: 'token' },
        CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDFUNCTIONS: server.address,
      };
      const folder = makeProject({});
      return { ...server, folder, pull: pullWith(folder, 'gcf', env) };
    }

    test('a function, which can be converted', async () => {
      const { folder, pull, asked } = await pullFrom(FUNCTION);
      const pulled = await pull('price');
      expect(pulled).toMatchObject({ code: 0, stderr: '' });
      expect(pulled.stdout).toContain('price (gcf, price) → price/: 3 files');
      expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer token', 'Bearer token', undefined]);
      expect(readNote(join(folder, 'price/faasify-function.json'))).toEqual({
        ...{ convention: 'gcf', name: 'price', handler: 'price' },
        settings: { runtime: 'nodejs22', memory: '256Mi', timeout: 60, region: 'europe-west1', environment: ['TOKEN'] },
      });
      const converted = await faasify(folder, 'convert', 'price', '--to', 'lambda');
      expect(converted.stdout).toContain('lib/fn.js#price: gcf → lambda');
    });

    test('nothing that is not there, of another language, or asked for as at AWS', async () => {
      const { folder, pull } = await pullFrom({ buildConfig: { runtime: 'python313' } });
      for (const [args, message] of [
        [['other'], 'There is no function other'],
        [['price'], 'price runs on python313'],
        [['price', '--region', 'eu'], '--region is for AWS Lambda'],
      ] as const) {
        expect(await pull(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
      }
      expect(readAll(folder)).toEqual([]);
    });
  });

  test('from Scaleway a function, by the names of namespace and function', async () => {
    const code = makeZip([{ name: 'handler.js', content: "export const handle = () => ({ body: '1' });\n" }]);
    const settings = { runtime: 'node22', handler: 'handler.handle', memory_limit: 256, timeout: '30s' };
    const { address, asked } = await serve((path, at) => {
      const { pathname, searchParams } = new URL(path, at);
      if (pathname === '/code') return [200, code];
      if (pathname.endsWith('/namespaces')) {
        return [
          200,
          {
            namespaces: [
              { id: 'n1', name: 'shop' },
              { id: 'n2', name: 'bank' },
            ],
          },
        ];
      }
      if (pathname.endsWith('/download-url')) return [200, { url: `${at}/code`, headers: { 'X-Part': ['a', 'b'] } }];
      const id = searchParams.get('namespace_id');
      return [200, { functions: [{ id: `f-${id}`, name: 'price', ...settings }] }];
    });
    const folder = makeProject({});
    const env = { SCW_SECRET_KEY: 'secret', SCW_DEFAULT_PROJECT_ID: 'p1', SCW_API_URL: address };
    const pull = pullWith(folder, 'scaleway', env);
    const both = await pull('price');
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('There are 2 functions price') });
    const pulled = await pull('bank/price');
    expect(pulled).toMatchObject({ code: 0, stderr: '' });
    expect(asked.at(-1)).toMatchObject({ url: '/code', headers: { 'x-part': 'a, b' } });
    expect(asked.at(-2)?.url).toContain('/functions/f-n2/download-url');
    expect(asked.at(-1)?.headers['x-auth-token']).toBeUndefined();
    expect(readNote(join(folder, 'price/faasify-function.json'))).toEqual({
      ...{ convention: 'scaleway', name: 'price', handler: 'handler.handle' },
      settings: { runtime: 'node22', memory: 256, timeout: 30 },
    });
    const converted = await faasify(folder, 'convert', 'price', '--to', 'gcf');
    expect(converted.stdout).toContain('handler.js#handle: scaleway → gcf');
  });

  describe('from Cloudflare', () => {
    async function pullModules(modules: Record<string, string>, type?: string) {
      const form = new FormData();
      for (const [name, text] of Object.entries(modules)) form.set(name, new File([text], name));
      const encoded = new Response(form);
      const body = Buffer.from(await encoded.arrayBuffer());
      const server = http.createServer((req, res) => {
        if (req.headers.authorization !== 'Bearer token') return void res.writeHead(403).end('{}');
        if (req.url?.endsWith('/content/v2')) {
          const headers = { 'content-type': type ?? encoded.headers.get('content-type') ?? '' };
          return void res.writeHead(200, { ...headers, 'cf-entrypoint': 'index.js' }).end(body);
        }
        const bindings = [
          { type: 'secret_text', name: 'TOKEN' },
          { type: 'kv_namespace', name: 'KV' },
        ];
        const result = { bindings, compatibility_date: '2026-01-01', compatibility_flags: ['nodejs_compat'] };
        const isThere = req.url === '/accounts/a1/workers/scripts/price/settings';
        res.writeHead(isThere ? 200 : 404).end(JSON.stringify({ success: isThere, result }));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      const env = {
        CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        ...{ CLOUDFLARE_ACCOUNT_ID: 'a1', CLOUDFLARE_API_TOKEN: 'token' },
      };
      const folder = makeProject({});
      return { folder, pull: pullWith(folder, 'workers', env) };
    }

    const WORKER = {
      'index.js':
        "import { price } from './lib/price.js';\nexport default { fetch: () => new Response(String(price)) };\n",
      'lib/price.js': 'export const price = 1;\n',
    };

    test('the modules of a Worker, which can be converted', async () => {
      const { folder, pull } = await pullModules(WORKER);
      const pulled = await pull('price');
      expect(pulled).toMatchObject({ code: 0, stderr: '' });
      expect(readFileSync(join(folder, 'price/lib/price.js'), 'utf8')).toBe(WORKER['lib/price.js']);
      expect(readNote(join(folder, 'price/faasify-function.json'))).toEqual({
        ...{ convention: 'workers', name: 'price', handler: 'index.default' },
        settings: {
          compatibility_date: '2026-01-01',
          compatibility_flags: ['nodejs_compat'],
          environment: ['TOKEN'],
        },
      });
      const converted = await faasify(folder, 'convert', 'price', '--to', 'lambda');
      expect(converted.stdout).toContain('workers → lambda');
    });

    test.each([
      ['price', { ...WORKER, '../outside.js': '' }, undefined, 'has a module "../outside.js"'],
      ['price', { 'other.js': '' }, undefined, 'has no module index.js'],
      ['price', WORKER, 'application/javascript', 'a script without modules'],
      ['price', WORKER, 'multipart/form-data; boundary=wrong', 'came broken'],
      ['other', WORKER, undefined, 'There is no function other'],
    ] as const)('nothing of %s with %j (%s)', async (name, modules, type, message) => {
      const { folder, pull } = await pullModules(modules, type);
      expect(await pull(name)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
      expect(readAll(folder)).toEqual([]);
    });
  });
});
