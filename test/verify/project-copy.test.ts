import { execFileSync } from 'node:child_process';
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
import { settleRepository } from '../../src/verify/repository-copy.ts';

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
});

it('copies the repository: what is asked of it is answered, what is changed in it is changed in the copy', () => {
  rmSync(join(base, 'repo/.git'), { recursive: true });
  const git = (where: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e@x', ...args], { cwd: where, encoding: 'utf8' });
  write({ 'repo/a.ts': 'a', 'repo/b.ts': 'b', 'repo/.gitignore': 'node_modules' });
  git(join(base, 'repo'), 'init', '-q');
  git(join(base, 'repo'), 'add', '-A');
  git(join(base, 'repo'), 'commit', '-qm', 'first');
  git(join(base, 'repo'), 'tag', 'v1');
  git(join(base, 'repo'), 'worktree', 'add', '-q', '../beside', '-b', 'beside');
  for (const [from, branch] of [
    ['repo', git(join(base, 'repo'), 'branch', '--show-current')],
    ['beside', 'beside\n'],
  ] as const) {
    const { dir } = copyProject(join(base, from), join(base, `target-${from}`));
    expect(git(dir, 'tag', '--points-at', 'HEAD')).toBe('v1\n');
    expect(git(dir, 'branch', '--show-current')).toBe(branch);
    writeFileSync(join(dir, 'a.ts'), 'rewritten');
    settleRepository(dir, [join(dir, 'a.ts')]);
    expect(git(dir, 'status', '--porcelain') + git(dir, 'diff-files')).toBe('');
    writeFileSync(join(dir, 'b.ts'), 'changed');
    git(dir, 'commit', '-qam', 'second');
    expect(git(join(base, from), 'log', '--format=%s')).toBe('first\n');
    expect(git(join(base, from), 'status', '--porcelain')).toBe('');
  }
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
