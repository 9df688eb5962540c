/** `list`, `logs`, `invoke` and the verbs for versions where functions are not at AWS. */
import { expect, test, vi } from 'vitest';
import { serve } from '../../src/commands/serve.ts';
import { faasify, makeProject } from '../cli/command.ts';
import { startGoogle } from './google.ts';
import { startWhisk } from './whisk.ts';

const FILES = {
  'package.json': '{ "type": "module", "name": "hand" }\n',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022" } }\n',
  'lib.ts': `
declare const console: { log(...all: unknown[]): void };
export class Money { #cents: number; constructor(cents: number) { this.#cents = cents; } text() { return this.#cents; } }
export function pay(amount: number): Money { console.log('pays', amount); if (amount > 100) throw new RangeError('too much'); return new Money(amount * 100); }
export function day(date: Date): Map<string, Date> { return new Map([['next', new Date(date.getTime() + 86_400_000)]]); }
`,
  'main.ts': "import { day, pay } from './lib.js';\npay(1); day(new Date(0));\n",
};

async function build(targets: string, given: Record<string, string>) {
  const folder = makeProject(FILES);
  const env: Record<string, string> = { ...given };
  const run = (...args: string[]) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    return faasify(folder, ...args);
  };
  const built = await run('.', '--target', targets, '--app', 'hand');
  expect(built.code, built.stderr).toBe(0);
  return { folder, env, run };
}

test('what is there is listed, and what functions write is read, of all targets or of those that are named', async () => {
  const [whisk, google] = await Promise.all([startWhisk(), startGoogle()]);
  const { run } = await build('openwhisk,gcf,openfaas', { ...whisk.env, ...google.env });
  expect((await run('list', 'faas')).stdout).toContain(
    `Apache OpenWhisk at ${whisk.env.APIHOST}\n  nothing is there\n`,
  );
  await run('deploy', 'faas');
  const listed = await run('list', 'faas');
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  expect(listed.stdout).toContain('\n  hand-lib-day\n  hand-lib-pay\n');
  expect(listed.stdout).toContain(
    '  hand-lib-pay  (europe-west1)  https://europe-west1-shop-1.cloudfunctions.net/hand-lib-pay\n',
  );
  expect(listed.stdout).toContain('OpenFaaS: only its own tool tells what is there\n');
  expect(JSON.parse((await run('list', 'faas', '--json', '--target', 'gcf')).stdout)).toMatchObject({
    providers: [
      { target: 'gcf', functions: [{ name: 'hand-lib-day', region: 'europe-west1' }, { name: 'hand-lib-pay' }] },
    ],
  });

  const time = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
  whisk.activations.push(
    { activationId: 'a2', name: 'hand-lib-pay', start: Date.now() - 20_000, logs: [`${time(19)} stdout: pays 2`] },
    {
      activationId: 'a3',
      name: 'others',
      start: Date.now() - 25_000,
      logs: [`${time(25)} stdout: no business of ours`],
    },
    {
      activationId: 'a1',
      name: 'hand-lib-day',
      start: Date.now() - 31_000,
      logs: [`${time(30)} stderr: day`, 'a limit'],
    },
    { activationId: 'a0', name: 'hand-lib-day', start: Date.now() - 3_000_000, logs: [`${time(3000)} stdout: before`] },
  );
  google.entries.push(
    { insertId: '1', timestamp: time(40), textPayload: 'pays 5\n', fn: 'hand-lib-pay' },
    { insertId: '2', timestamp: time(35), textPayload: 'others', fn: 'others' },
    { insertId: '3', timestamp: time(30), textPayload: 'pays 6', fn: 'hand-lib-pay' },
  );
  const words = (text: string) => text.split('\n').map((line) => line.replace(/^\S+ /, ''));
  const all = await run('logs', '--target', 'openwhisk');
  expect(words(all.stdout)).toEqual(['hand-lib-day a limit', 'hand-lib-day day', 'hand-lib-pay pays 2', '']);
  expect(words((await run('logs', 'pay', '--target', 'gcf')).stdout)).toEqual([
    'hand-lib-pay pays 5',
    'hand-lib-pay pays 6',
    '',
  ]);
  const both = await run('logs', 'pay');
  expect(both.stdout).toContain('pays 2\n');
  expect(both.stdout).toContain('pays 6\n');
  expect(both.stderr).toBe('what functions write at OpenFaaS cannot be read from here\n');
  expect((await run('logs', '--target', 'openfaas')).stderr).toContain('cannot read what functions write at OpenFaaS');

  for (const verb of ['rollback', 'prune']) {
    const refused = await run(verb, 'faas');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(
      'There are no earlier versions at Apache OpenWhisk, Google Cloud Functions, OpenFaaS',
    );
  }
}, 120_000);

test('a function is called by hand where it is, through the transport of its provider', async () => {
  const { folder, env, run } = await build('openwhisk,gcf,knative', {});
  const here = await serve({ cwd: folder, out: 'faas', port: 0 });
  try {
    env.FAASIFY_ENDPOINT_OPENWHISK = here.url;
    env.FAASIFY_KEY_OPENWHISK = 'id:secret';
    env.FAASIFY_ENDPOINT_KNATIVE = here.url;
    const first = await run('invoke', 'pay', '5');
    expect(first).toMatchObject({ code: 0, stdout: "pays 5\nMoney { '#1': 500 }\n" });
    expect(first.stderr).toMatch(/^hand-lib-pay: \d+ ms from here\n$/);
    const day = await run('invoke', 'day', '2026-11-26', '--target', 'knative');
    expect(day).toMatchObject({ code: 0, stdout: "Map(1) { 'next' => 2026-11-27T00:00:00.000Z }\n" });
    const thrown = await run('invoke', 'pay', '500', '--target', 'knative');
    expect(thrown).toMatchObject({ code: 1, stdout: 'pays 500\n' });
    expect(thrown.stderr).toMatch(/^RangeError: too much/);
    const nowhere = await run('invoke', 'pay', '5', '--target', 'gcf');
    expect(nowhere.stderr).toContain('Set GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_REGION.');
    env.FAASIFY_ENDPOINT_GCF = `${here.url}/missing-{name}`;
    expect((await run('invoke', 'pay', '5', '--target', 'gcf')).stderr).toMatch(
      /Google Cloud Functions: .*answered 404/,
    );
    expect((await run('invoke', 'pay', '5', '--target', 'fn')).stderr).toContain('was not built for "fn"');
    expect((await run('invoke', 'pay', '5', '--qualifier', '3')).stderr).toContain('--qualifier is for AWS');
  } finally {
    await here.close();
  }
  expect((await run('invoke', 'pay', '5')).stderr).toMatch(/OpenWhisk: .*does not answer/);
}, 120_000);
