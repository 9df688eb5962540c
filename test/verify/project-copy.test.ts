import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyProject } from '../../src/verify/project-copy.ts';

let base: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-test-')));
  mkdirSync(join(base, 'repo/.git'), { recursive: true });
});
afterEach(() => rmSync(base, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  }
}

it('copies files, packages, scopes and commands', () => {
  write({
    'repo/src/a.ts': 'a',
    'repo/.git/HEAD': '',
    'repo/node_modules/left/index.js': 'left',
    'repo/node_modules/@scope/right/index.js': 'right',
    'repo/node_modules/.bin/left': 'run',
    'repo/node_modules/.cache/x': 'stale',
  });
  const copy = copyProject(join(base, 'repo'), join(base, 'target'));
  const at = (path: string) => join(copy.dir, path);
  expect(readFileSync(at('src/a.ts'), 'utf8')).toBe('a');
  expect(lstatSync(at('node_modules')).isDirectory()).toBe(true);
  expect(realpathSync(at('node_modules/@scope/right/index.js'))).toBe(at('node_modules/@scope/right/index.js'));
  expect(statSync(at('node_modules/left/index.js')).ino).toBe(
    statSync(join(base, 'repo/node_modules/left/index.js')).ino,
  );
  expect(readFileSync(at('node_modules/.bin/left'), 'utf8')).toBe('run');
  expect(existsSync(at('node_modules/.cache'))).toBe(false);
  expect(existsSync(at('.git'))).toBe(false);
});

it('copies the whole workspace, and a package of it leads to its copy', () => {
  write({
    'repo/package.json': '{"workspaces": ["packages/*"]}',
    'repo/packages/a/index.ts': 'a',
    'repo/packages/b/index.ts': 'b',
    'repo/packages/a/node_modules/deep/index.js': 'deep',
  });
  mkdirSync(join(base, 'repo/node_modules/@me'), { recursive: true });
  symlinkSync('../../packages/b', join(base, 'repo/node_modules/@me/b'));
  const copy = copyProject(join(base, 'repo/packages/a'), join(base, 'target'));
  expect(copy.dir).toBe(join(base, 'target/packages/a'));
  expect(realpathSync(join(copy.root, 'node_modules/@me/b'))).toBe(join(base, 'target/packages/b'));
  expect(realpathSync(join(copy.dir, 'node_modules/deep'))).toBe(join(base, 'target/packages/a/node_modules/deep'));
});

it('links between packages lead to the copy, others where they led', () => {
  write({
    'repo/node_modules/.pnpm/left@1/node_modules/left/index.js': 'left',
    'repo/node_modules/.pnpm/left@1/node_modules/left/own.js': 'own',
    'elsewhere/right/index.js': 'right',
  });
  const modules = join(base, 'repo/node_modules');
  symlinkSync('.pnpm/left@1/node_modules/left', join(modules, 'left'));
  symlinkSync(join(modules, 'left'), join(modules, 'absolute'));
  symlinkSync('../../elsewhere/right', join(modules, 'right'));
  symlinkSync('nowhere', join(modules, 'dangling'));
  const copy = copyProject(join(base, 'repo'), join(base, 'target'));
  const real = (name: string) => realpathSync(join(copy.dir, 'node_modules', name));
  const left = join(copy.dir, 'node_modules/.pnpm/left@1/node_modules/left');
  expect([real('left'), real('absolute'), real('right')]).toEqual([left, left, join(base, 'elsewhere/right')]);
});

it('a node_modules that is a link itself: its packages are where they were', () => {
  write({ 'repo/index.ts': 'a', 'elsewhere/left/index.js': 'left', 'elsewhere/@scope/right/index.js': 'right' });
  symlinkSync(join(base, 'elsewhere'), join(base, 'repo/node_modules'));
  const copy = copyProject(join(base, 'repo'), join(base, 'target'));
  const real = (name: string) => realpathSync(join(copy.dir, 'node_modules', name));
  expect([real('left'), real('@scope/right')]).toEqual([
    join(base, 'elsewhere/left'),
    join(base, 'elsewhere/@scope/right'),
  ]);
  expect(lstatSync(join(copy.dir, 'node_modules')).isDirectory()).toBe(true);
});

it('brings what the folders above lend to the project', () => {
  write({
    'repo/package.json': '{"type": "module"}',
    'repo/node_modules/left/index.js': 'left',
    'repo/examples/fib/main.ts': 'fib',
    'repo/src/big.ts': 'not needed',
  });
  const copy = copyProject(join(base, 'repo/examples/fib'), join(base, 'target'));
  expect(copy.dir).toBe(join(base, 'target/examples/fib'));
  expect(readFileSync(join(base, 'target/package.json'), 'utf8')).toContain('module');
  expect(existsSync(join(base, 'target/node_modules/left/index.js'))).toBe(true);
  expect(existsSync(join(base, 'target/src'))).toBe(false);
});
