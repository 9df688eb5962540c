import { expect, it } from 'vitest';
import { serve } from '../../src/commands/serve.ts';
import { findRuntimeClient } from '../../src/host/runtime/client-choice.ts';
import { faasify, faasifyProcess, makeProject, ROOT } from '../cli/command.ts';

const MAIN = `
import { check, end, grow, spin } from './lib.ts';
for (const n of [1, 3]) {
  try {
    console.log(await check(n));
  } catch (error) {
    console.log(\`\${error}\`, (error as { limit?: number }).limit);
  }
}
for (const run of [spin, grow]) {
  try {
    run(1e9);
  } catch (error) {
    console.log((error as { code: string }).code, (error as { mayHaveRun: boolean }).mayHaveRun);
  }
}
end(7);
`;
const LIB = `
export class Refused extends Error {
  override name = 'Refused';
  constructor(readonly limit: number) { super('refused'); }
}
let checked = 0;
export function check(n: number): string {
  checked++;
  console.log('checking', n);
  if (n > 2) throw new Refused(2);
  return \`\${checked}: \${process.env.LAMBDA_TASK_ROOT === undefined ? 'here' : 'there'}\`;
}
export function spin(ms: number): number {
  const end = performance.now() + ms;
  while (performance.now() < end) {}
  return ms;
}
export function grow(count: number): number {
  const all: string[][] = [];
  while (all.length < count) all.push(new Array<string>(100_000).fill('x'));
  return all.length;
}
export function end(code: number): void {
  console.log('ending');
  process.exit(code);
}
`;
const FILES = {
  'package.json': '{ "type": "module", "faasify": { "timeout": 6, "memory": 128, "app": "shop" } }',
  'main.ts': MAIN,
  'lib.ts': LIB,
};

/** Whoever sees it first, V8 or the host. */
const OUT_OF_MEMORY = expect.stringMatching(/^(exit|out-of-memory) true$/);

it('runs a program whose units are processes as on Lambda', { timeout: 120_000 }, async () => {
  const project = makeProject(FILES);
  const options = ['--runtime', 'lambda', '--runtime-client', 'own', '--exclude', 'main.ts', '--calls', 'blocking'];
  const { stdout, stderr, code } = await faasifyProcess(project, 'run', ...options, 'main.ts');
  expect([stdout.split('\n'), stderr, code]).toEqual([
    ['checking 1', '1: here', 'checking 3', 'Refused: refused 2', 'timeout true', OUT_OF_MEMORY, 'ending', ''],
    '',
    7,
  ]);
});

it('serves an output folder so', { timeout: 120_000 }, async () => {
  const project = makeProject(FILES);
  expect((await faasify(project, 'build', '.', '--target', 'lambda', '--exclude', 'main.ts')).code).toBe(0);
  const client = findRuntimeClient('own', [], ROOT, {});
  const serving = await serve({ out: 'faas', cwd: project, port: 0, client });
  try {
    const url = `${serving.url}/2015-03-31/functions/shop-lib-spin/invocations`;
    const response = await fetch(url, { method: 'POST', body: '{"fn":"lib#spin","args":[1]}' });
    expect([response.status, await response.json()]).toEqual([200, { ret: 1 }]);
  } finally {
    await serving.close();
  }
});

it('says what is missing or does not go together', async () => {
  const project = makeProject({ 'package.json': '{}', 'main.ts': 'console.log(1);' });
  const run = async (...args: string[]) => {
    const { code, stderr } = await faasify(project, 'run', ...args, 'main.ts');
    return [code, stderr];
  };
  expect(await run('--runtime', 'lambda')).toEqual([
    2,
    expect.stringMatching(/no-runtime-client[\s\S]*npm install[\s\S]*apt-get install[\s\S]*--runtime-client own/),
  ]);
  expect(await run('--runtime', 'cloud')).toEqual([2, expect.stringContaining('threads, or lambda')]);
  expect(await run('--runtime', 'lambda', '--runtime-client', 'other')).toEqual([
    2,
    expect.stringContaining('own: faasify'),
  ]);
  const own = ['--runtime', 'lambda', '--runtime-client', 'own'];
  expect(await run(...own, '--target', 'local')).toEqual([2, expect.stringContaining('[option-conflict]')]);
});
