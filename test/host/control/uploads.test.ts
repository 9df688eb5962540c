/** What is uploaded lands in its folder, and nowhere else, or not at all. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCodeStore } from '../../../src/host/control/code.ts';
import { MAX_UNPACKED, unzip } from '../../../src/host/control/unzip.ts';
import { makeCode, makeZip, type ZipEntry } from './zips.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'faasify-zip-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const INVALID = { type: 'InvalidParameterValueException' };

async function unpack(entries: ZipEntry[]): Promise<string[]> {
  const folder = join(home, 'inside', 'code');
  await unzip(makeZip(entries), folder);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

describe('a zip', () => {
  it('is unpacked as it is', async () => {
    const files = [
      { name: 'lib/', content: '' },
      { name: 'lib/a.txt', content: 'a' },
      { name: 'bin/run', content: '#!/bin/sh', mode: 0o100755 },
      { name: 'ü.txt', content: 'ü' },
    ];
    expect(await unpack(files)).toEqual(['bin', 'bin/run', 'lib', 'lib/a.txt', 'ü.txt']);
    expect(statSync(join(home, 'inside/code/bin/run')).mode & 0o111).not.toBe(0);
    expect(statSync(join(home, 'inside/code/lib/a.txt')).mode & 0o111).toBe(0);
  });

  it.each([
    ...[
      '../evil',
      '../../evil',
      'a/../../evil',
      '/tmp/evil',
      '..\\evil',
      'C:\\evil',
      'C:/evil',
      'a\\..\\..\\evil',
      '..',
    ],
    ...['a\0b', './../evil', `${'x'.repeat(300)}`, `${'d/'.repeat(3000)}x`],
  ])('with a file %j is refused', async (name) => {
    await expect(unpack([{ name, content: 'evil' }])).rejects.toMatchObject(INVALID);
    expect(readdirSync(home)).not.toContain('evil');
    expect(existsSync(join(home, 'inside', 'evil'))).toBe(false);
  });

  it('with a link is refused, and nothing is written through it', async () => {
    const link = { name: 'link', content: '../..', mode: 0o120777 };
    await expect(unpack([link, { name: 'link/evil', content: 'evil' }])).rejects.toMatchObject(INVALID);
    expect(existsSync(join(home, 'evil'))).toBe(false);
  });

  it('with a file that is a folder, too, is refused', async () => {
    const entries = [
      { name: 'a', content: 'x' },
      { name: 'a/b', content: 'x' },
    ];
    await expect(unpack(entries)).rejects.toMatchObject(INVALID);
  });

  it('that fails in two ways at once is refused', async () => {
    await expect(unpack([{ name: 'a\0b', content: 'too long', size: 1 }])).rejects.toMatchObject(INVALID);
    await new Promise((done) => setTimeout(done, 20));
  });

  it('that is no zip, is encrypted or has nothing in it is refused', async () => {
    const folder = join(home, 'x');
    for (const zip of [Buffer.alloc(0), Buffer.from('no zip'), makeCode('x').subarray(0, 60), makeZip([])]) {
      await expect(unzip(zip, folder)).rejects.toMatchObject(INVALID);
    }
    await expect(unpack([{ name: 'dir/', content: '' }])).rejects.toMatchObject(INVALID);
    await expect(unpack([{ name: 'a', content: 'x', flags: 0x801 }])).rejects.toMatchObject(INVALID);
  });

  it('that is larger than it says, or than anything may be, does not fill the disk', async () => {
    const big = Buffer.alloc(30 * 1024 * 1024);
    const lie = unpack([{ name: 'bomb', content: big, size: 10 }]);
    await expect(lie).rejects.toMatchObject(INVALID);
    const written = existsSync(join(home, 'inside/code/bomb')) ? statSync(join(home, 'inside/code/bomb')).size : 0;
    expect(written).toBeLessThan(1024 * 1024);
    const honest = Array.from({ length: 9 }, (_, index) => ({ name: `bomb${index}`, content: big }));
    await expect(unpack(honest)).rejects.toMatchObject({ message: expect.stringContaining(`${MAX_UNPACKED}`) });
    expect(existsSync(join(home, 'inside/code/bomb0'))).toBe(false);
  });
});

describe('the store of code', () => {
  it('keeps a zip once and nothing of one that it refuses', async () => {
    const store = createCodeStore(() => ({ zips: join(home, 'zips'), unpacked: join(home, 'unpacked') }));
    const code = await store.add(makeCode('1'));
    const [first, second] = await Promise.all([store.add(makeCode('1')), store.unpack(code)]);
    expect(first).toEqual(code);
    expect(readFileSync(join(second, 'index.mjs'), 'utf8')).toBe('1');
    await expect(store.add(Buffer.from('x'))).rejects.toMatchObject(INVALID);
    expect([readdirSync(join(home, 'zips')).length, readdirSync(join(home, 'unpacked')).length]).toEqual([1, 1]);
    store.keep(() => new Set());
    await new Promise((done) => setImmediate(done));
    expect([readdirSync(join(home, 'zips')).length, readdirSync(join(home, 'unpacked')).length]).toEqual([0, 0]);
    await expect(store.unpack(code)).rejects.toMatchObject({ type: 'ServiceException' });
  });
});
