/** One app with all that can be deployed: what holds for functions holds for everything beside them. See emulators.test.ts. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { build } from '../../src/commands/build.ts';
import { deploy } from '../../src/commands/deploy.ts';
import { destroy } from '../../src/commands/destroy.ts';
import { ROOT } from '../cli/command.ts';
import { type Account, type AccountState, openAccount } from './account.ts';
import { listEmulators, type Service, startEmulator } from './emulator.ts';

const FOLDER = process.env.FAASIFY_EMULATORS ?? '';
const LONG = 240_000;
const KILLS = Number(process.env.FAASIFY_KILLS ?? 10);

const SHOP = `
/** @faas */
export function tax(amount: number): number { const rate = 0.2; return amount * rate; }
/** @faas http="GET /price/{id}" */
export function price(id: string, count = 1): number { const base = id.length * count; return base + tax(base); }
/** @faas schedule="rate(1 day)" region=us-east-1 */
export function report(): void { console.log('report'.repeat(2)); }
/** @faas http="POST /orders" warm=5m memory=256 */
export function order(lines: string[]): number { const sum = price('a') + lines.length; return sum; }
`;
const CHANGED = SHOP.replace('GET /price/{id}', 'GET /prices/{id}')
  .replace('amount * rate', 'rate * amount + 0')
  .replace('rate(1 day)', 'rate(2 days)');
const FLAGS = { target: 'lambda', nested: 'remote', calls: 'blocking' };

describe.skipIf(FOLDER === '')('everything that can be deployed, on moto', () => {
  const outputs = new Map<string, string>();
  let folder: string;
  let service: Service;
  let accounts: Account[];

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-everything-')));
    for (const [name, text] of Object.entries({ first: SHOP, second: CHANGED }))
      outputs.set(name, await buildShop(name, text));
    const emulator = listEmulators(FOLDER).find(({ name }) => name === 'moto');
    if (!emulator) throw new Error('there is no emulator');
    service = await startEmulator(emulator);
    accounts = ['eu-west-1', 'us-east-1'].map((region) => openAccount(service.url, region));
    const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_EC2_METADATA_DISABLED: 'true' };
    const env = { ...keys, AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: service.url };
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  }, LONG);
  afterAll(async () => {
    vi.unstubAllEnvs();
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function buildShop(name: string, text: string): Promise<string> {
    const home = join(folder, name);
    mkdirSync(home);
    writeFileSync(
      join(home, 'package.json'),
      JSON.stringify({ name: 'shop', type: 'module', faasify: { claimCheck: true, tracing: true } }),
    );
    writeFileSync(
      join(home, 'tsconfig.json'),
      '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022" } }',
    );
    writeFileSync(join(home, 'shop.ts'), text);
    const out = join(home, 'faas');
    const { manifest } = await build({ src: home, cwd: home, flags: { ...FLAGS, out } });
    expect(manifest.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    return out;
  }

  const requestOf = (name: string) => {
    return { out: outputs.get(name) ?? '', cwd: folder, flags: {}, env: process.env, progress: () => {} };
  };
  const readAll = (): Promise<AccountState[]> => Promise.all(accounts.map(({ read }) => read()));
  const destroyAll = () => destroy({ ...requestOf('first'), confirm: async () => true });

  test('is there, is kept, comes to the same end from wherever it is cut short, and leaves nothing of any kind', {
    timeout: LONG,
  }, async () => {
    const before = await readAll();
    const ends = new Map<string, AccountState[]>();
    for (const name of ['first', 'second']) {
      await deploy(requestOf(name));
      ends.set(name, await readAll());
      service.takeWrites();
      await deploy(requestOf(name));
      expect(service.takeWrites()).toEqual([]);
    }
    const [here, there] = ends.get('second') ?? [];
    expect(here?.functions.map(({ name }) => name)).toEqual(['shop-shop-order', 'shop-shop-price', 'shop-shop-tax']);
    expect(there?.functions.map(({ name }) => name)).toEqual(['shop-shop-report']);
    expect(here?.apis).toEqual([[expect.stringContaining('shop'), 'GET /prices/{id}', 'POST /orders']]);
    expect(Object.keys(here?.buckets ?? {})).toHaveLength(2);
    expect([here?.rules.length, there?.rules.length]).toEqual([1, 1]);

    let most = 60;
    for (let round = 0; round < KILLS; round++) {
      const name = round % 2 === 0 ? 'first' : 'second';
      const at = Math.floor(Math.random() * most);
      if (!(await deployAndKill(name, at))) most = Math.max(10, at);
      await deploy(requestOf(name));
      expect(await readAll(), `killed at request ${at} of ${name}`).toEqual(ends.get(name));
    }

    const results = await Promise.allSettled([deploy(requestOf('first')), deploy(requestOf('second'))]);
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(reasons.length).toBeLessThan(2);
    for (const code of reasons) expect(code).toMatch(/^deploy-/);
    expect([...ends.values()]).toContainEqual(await readAll());

    await destroyAll();
    expect(await readAll()).toEqual(before);
  });

  /** False if it was at its end before so many requests. */
  async function deployAndKill(name: string, at: number): Promise<boolean> {
    service.takeWrites();
    const args = [join(ROOT, 'bin/faasify.js'), 'deploy', outputs.get(name) ?? '', '--json'];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    const ended = new Promise<NodeJS.Signals | null>((done) => child.once('exit', (_code, signal) => done(signal)));
    service.onRequest = (index) => {
      if (index === at) child.kill('SIGKILL');
      return undefined;
    };
    const signal = await ended;
    service.onRequest = undefined;
    return signal === 'SIGKILL';
  }
});
