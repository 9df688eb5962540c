/** Deployment to Azure over its REST API. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { unzip } from '../../src/host/control/unzip.ts';
import { makeProject } from '../cli/command.ts';
import { startAzure } from './stand-ins/azure.ts';
import { buildProgram, LONG, SALT } from './store-program.ts';

const head = 'Azure Functions at function app shop\n';
const ground = 'content of the function app shop';
const lines = (action: string) => ['sign', 'square'].map((unit) => `  ${action}  shop-work-${unit}\n`).join('');
const OTHERS = { AzureWebJobsStorage: 'mine', FUNCTIONS_WORKER_RUNTIME: 'node' };

async function unpack(zip: Buffer | undefined): Promise<string> {
  const folder = makeProject({});
  await unzip(zip ?? Buffer.alloc(0), folder);
  return folder;
}

test(
  'the function app holds what the folder says, and nothing is sent where nothing differs',
  async () => {
    const { state, written, env: given } = await startAzure();
    const { run, build, env } = await buildProgram('azure', given);
    const all = `  create  ${ground}\n${lines('create')}`;
    expect(await run('diff', 'faas')).toMatchObject({ code: 1, stdout: head + all });
    const deployed = await run('deploy', 'faas');
    expect(deployed).toMatchObject({ code: 0, stderr: '' });
    expect(deployed.stdout).toContain(head + all);
    expect(deployed.stdout).toContain(
      '  apps find them with FAASIFY_ENDPOINT_AZURE=https://shop.azurewebsites.net/api/{name}\n',
    );
    expect(state.settings).toMatchObject({ ...OTHERS, SALT, FAASIFY_APP: 'shop' });
    expect(state.publications).toMatchObject([{ isBuilt: true }]);
    const folder = await unpack(state.publications[0]?.zip);
    expect(readdirSync(join(folder, 'functions/shop-work-sign')).sort()).toEqual(['handler.mjs', 'index.mjs']);
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      main: 'functions/*/index.mjs',
      dependencies: { '@azure/functions': expect.any(String) },
    });
    expect(existsSync(join(folder, 'host.json'))).toBe(true);

    const sent = written.filter((line) => !/list$|token$/.test(line)).length;
    expect(await run('deploy', 'faas')).toEqual({ code: 0, stdout: `${head}  nothing differs\n`, stderr: '' });
    expect(written.filter((line) => !/list$|token$/.test(line))).toHaveLength(sent);
    env.SALT = 'cinnamon';
    expect((await run('deploy', 'faas')).stdout).toContain(`${head}  update  shop-work-sign\n`);
    expect(state.settings.SALT).toBe('cinnamon');
    await build('--exclude', '**#square');
    expect((await run('deploy', 'faas')).stdout).toContain(`${head}  delete  shop-work-square\n`);
    expect(readdirSync(join(await unpack(state.publications.at(-1)?.zip), 'functions'))).toEqual(['shop-work-sign']);
    const gone = await run('destroy', 'faas', '--yes');
    expect(gone).toMatchObject({ code: 0, stdout: `${head}  delete  shop-work-sign\n  delete  ${ground}\n` });
    expect(state.settings).toEqual(OTHERS);
    expect(state.publications.at(-1)?.isBuilt).toBe(false);
    expect(readdirSync(await unpack(state.publications.at(-1)?.zip)).sort()).toEqual(['host.json', 'package.json']);
  },
  LONG,
);

test(
  'one that ends half-way is finished by the next, also if that wants what was there before',
  async () => {
    const { state, fail, env: given } = await startAzure({ isFlex: true });
    const { run, env } = await buildProgram('azure', given);
    expect((await run('deploy', 'faas')).code).toBe(0);
    expect(state.settings).toEqual({
      ...OTHERS,
      SALT,
      FAASIFY_APP: 'shop',
      FAASIFY_SETTINGS: 'SALT',
      FAASIFY_FUNCTIONS: expect.stringMatching(/^\{"shop-work-sign":/),
    });
    expect(state.publications).toMatchObject([{ isBuilt: true }]);
    env.SALT = 'cinnamon';
    fail(/publish/, 429, 500);
    expect((await run('deploy', 'faas')).stderr).toContain('answered 500 to POST /api/publish');
    env.SALT = SALT;
    expect((await run('deploy', 'faas')).stdout).toContain(lines('create'));
    expect(state.settings.SALT).toBe(SALT);
    expect((await run('diff', 'faas')).code).toBe(0);

    env.SALT = 'cinnamon';
    state.failing = 'npm has failed';
    expect((await run('deploy', 'faas')).stderr).toContain('Azure could not build what it was sent: npm has failed');
    state.failing = '';
    fail(/PUT .*appsettings/, 409);
    expect((await run('deploy', 'faas')).stderr).toContain('answered 409');
    fail(/PUT .*appsettings/, 0, 503);
    expect((await run('deploy', 'faas')).code).toBe(0);
  },
  LONG,
);

test(
  'functions and settings of others are not touched, and nothing is asked by nobody',
  async () => {
    const { state, written, env: given } = await startAzure();
    const { run, env } = await buildProgram('azure', given);
    const changes = () => written.filter((line) => !/list$|token$/.test(line));
    state.functions = ['theirs'];
    for (const command of ['deploy', 'diff']) {
      expect((await run(command, 'faas')).stderr).toContain('do not belong to this app: shop');
    }
    await run('destroy', 'faas', '--yes');
    state.functions = [];
    state.settings.SALT = 'of somebody';
    const refused = await run('deploy', 'faas');
    expect(refused.stderr).toContain('Settings of the function app stand in the way: SALT');
    state.settings.SALT = SALT;
    state.settings.WEBSITE_RUN_FROM_PACKAGE = '1';
    expect((await run('deploy', 'faas')).stderr).toContain('in the way: WEBSITE_RUN_FROM_PACKAGE');
    expect(changes()).toEqual([]);
    delete state.settings.WEBSITE_RUN_FROM_PACKAGE;
    expect((await run('deploy', 'faas')).code).toBe(0);
    await run('destroy', 'faas', '--yes');
    expect(state.settings).toEqual({ ...OTHERS, SALT });

    env.AZURE_CLIENT_SECRET = 'wrong';
    expect((await run('deploy', 'faas')).stderr).toContain('Invalid client secret provided.');
    env.AZURE_CLIENT_SECRET = '';
    expect((await run('deploy', 'faas')).stderr).toContain('Nothing says who deploys to Azure');
    env.AZURE_ACCESS_TOKEN = 'another';
    expect((await run('deploy', 'faas')).stderr).toContain('answered 401');
    env.AZURE_FUNCTIONAPP_NAME = '';
    expect((await run('deploy', 'faas')).stderr).toContain('AZURE_FUNCTIONAPP_NAME');
  },
  LONG,
);

test(
  'a function that the host does not list is not there, whatever has been built',
  async () => {
    const { state, env: given } = await startAzure({ isQuick: true });
    const { run } = await buildProgram('azure', given);
    state.unread = ['shop-work-sign'];
    const fast = speedUp();
    vi.spyOn(performance, 'now').mockImplementation(fast);
    const refused = await run('deploy', 'faas');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('The host of the function app does not list shop-work-sign');
    vi.restoreAllMocks();
    state.unread = [];
    expect((await run('deploy', 'faas')).stdout).toContain(lines('create'));
    expect((await run('diff', 'faas')).code).toBe(0);
  },
  LONG,
);

/** A clock by which an hour goes by in a few seconds. */
function speedUp(): () => number {
  const [start, now] = [performance.now(), performance.now.bind(performance)];
  return () => start + (now() - start) * 1000;
}
