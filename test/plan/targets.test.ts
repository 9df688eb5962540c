/** Functions with a target of their own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { build } from '../../src/commands/build.ts';
import { dryRun } from '../../src/commands/dry-run.ts';
import { makeProject } from '../cli/command.ts';

const FILES = {
  'package.json': '{ "type": "module", "name": "shop" }\n',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022" } }\n',
  'main.ts': `
/** @faas target=http */ export function near(n: number): number { const m = n + 1; return m * 2; }
/** @faas target=http,lambda hedge=50ms */ export function both(n: number): number { const m = n + 2; return m * 2; }
/** @faas memory=256 */ export function far(n: number): number { const m = n + 3; return m * 2; }
/** @faas target=htp */ export function wrong(n: number): number { const m = n + 4; return m * 2; }
console.log(near(1), both(1), far(1), wrong(1));
`,
};

it('are shown by a dry run with what the provider calls', async () => {
  const folder = makeProject(FILES);
  const { handlers } = await dryRun({ src: folder, cwd: folder, flags: { target: 'gcf' } });
  expect(handlers.map(({ file }) => file)).toEqual(
    expect.arrayContaining(['units/main-far/handler.ts', 'units/main-far/gcf.ts']),
  );
  expect(handlers.find(({ file }) => file === 'units/main-far/gcf.ts')?.text).toContain(
    "functions.http('shop-main-far'",
  );
}, 60_000);

it('are asked in the order of what they cost, with `routing: cheapest`', async () => {
  const folder = makeProject({
    ...FILES,
    'main.ts': `
/** @faas */ export function small(n: number): number { const m = n + 1; return m * 2; }
/** @faas memory=1024 */ export function large(n: number): number { const m = n + 1; return m * 2; }
console.log(small(1), large(1));
`,
    'package.json': JSON.stringify({ type: 'module', name: 'shop', faasify: { routing: 'cheapest', memory: 128 } }),
  });
  const out = join(folder, 'faas');
  const { manifest } = await build({ src: folder, cwd: folder, flags: { target: 'http,azure,lambda,gcf', out } });
  const places = manifest.units.map(({ name, places = [] }) => [
    name,
    places.map(({ target, price }) => [target, price]),
  ]);
  expect(places).toEqual([
    [
      'main-large',
      [
        ['azure', 1.8],
        ['lambda', 1.87],
        ['gcf', 2.05],
        ['http', undefined],
      ],
    ],
    [
      'main-small',
      [
        ['azure', 0.4],
        ['lambda', 0.41],
        ['gcf', 0.63],
        ['http', undefined],
      ],
    ],
  ]);
}, 60_000);

it('are at the places that their annotation names, packed for those alone; others are where all are', async () => {
  const folder = makeProject(FILES);
  const out = join(folder, 'faas');
  const { manifest } = await build({ src: folder, cwd: folder, flags: { target: 'lambda', out } });
  const placesOf = (fn: string) => {
    const { places, deployed } =
      manifest.units.find(({ functions }) => functions.includes(`main#${fn}`)) ?? expect.fail(fn);
    return [deployed?.name, places?.map(({ target, package: own }) => [target, own?.zip])];
  };
  expect(placesOf('near')).toEqual([undefined, [['http', 'packages/http/main-near.zip']]]);
  expect(placesOf('both')).toEqual([
    'shop-main-both',
    [
      ['http', 'packages/http/main-both.zip'],
      ['lambda', undefined],
    ],
  ]);
  expect(placesOf('far')).toEqual(['shop-main-far', undefined]);
  expect(manifest.targets).toEqual(['lambda', 'http']);
  const [problem] = manifest.problems.filter(({ code }) => code === 'annotation-value');
  expect(problem).toMatchObject({ severity: 'error', at: { file: 'main.ts', line: 5 } });
  expect(problem?.message).toContain('@faas target=htp cannot be read');
  const plan = JSON.parse(readFileSync(join(out, 'app/node_modules/faasify/runtime/plan.json'), 'utf8'));
  expect(plan.units.map(({ name, hedge }: { name: string; hedge?: number }) => [name, hedge])).toContainEqual([
    'main-both',
    50,
  ]);
  const template = readFileSync(join(out, 'template.yaml'), 'utf8');
  expect(template).toContain('shop-main-far');
  expect(template).not.toContain('shop-main-near');
}, 60_000);

it('are on this machine where everything is', async () => {
  const folder = makeProject(FILES);
  const { manifest } = await build({ src: folder, cwd: folder, flags: { target: 'local' } });
  expect(manifest.targets).toEqual(['local']);
  expect(manifest.units.some(({ places }) => places)).toBe(false);
}, 60_000);

it('have to do with what their own target lacks, and with nothing else', async () => {
  const folder = makeProject({
    ...FILES,
    'main.ts': `
import { deserialize, serialize } from 'node:v8';
const copy = (value: number): number => deserialize(serialize(value));
/** @faas target=lambda */ export function here(n: number): number { const m = copy(n); return m * 2; }
/** @faas target=workers */ export function there(n: number): number { const m = copy(n); return m * 3; }
/** @faas target=workers */ export function anywhere(n: number): number { const m = n + 1; return m * 4; }
/** @faas */ export function usually(n: number): number { const m = copy(n); return m * 5; }
console.log(here(1), there(1), anywhere(1), usually(1));
`,
  });
  const out = join(folder, 'faas');
  const { manifest } = await build({ src: folder, cwd: folder, flags: { target: 'lambda', out } });
  expect(manifest.functions.map(({ id, verdict, reasons }) => [id, verdict, reasons.map(({ code }) => code)])).toEqual(
    expect.arrayContaining([
      ['main#here', 'move', []],
      ['main#there', 'keep', ['unsupported']],
      ['main#anywhere', 'move', []],
      ['main#usually', 'move', []],
    ]),
  );
  const places = manifest.units.map(({ name, places = [], deployed }) => [
    name,
    ...places.map(({ target }) => target),
    deployed?.name,
  ]);
  expect(places).toEqual([
    ['main-anywhere', 'workers', undefined],
    ['main-here', 'shop-main-here'],
    ['main-usually', 'shop-main-usually'],
  ]);
}, 60_000);

/** MB of each unit, and what is wrong. */
async function buildFor(target: string, annotation: string, flags = {}): Promise<[number[], string[]]> {
  const folder = makeProject({
    ...FILES,
    'main.ts': `
/** @faas ${annotation} */ export function one(n: number): number { const m = n + 1; return m * 2; }
console.log(one(1));
`,
  });
  const out = join(folder, 'faas');
  const { manifest } = await build({ src: folder, cwd: folder, flags: { target, out, ...flags } });
  return [manifest.units.map(({ settings }) => settings.memory), manifest.problems.map(({ code }) => code)];
}

it('have the memory that their providers have, unless somebody asks for other', async () => {
  expect(await buildFor('lambda', '')).toEqual([[512], []]);
  expect(await buildFor('vercel', '')).toEqual([[1024], []]);
  expect(await buildFor('lambda,netlify', '')).toEqual([[1024], []]);
  expect(await buildFor('workers', '')).toEqual([[128], []]);
  expect(await buildFor('lambda', 'target=workers')).toEqual([[128], []]);
  expect(await buildFor('vercel', '', { memory: '512' })).toEqual([[512], ['unit-memory']]);
  expect(await buildFor('vercel', 'memory=256')).toEqual([[256], ['unit-memory']]);
  expect(await buildFor('openwhisk,vercel', '')).toEqual([[512], ['unit-memory']]); // one has no more, one no less
}, 60_000);
