/** The client of OpenWhisk for JavaScript, which `npm run test:real` installs: `FAASIFY_WHISK_CLIENT` is the folder where it is. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../../src/commands/serve.ts';
import { ROOT } from '../cli/command.ts';
import { makeZip } from './control/zips.ts';

const FOLDER = process.env.FAASIFY_WHISK_CLIENT ?? '';

/** As much of it as is used here. */
interface Client {
  actions: Record<'create' | 'update' | 'get' | 'delete' | 'list' | 'invoke', (options?: object) => Promise<unknown>>;
  activations: Record<'list' | 'get' | 'result' | 'logs', (options?: object) => Promise<unknown>>;
  namespaces: Record<'list', () => Promise<unknown>>;
}

let serving: Serving;
let client: Client;

beforeAll(async () => {
  if (FOLDER === '') return;
  serving = await serve({ port: 0, cwd: ROOT });
  const open: unknown = createRequire(join(FOLDER, 'package.json'))('openwhisk');
  client = (open as (options: object) => Client)({ apihost: serving.url, api_key: 'guest:guest' });
});
afterAll(() => serving?.close());

describe.skipIf(FOLDER === '')('the client of OpenWhisk', () => {
  it('makes, changes, calls, lists and removes an action', async () => {
    const action = 'function main({ name }) { console.log(name); return { hello: name }; }';
    const made = await client.actions.create({
      name: 'hello',
      action,
      params: { name: 'ana' },
      limits: { memory: 128 },
    });
    expect(made).toMatchObject({ name: 'hello', version: '0.0.1', limits: { memory: 128 } });
    await expect(client.actions.create({ name: 'hello', action })).rejects.toMatchObject({ statusCode: 409 });
    expect(await client.actions.invoke({ name: 'hello', blocking: true, result: true })).toEqual({ hello: 'ana' });
    const whole = await client.actions.invoke({ name: 'hello', blocking: true, params: { name: 'ben' } });
    expect(whole).toMatchObject({ response: { success: true, result: { hello: 'ben' } } });
    const { activationId: name } = whole as { activationId: string };
    expect(await client.activations.result({ name })).toMatchObject({ result: { hello: 'ben' } });
    expect(await client.activations.logs({ name })).toEqual({ logs: [expect.stringContaining('stdout: ben')] });
    const zip = makeZip([{ name: 'index.js', content: 'exports.main = () => { throw new Error("no"); };' }]);
    expect(await client.actions.update({ name: 'hello', action: zip })).toMatchObject({ version: '0.0.2' });
    await expect(client.actions.invoke({ name: 'hello', blocking: true })).rejects.toMatchObject({ statusCode: 502 });
    expect(await client.actions.list()).toMatchObject([{ name: 'hello' }]);
    expect(await client.actions.get({ name: 'hello' })).toMatchObject({
      exec: { binary: true, code: zip.toString('base64') },
    });
    await client.actions.delete({ name: 'hello' });
    await expect(client.actions.get({ name: 'hello' })).rejects.toMatchObject({ statusCode: 404 });
    expect(await client.namespaces.list()).toEqual(['guest']);
  });
});
