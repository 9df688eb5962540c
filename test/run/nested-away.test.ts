/** Units that nobody leads to others: they go there by themselves, as those do that are deployed. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { build } from '../../src/commands/build.ts';
import { serve } from '../../src/commands/serve.ts';
import { makeProject } from '../cli/command.ts';

const PROGRAM = `
let total = 0;
class Short extends Error { constructor(readonly left: number) { super('only ' + left); this.name = 'Short'; } }
export function add(list: number[], n: number): number {
  const sum = total + n;
  if (sum > 5) throw new Short(5 - total);
  total = sum;
  list.push(n);
  console.log('added', n, total);
  return total;
}
export async function twice(n: number): Promise<number> { await null; console.log('twice', n); return n * 2; }
export function addAll(list: number[], more: number[]): string {
  let last = 0;
  try {
    for (const n of more) last = add(list, n);
  } catch (error) {
    return error instanceof Short ? \`\${error.message} \${error.left} \${last} \${total}\` : String(error);
  }
  return 'all ' + total;
}
export async function twiceAll(numbers: number[]): Promise<number> { let sum = 0; for (const n of numbers) sum = sum * 10 + (await twice(n)); return sum; }
export function isEven(n: number): boolean { const less = n - 1; return n === 0 ? true : isOdd(less); }
export function isOdd(n: number): boolean { const less = n - 1; return n === 0 ? false : isEven(less); }
const list: number[] = [];
console.log(isEven(4));
console.log(addAll(list, [1, 1]), list, await twiceAll([1, 2]), addAll(list, [7]), total);
`;

const FILES = {
  'package.json': '{ "type": "module", "name": "away" }\n',
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022" } }\n',
  'main.ts': PROGRAM,
};

/** What the handlers of units answer, called one after the other in one process as Lambda does it: without a host of ours. */
async function callHandlers(calls: [file: string, event: object][], env: Record<string, string>): Promise<unknown[]> {
  const script = `const replies = [];
    for (const [file, event] of ${JSON.stringify(calls)}) replies.push(await (await import(file)).handler(event));
    console.log(JSON.stringify(replies));`;
  const clean = { PATH: process.env.PATH, HOME: '/nowhere', ...env };
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: clean,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await new Promise((done) => child.on('close', done));
  return JSON.parse(text);
}

it('a unit calls others over the Invoke API, blocking and awaited, with all that a call brings back', {
  timeout: 60_000,
}, async () => {
  const folder = makeProject(FILES);
  const out = join(folder, 'faas');
  const flags = { target: 'lambda', nested: 'remote', out };
  const { manifest } = await build({ src: folder, cwd: folder, flags });
  const readStubs = (unit: string) => readFileSync(join(out, 'units', unit, 'stubs.ts'), 'utf8');
  expect(readStubs('main-add-all'), 'sleeps for what it calls').toContain('}, away);');
  expect(readStubs('main-is-even'), 'is async in the app only').toContain('}, away);');
  expect(readStubs('main-twice-all'), 'never sleeps, and needs no thread').toContain('}, near);');
  const { url, close } = await serve({ out, cwd: folder, port: 0 });
  const fileOf = (id: string) =>
    join(out, manifest.units.find(({ functions }) => functions.includes(id))?.bundle ?? '');
  const call = (fn: string, args: unknown[], total: number) =>
    [fileOf(fn), { v: 3, fn, args, state: { 'main#total': total } }] satisfies [string, object];
  try {
    const [some, short, soon, even] = await callHandlers(
      [
        call('main#addAll', [[], [1, 1]], 0),
        call('main#addAll', [[], [3, 4]], 2),
        call('main#twiceAll', [[1, 2]], 0),
        call('main#isEven', [4], 0),
      ],
      { AWS_ENDPOINT_URL: url },
    );
    expect(some).toMatchObject({ ret: 'all 2', changed: [[0, [1, 1]]], state: { 'main#total': 2 } });
    expect(some).toMatchObject({ calls: { 'main#add': { crossed: 2 } } });
    expect(short).toMatchObject({ ret: 'only 0 0 5 5', changed: [[0, [3]]], state: { 'main#total': 5 } });
    expect(even).toMatchObject({ ret: true, calls: { 'main#isEven': { crossed: 2 }, 'main#isOdd': { crossed: 2 } } });
    expect(soon).toMatchObject({ ret: 24, calls: { 'main#twice': { crossed: 2 } } });
    expect(JSON.stringify(some)).toContain('"added"');

    const [alone] = await callHandlers([call('main#addAll', [[], [1]], 0)], { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
    expect(JSON.stringify(alone)).toMatch(/unreachable|cannot reach/);
  } finally {
    await close();
  }
});
