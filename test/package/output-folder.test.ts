import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  checkOutputFolder,
  commitOutputFolder,
  discardOutputFolder,
  openOutputFolder,
} from '../../src/4-package/output-folder.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faasify-package-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a new output takes the place of the old one, in one piece', () => {
  const out = join(makeFolder(), 'faas');
  for (const text of ['first', 'second']) {
    const folder = openOutputFolder(out);
    writeFileSync(join(folder.temp, text), text);
    expect(existsSync(join(out, text))).toBe(false);
    commitOutputFolder(folder);
    expect(readdirSync(out)).toEqual([text]);
  }
  expect(readdirSync(join(out, '..'))).toEqual(['faas']);
});

test('a build that is given up leaves the old output', () => {
  const out = join(makeFolder(), 'faas');
  mkdirSync(out);
  writeFileSync(join(out, 'old'), 'old');
  discardOutputFolder(openOutputFolder(out));
  expect(readdirSync(join(out, '..'))).toEqual(['faas']);
  expect(readFileSync(join(out, 'old'), 'utf8')).toBe('old');
});

test('an output that a build had moved aside when it died is put back', () => {
  const parent = makeFolder();
  mkdirSync(join(parent, '.faas.99999999-1.old'));
  writeFileSync(join(parent, '.faas.99999999-1.old', 'letter'), 'dear');
  mkdirSync(join(parent, '.faas.99999999-1.new'));
  discardOutputFolder(openOutputFolder(join(parent, 'faas')));
  expect(readdirSync(parent)).toEqual(['faas']);
  expect(readdirSync(join(parent, 'faas'))).toEqual(['letter']);
});

test('the folder of a build that is still alive is left alone', () => {
  const parent = makeFolder();
  const alive = `.faas.${process.ppid}-1.new`;
  mkdirSync(join(parent, alive));
  discardOutputFolder(openOutputFolder(join(parent, 'faas')));
  expect(readdirSync(parent)).toEqual([alive]);
});

test('two builds of one process leave each other alone', () => {
  const out = join(makeFolder(), 'faas');
  const [first, second] = [openOutputFolder(out), openOutputFolder(out)];
  writeFileSync(join(first.temp, 'first'), '');
  writeFileSync(join(second.temp, 'second'), '');
  commitOutputFolder(first);
  expect(readdirSync(out)).toEqual(['first']);
  commitOutputFolder(second);
  expect(readdirSync(out)).toEqual(['second']);
  expect(readdirSync(join(out, '..'))).toEqual(['faas']);
});

test('a folder inside the sources is fine, one around them is not', () => {
  const root = makeFolder();
  expect(() => checkOutputFolder(join(root, 'faas'), root)).not.toThrow();
  expect(() => checkOutputFolder(root, root)).toThrow('is the source folder');
  expect(() => checkOutputFolder(join(root, '..'), root)).toThrow('contains the source folder');
});
