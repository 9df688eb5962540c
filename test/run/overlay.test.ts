import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import MagicString from 'magic-string';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GO_VARIABLE } from '../../src/run/go.ts';
import { OVERLAY_FILE, type Overlay } from '../../src/run/overlay.ts';

const PRELOAD = pathToFileURL(join(import.meta.dirname, '../../dist/run/preload.js')).href;
const TSX = pathToFileURL(join(import.meta.dirname, '../../node_modules/tsx/dist/loader.mjs')).href;

const MAIN = `import { f } from './lib/f';
export const self = process.argv[1];
console.log(self, f(1), f(2));
`;
const FUNCTION = `export function f(n: number): number {
  if (n > 2) throw new RangeError('too much: ' + n);
  return n;
}
`;
/** Call number one is answered by a stub that says 100. */
const RUNTIME = 'exports.cut = (id, args) => args[0] === 1 ? { ret: 100 } : undefined;';

let base: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-test-')));
});
afterEach(() => rmSync(base, { recursive: true }));

function write(path: string, text: string): string {
  const file = join(base, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** A program and the overlay that puts a cut into its function. */
function writeCase(type: string, main: string): { entry: string; folder: string } {
  write('package.json', JSON.stringify({ type }));
  const entry = write('main.ts', main);
  const lib = write('lib/f.ts', FUNCTION);
  const edited = new MagicString(FUNCTION);
  edited.prepend("import { cut } from 'faasify/runtime';\n");
  edited.appendLeft(FUNCTION.indexOf('\n'), "\n  const $ = cut('lib/f#f', arguments); if ($) return $.ret;");
  const app = write('out/f.ts', edited.toString());
  write('out/f.ts.map', edited.generateMap({ source: 'elsewhere.ts', hires: 'boundary' }).toString());
  write('out/link.cjs', '');
  const overlay: Overlay = { files: { [lib]: app }, runtime: write('out/runtime.cjs', RUNTIME) };
  write(`out/${OVERLAY_FILE}`, JSON.stringify(overlay));
  return { entry, folder: join(base, 'out') };
}

function run(imported: string, entry: string) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', imported, entry], { encoding: 'utf8' });
  return { stdout, stderr, status };
}

/** The process that waits for the overlay, with what comes over its stream. */
function runWaiting(entry: string, folder: string, word: string) {
  const preload = `${PRELOAD}?${encodeURIComponent(pathToFileURL(folder).href)}`;
  const child = spawn(process.execPath, ['--import', preload, entry], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, [GO_VARIABLE]: '1' },
  });
  const [, stdout, stderr, stream] = child.stdio;
  (stream as Writable).end(word);
  return Promise.all([text(stdout as Readable), text(stderr as Readable), once(child, 'exit')]);
}

it('a process that is told to go has the variables it is told; what it starts does not wait', async () => {
  const main = `import { spawnSync } from 'node:child_process';
console.log(process.env.MORE, '${GO_VARIABLE}' in process.env);
const [, file] = process.argv;
const args = [...process.execArgv, file, 'again'];
if (process.argv.length < 3) spawnSync(process.execPath, args, { stdio: 'inherit' });`;
  const { entry, folder } = writeCase('module', main);
  const [stdout, stderr, [code]] = await runWaiting(entry, folder, '{ "MORE": "x" }');
  expect([stdout, stderr, code]).toEqual(['x false\nx false\n', '', 0]);
});

it('a process that is never told to go ends without a word', async () => {
  const { entry, folder } = writeCase('module', "console.log('began');");
  const [stdout, stderr, [code]] = await runWaiting(entry, folder, '');
  expect([stdout, stderr, code]).toEqual(['', '', 1]);
});

describe.each(['module', 'commonjs'])('a program of type %s', (type) => {
  it('runs with the texts of the overlay and its own paths', () => {
    const { entry, folder } = writeCase(type, MAIN);
    const result = run(`${PRELOAD}?${encodeURIComponent(pathToFileURL(folder).href)}`, entry);
    expect(result).toEqual({ stdout: `${entry} 100 2\n`, stderr: '', status: 0 });
  });

  it('shows an error as it would without', () => {
    const { entry, folder } = writeCase(type, MAIN.replace('f(1)', 'f(3)'));
    const result = run(`${PRELOAD}?${encodeURIComponent(pathToFileURL(folder).href)}`, entry);
    expect(result.stderr).toContain(`${join(base, 'lib/f.ts')}:2`);
    expect(result).toEqual(run(TSX, entry));
  });

  it('reads its own source as it was written', () => {
    const read =
      "import { readFileSync } from 'node:fs';\nconsole.log(readFileSync('lib/f.ts', 'utf8').length, f(1));\n";
    const { entry, folder } = writeCase(type, MAIN + read);
    const preload = `${PRELOAD}?${encodeURIComponent(pathToFileURL(folder).href)}`;
    const { stdout } = spawnSync(process.execPath, ['--import', preload, entry], { cwd: base, encoding: 'utf8' });
    expect(stdout).toContain(`\n${FUNCTION.length} 100\n`);
  });
});
