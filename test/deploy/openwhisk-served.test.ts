/** A program is deployed to the host of this machine as to OpenWhisk, and calls its functions there as it calls them plainly. */

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Serving, serve } from '../../src/commands/serve.ts';
import { type Ended, faasify, makeProject, ROOT, runNode } from '../cli/command.ts';
import { noteEnvironment } from '../harness/environment.ts';
import { ask } from '../host/ask.ts';

const FILES = {
  'package.json': '{ "type": "module" }',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022" } }',
  'price.ts': `
export class Price { constructor(readonly amount: number) {} }
export function total(prices: Price[]): Price {
  if (prices.length === 0) throw new RangeError('nothing to add');
  console.log('adding', prices.length);
  return new Price(prices.map(({ amount }) => round(amount)).reduce((a, b) => a + b, 0));
}
`,
  'round.ts': 'export function round(value: number): number { return Math.round(value * 100) / 100; }\n',
  'main.ts': `
import { Price, total } from './price.js';
const sum = total([new Price(1.001), new Price(2)]);
console.log(sum instanceof Price, sum.amount, await Promise.all([1, 2].map(async (n) => total([new Price(n)]).amount)));
try { total([]); } catch (error) { console.log(error instanceof RangeError, (error as Error).message); }
`,
};
const EXPECTED = 'adding 2\nadding 1\nadding 1\ntrue 3 [ 1, 2 ]\ntrue nothing to add\n';

const ACTIVATIONS = '/api/v1/namespaces/_/activations';

let serving: Serving;
const restoreEnvironment = noteEnvironment();

beforeAll(async () => {
  serving = await serve({ port: 0, cwd: ROOT });
});
afterEach(restoreEnvironment);
afterAll(() => serving.close());

const runApp = (folder: string): Promise<Ended> => runNode(folder, '--import', 'tsx', 'faas/app/main.ts');

it.each(['local', 'remote'])(
  'is deployed, runs, differs, changes and is removed, with nested calls that are %s',
  async (nested) => {
    const files = { ...FILES, 'price.ts': `import { round } from './round.js';${FILES['price.ts']}` };
    const folder = makeProject(files);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(join(ROOT, 'node_modules/tsx'), join(folder, 'node_modules/tsx'));
    Object.assign(process.env, { APIHOST: serving.url, AUTH: 'guest:guest' });
    const run = (...args: string[]) => faasify(folder, ...args);
    const build = () => run('.', '--target', 'openwhisk', '--app', 'shop', '--nested', nested);
    expect((await build()).code).toBe(0);
    expect((await run('deploy', 'faas')).stdout).toContain('  create  shop-price-total\n');
    expect(await runApp(folder)).toEqual({ code: 0, stdout: EXPECTED, stderr: '' });
    const calls = await ask(serving.url, { path: `${ACTIVATIONS}?name=shop-round-round`, method: 'GET' });
    expect(calls.value).toHaveLength(nested === 'remote' ? 4 : 0);
    expect(await run('diff', 'faas')).toMatchObject({ code: 0 });
    expect((await run('deploy', 'faas')).stdout).toContain('nothing differs');
    writeFileSync(join(folder, 'round.ts'), FILES['round.ts'].replace('100) / 100', '1) * 2').replace('* 100', '* 1'));
    await build();
    expect((await run('diff', 'faas')).stdout).toContain('  update  ');
    await run('deploy', 'faas');
    expect((await runApp(folder)).stdout).toContain('true 6 [ 2, 4 ]');
    const destroyed = await run('destroy', 'faas', '--yes');
    expect(destroyed.stdout).toContain('  delete  shop-price-total\n');
    expect(await runApp(folder)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no unit of that name'),
    });
  },
);
