/** Addresses and schedules at servers that nobody here wrote; see emulators.test.ts. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateApiCommand } from '@aws-sdk/client-apigatewayv2';
import { ListRulesCommand, ListTargetsByRuleCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Address } from '../../src/5-deploy/addresses.ts';
import { type Cloud, openCloud } from '../../src/5-deploy/cloud.ts';
import { readActual } from '../../src/5-deploy/read.ts';
import { build } from '../../src/commands/build.ts';
import { deploy } from '../../src/commands/deploy.ts';
import { destroy } from '../../src/commands/destroy.ts';
import { diff } from '../../src/commands/diff.ts';
import { list } from '../../src/commands/list.ts';
import { listEmulators, type Service, startEmulator } from './emulator.ts';

const FOLDER = process.env.FAASIFY_EMULATORS ?? '';
const isOn = FOLDER !== '';
const LONG = 240_000;
/** All of them take minutes: a prime number meets every kind. */
const STEP = Number(process.env.FAASIFY_STEP ?? 11);

const BEFORE = `
/** @faas http="GET /price/{id}" warm=5m */
export function price(id: string, count = 1): { id: string; total: number } { return { id, total: id.length * count }; }
/** @faas http="POST /orders" */
export function order(lines: { item: string }[]): number { return lines.length + lines.length; }
/** @faas schedule="rate(1 day)" */
export function report(): void { console.log('report'.repeat(2)); }
`;
const AFTER = BEFORE.replace('GET /price/{id}', 'GET /prices/{id}')
  .replace(' warm=5m', '')
  .replace('http="POST /orders"', '')
  .replace('rate(1 day)', 'cron(0 12 * * ? *)');

let folder: string;
const outputs = new Map<string, string>();

async function buildShop(name: string, text: string): Promise<void> {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  const files = {
    'package.json': '{ "name": "shop", "type": "module" }\n',
    'tsconfig.json':
      '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022", "skipLibCheck": true } }\n',
    'shop.ts': `declare const console: { log(...args: unknown[]): void };\n${text}`,
  };
  for (const [file, content] of Object.entries(files)) writeFileSync(join(home, file), content);
  const out = join(home, 'faas');
  const { manifest } = await build({ src: home, cwd: home, flags: { target: 'lambda', app: 'shop', out } });
  expect(manifest.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  outputs.set(name, out);
}

beforeAll(async () => {
  if (!isOn) return;
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-addresses-')));
  await buildShop('before', BEFORE);
  await buildShop('after', AFTER);
});
afterAll(() => isOn && rmSync(folder, { recursive: true, force: true }));

/** The host knows nothing of APIs and rules. */
const EMULATORS = listEmulators(FOLDER).filter(({ name }) => name !== 'faasify serve');

describe.skipIf(!isOn).each(EMULATORS)('on $name', (emulator) => {
  let service: Service;
  let cloud: Cloud;

  beforeAll(async () => {
    service = await startEmulator(emulator);
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_EC2_METADATA_DISABLED: 'true' };
    const env = { ...keys, AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1', AWS_ENDPOINT_URL: service.url };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    cloud = await openCloud({ region: 'eu-west-1', env: process.env, version: 'test' });
    return () => {
      cloud.close();
      vi.unstubAllEnvs();
    };
  });

  const requestOf = (name: string) => {
    return { out: outputs.get(name) ?? '', cwd: folder, flags: {}, env: process.env, progress: () => {} };
  };
  const destroyAll = () => destroy({ ...requestOf('before'), confirm: async () => true });
  const clients = () => cloud.at('eu-west-1');

  async function writesOf(name: string): Promise<string[]> {
    service.takeWrites();
    await deploy(requestOf(name));
    return service.takeWrites().sort();
  }

  /** All that starts something, without the ids that differ each time. */
  async function readState(): Promise<unknown> {
    const functions = ['shop-shop-price', 'shop-shop-order', 'shop-shop-report'];
    const region = { region: 'eu-west-1', names: [], role: false, triggers: { functions, rules: [] } };
    const { regions } = await readActual(cloud, { app: 'shop', alias: 'live', regions: [region] });
    const { api, ...rest } = regions[0]?.triggers ?? {};
    const idOf = new Map(api?.integrations.map(({ id, target }) => [id, target]));
    const routes = api?.routes.map(({ key, integration }) => [key, idOf.get(integration)]).sort();
    const text = JSON.stringify({ ...rest, routes, count: api?.integrations.length, isLive: api?.isLive });
    return JSON.parse(text.replaceAll(api?.id ?? '-', 'ID'));
  }

  test(
    'a deployment sets them, a second one writes nothing, a change writes what differs',
    async () => {
      await destroyAll();
      const { addresses } = await deploy(requestOf('before'));
      expect(addresses.map(({ method, url, function: fn }) => [method, new URL(url).pathname, fn])).toEqual([
        ['POST', '/orders', 'shop-shop-order'],
        ['GET', '/price/%7Bid%7D', 'shop-shop-price'],
      ]);
      expect(await writesOf('before')).toEqual([]);
      expect((await diff(requestOf('before'))).changes).toEqual([]);
      const { timetable } = await list(requestOf('before'));
      expect(timetable.map(({ expression, isWarming }) => [expression, isWarming]).sort()).toEqual([
        ['rate(1 day)', false],
        ['rate(5 minutes)', true],
      ]);
      const writes = (await writesOf('after')).filter(
        (write) => !/function|code|configuration|alias|versions/.test(write),
      );
      expect(writes).toEqual([
        'DELETE integrations',
        'DELETE policy',
        'DELETE policy',
        'DELETE policy',
        'DELETE routes',
        'DELETE routes',
        'DeleteRule',
        'POST policy',
        'POST routes',
        'PutRule',
        'RemoveTargets',
      ]);
      expect(await writesOf('after')).toEqual([]);
    },
    LONG,
  );

  test(
    'what is cut short at any write is carried on',
    async () => {
      await destroyAll();
      await deploy(requestOf('before'));
      const before = await readState();
      await deploy(requestOf('after'));
      const after = await readState();
      const refuse = { status: 400, type: 'ValidationException', message: 'cut short' };
      // Each one cuts short one of the two ways, to keep it short.
      const isThere = emulator.name === 'moto';
      const [name, other, expected] = isThere
        ? (['before', 'after', before] as const)
        : (['after', 'before', after] as const);
      for (let at = 0; at < 40; at += STEP) {
        await deploy(requestOf(other));
        let writes = 0;
        service.onRequest = (_index, what) =>
          /^(GET|Get|List|Describe)/.test(what) || writes++ < at ? undefined : refuse;
        const isWhole = await deploy(requestOf(name)).then(
          () => true,
          () => false,
        );
        service.onRequest = undefined;
        await deploy(requestOf(name));
        expect([at, await readState()]).toEqual([at, expected]);
        if (isWhole) break;
      }
    },
    LONG,
  );

  test(
    'one API of two that were made at the same time stays, and nothing of others is touched',
    async () => {
      await destroyAll();
      await clients().api.send(new CreateApiCommand({ Name: 'shop', ProtocolType: 'HTTP' }));
      await clients().events.send(new PutRuleCommand({ Name: 'shop-theirs', ScheduleExpression: 'rate(1 day)' }));
      await Promise.all([deploy(requestOf('before')), deploy(requestOf('before'))].map((one) => one.catch(() => {})));
      await deploy(requestOf('before'));
      const { regions } = await readActual(cloud, {
        app: 'shop',
        alias: 'live',
        regions: [{ region: 'eu-west-1', names: [], role: false }],
      });
      expect(regions[0]?.triggers?.spareApis).toEqual([]);
      const { resources } = await destroyAll();
      expect(resources.filter(({ kind }) => kind === 'api' || kind === 'schedule')).toHaveLength(3);
      expect(
        await clients().api.send(new (await import('@aws-sdk/client-apigatewayv2')).GetApisCommand({})),
      ).toMatchObject({ Items: [{ Name: 'shop' }] });
      expect(
        await clients().events.send(new (await import('@aws-sdk/client-eventbridge')).ListRulesCommand({})),
      ).toMatchObject({ Rules: [{ Name: 'shop-theirs' }] });
    },
    LONG,
  );

  test.runIf(emulator.name === 'ministack')(
    'a request is answered by its function',
    async () => {
      const { addresses } = await deploy(requestOf('before'));
      const ask = (path: string, init: { method?: string; body?: string } = {}) =>
        askApi(service, addresses, path, init);
      expect(await ask('/price/tea?count=2')).toEqual([200, '{"id":"tea","total":6}']);
      expect(await ask('/price/tea?count=two')).toEqual([400, '{"error":"count has to be a number"}']);
      expect(await ask('/orders', { method: 'POST', body: '[{"item":"tea"}]' })).toEqual([200, '2']);
      expect((await ask('/elsewhere'))[0]).toBe(404);
      await destroyAll();
    },
    LONG,
  );

  /** What a version of every function is made of, and the rules with what they start. */
  async function readDeployed(): Promise<unknown> {
    const names = ['shop-shop-order', 'shop-shop-price', 'shop-shop-report'];
    const functions = await Promise.all(names.map((name) => readConfiguration(clients().lambda, name)));
    const { Rules = [] } = await clients().events.send(new ListRulesCommand({ NamePrefix: 'shop-shop' }));
    const rules = Rules.map(async ({ Name, ScheduleExpression, State }) => {
      const { Targets = [] } = await clients().events.send(new ListTargetsByRuleCommand({ Rule: Name }));
      return { Name, ScheduleExpression, State, targets: Targets.map(({ Arn, Input }) => [Arn, Input]) };
    });
    return { functions, rules: (await Promise.all(rules)).sort((a, b) => (`${a.Name}` < `${b.Name}` ? -1 : 1)) };
  }

  test.runIf(emulator.name === 'ministack' && canTranslate())(
    'the tools of AWS make the same of template.yaml',
    async () => {
      await destroyAll();
      await deploy(requestOf('before'));
      const ours = await readDeployed();
      await destroyAll();
      const out = outputs.get('before') ?? '';
      const packed = join(folder, 'packed.yaml');
      await runAws('s3', 'mb', 's3://code');
      const files = ['--template-file', join(out, 'template.yaml'), '--output-template-file', packed];
      await runAws('cloudformation', 'package', '--s3-bucket', 'code', ...files);
      const stack = ['--stack-name', 'shop', '--capabilities', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'];
      await runAws('cloudformation', 'deploy', '--template-file', packed, ...stack);
      expect(await readDeployed()).toEqual(ours);
      await expect(deploy(requestOf('before'))).rejects.toMatchObject({ code: 'not-ours' });
      await runAws('cloudformation', 'delete-stack', '--stack-name', 'shop');
    },
    LONG,
  );
});

/** The API is told by its host name, which leads nowhere here. */
function askApi(
  { url }: Service,
  addresses: Address[],
  path: string,
  { method = 'GET', body = '' }: { method?: string; body?: string },
): Promise<[number | undefined, string]> {
  const { hostname, port } = new URL(url);
  const host = new URL(addresses[0]?.url ?? '').host;
  const headers = { host, 'content-type': 'application/json' };
  return new Promise((done, fail) => {
    const outgoing = request({ hostname, port, path, method, headers }, async (answer) => {
      let text = '';
      for await (const chunk of answer) text += chunk;
      done([answer.statusCode, text]);
    });
    outgoing.on('error', fail);
    outgoing.end(body);
  });
}

/** The translator that AWS has for such templates, beside the emulators. */
function canTranslate(): boolean {
  return isOn && spawnSync(`${FOLDER}/python`, ['-c', 'import samtranslator']).status === 0;
}

/** Not at once: what counts the requests is in this process. */
function runAws(...args: string[]): Promise<unknown> {
  return promisify(execFile)(`${FOLDER}/aws`, args, { timeout: 60_000 });
}

async function readConfiguration(lambda: LambdaClient, name: string): Promise<unknown> {
  const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier: 'live' }));
  const { CodeSha256, Handler, Runtime, Role, MemorySize, Timeout, Architectures, EphemeralStorage, ...rest } = found;
  const { TracingConfig, LoggingConfig, Environment } = rest;
  const code = { CodeSha256, Handler, Runtime, Role, Architectures, Environment };
  return { name, ...code, MemorySize, Timeout, EphemeralStorage, TracingConfig, LoggingConfig };
}
