import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import MagicString from 'magic-string';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
