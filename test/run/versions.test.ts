import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { serve } from '../../src/commands/serve.ts';
import { faasify, makeProject, ROOT, runNode } from '../cli/command.ts';

const TSX = join(ROOT, 'node_modules/tsx/dist/loader.mjs');

/** Stays, with all that is written in it, so that the app's own code makes the calls. */
const CALLER = `
import { apply, price, stamp } from './shop.ts';
const attempt = (run: () => unknown) => {
  try { return run(); } catch (error) {
    const { name, code, mayHaveRun } = error as Error & { code: string; mayHaveRun: boolean };
    return [name, code, mayHaveRun];
  }
};
console.log(JSON.stringify([attempt(() => price({ net: 10, rate: 2 })), attempt(() => stamp(3)), attempt(() => apply(4, (n) => n + 1))]));
`;
const OLD = `
export function price(item: { net: number; rate: number }): number { const sum = item.net * item.rate; console.log('ran'); return sum; }
export function stamp(n: number): string { const text = 'old ' + n; return text; }
export function apply(n: number, change: (n: number) => number): number { const changed = change(n); return changed; }
`;
/** One function has another parameter, one only another body, and one gets another function. */
const NEW = `
export function price(item: { net: number; rate: number; discount?: string }): number { const sum = item.net + item.rate; console.log('ran'); return sum; }
export function stamp(n: number): string { const text = 'new ' + n; return text; }
export function apply(n: number, change: (n: number) => number): number { const changed = change(n); return changed; }
`;

it('a unit of another build refuses calls it may read otherwise, before it reads them', {
  timeout: 120_000,
}, async () => {
  const files = { 'package.json': '{ "type": "module" }' };
  const old = makeProject({ ...files, 'main.ts': CALLER, 'shop.ts': OLD });
  const app = makeProject({ ...files, 'main.ts': CALLER.replace('n + 1', 'n * 10'), 'shop.ts': NEW });
  const options = ['--target', 'lambda', '--exclude', 'main.ts'];
  expect((await faasify(old, 'build', '.', ...options)).code).toBe(0);
  expect((await faasify(app, 'build', '.', ...options)).code).toBe(0);
  const serving = await serve({ out: 'faas', cwd: old, port: 0 });
  try {
    vi.stubEnv('FAASIFY_ENDPOINT', serving.url);
    const { stdout } = await runNode(app, '--import', TSX, 'faas/app/main.ts');
    const refused = ['FaasifyError', 'contract', false];
    expect(JSON.parse(stdout)).toEqual([refused, 'old 3', refused]);
  } finally {
    vi.unstubAllEnvs();
    await serving.close();
  }
});
