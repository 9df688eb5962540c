/** Files that change start functions. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findWatchBase, findWatchProblem, matchWatch } from '../../src/2-plan/watches.ts';
import { watchFiles } from '../../src/host/file-watch.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faasify-watch-'));
  mkdirSync(join(folder, 'inbox/deep'), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (path: string, text = 'x') => writeFileSync(join(folder, path), text);

describe('a watch', () => {
  it.each<[string, string[], string[]]>([
    ['inbox/*.csv', ['inbox/a.csv'], ['a.csv', 'inbox/deep/a.csv', 'inbox/.a.csv']],
    ['*.csv', ['a.csv', 'inbox/deep/a.csv'], ['a.txt', '.git/a.csv']],
    ['inbox/', ['inbox/a', 'inbox/deep/b.c'], ['a']],
    ['.queue/*', ['.queue/a'], ['queue/a']],
  ])('%s is for %j and not %j', (glob, meant, others) => {
    const isMeant = matchWatch(glob);
    expect([meant.filter(isMeant), others.filter(isMeant)]).toEqual([meant, []]);
  });

  it('looks no further than it has to', () => {
    expect(['inbox/*.csv', '*.csv', 'inbox/', 'a/b.csv'].map((glob) => findWatchBase(glob).base)).toEqual([
      'inbox',
      '',
      'inbox',
      'a',
    ]);
  });

  it('stays in its folder', () => {
    for (const glob of ['', '/etc/*', '../x', 'a/../../b', 'C:/x', '~/x', 'a\\b'])
      expect(findWatchProblem(glob)).toBeTruthy();
    expect(findWatchProblem('a..b/*')).toBeUndefined();
  });
});

describe('files', () => {
  it('are told when they have come to rest, and not before', async () => {
    write('inbox/old.csv');
    const told: string[] = [];
    const run = async ({ path, change }: { path: string; change: string }) => void told.push(`${change} ${path}`);
    const end = await watchFiles(folder, [{ glob: '*.csv', concurrency: 1, run }], 20);
    write('inbox/b.csv');
    write('inbox/a.csv');
    write('inbox/deep/c.csv');
    write('inbox/a.txt');
    write('node_modules/x.csv');
    await expect.poll(() => told).toEqual(['created inbox/a.csv', 'created inbox/b.csv', 'created inbox/deep/c.csv']);
    told.length = 0;
    write('inbox/old.csv', 'longer');
    await expect.poll(() => told).toEqual(['changed inbox/old.csv']);
    renameSync(join(folder, 'inbox/b.csv'), join(folder, 'inbox/d.csv'));
    await expect.poll(() => told.slice(1)).toEqual(['removed inbox/b.csv', 'created inbox/d.csv']);
    await end();
    write('inbox/late.csv');
    await new Promise((done) => setTimeout(done, 80));
    expect(told.length).toBe(3);
  });

  it('wait for those before them', async () => {
    let running = 0;
    let most = 0;
    const told: string[] = [];
    const run = async ({ path }: { path: string }) => {
      most = Math.max(most, ++running);
      await new Promise((done) => setTimeout(done, 30));
      running--;
      told.push(path);
    };
    const end = await watchFiles(folder, [{ glob: 'inbox/*', concurrency: 2, run }], 20);
    for (const name of ['a', 'b', 'c', 'd', 'e']) write(`inbox/${name}`);
    await expect.poll(() => told.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `inbox/${name}`));
    await end();
    expect(most).toBe(2);
  });
});
