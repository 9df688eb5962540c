import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = ['package.json', 'tsconfig.json', 'README.md', 'LICENSE', 'bin', 'src', 'templates'];

const CONSUMER = `
import { build, check, type Manifest } from 'faasify';
const request: Parameters<typeof build>[0] = { src: '.' } as Parameters<typeof build>[0];
export const made: ReturnType<typeof build> = build(request);
export const units: Manifest['units'] = [];
// @ts-expect-error a command is no number
export const wrong: number = check;
`;

/** What npm packs, as a program that has installed it finds it. Packing builds in the folder, so that is done in a copy. */
describe.skipIf(process.env.FAASIFY_PACKED === undefined)('the package that npm packs', () => {
  let folder: string;
  let app: string;
  const run = (command: string, args: string[], cwd = app) =>
    spawnSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, npm_config_loglevel: 'error' } });

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'faasify-test-'));
    app = join(folder, 'app');
    const copy = join(folder, 'copy');
    for (const name of SOURCES) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const packed = run('npm', ['pack', '--pack-destination', folder], copy);
    expect(packed.status, packed.stderr).toBe(0);
    mkdirSync(join(app, 'node_modules/faasify'), { recursive: true });
    const [archive] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
    run('tar', ['xzf', join(folder, `${archive}`), '--strip-components=1', '-C', join(app, 'node_modules/faasify')]);
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      if (name !== '.cache') symlinkSync(join(ROOT, 'node_modules', name), join(app, 'node_modules', name));
    }
    writeFileSync(join(app, 'package.json'), '{ "type": "module" }');
    writeFileSync(
      join(app, 'main.ts'),
      'function twice(n: number): number { let m = n; m *= 2; return m; }\nconsole.log(twice(21));\n',
    );
    writeFileSync(join(app, 'consumer.ts'), CONSUMER);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('runs a program', { timeout: 60_000 }, () => {
    const bin = join(app, 'node_modules/faasify/bin/faasify.js');
    const { stdout, stderr, status } = run(process.execPath, [bin, 'run', 'main.ts', '--report', 'report.json']);
    expect({ stdout, stderr, status }).toEqual({ stdout: '42\n', stderr: '', status: 0 });
    expect(run(process.execPath, [bin, 'check', 'main.ts']).stdout).toContain('1 moved');
  });

  it('has types', { timeout: 60_000 }, () => {
    const options = '--noEmit --strict --skipLibCheck --module NodeNext --target ES2022 --types node'.split(' ');
    const { stdout, status } = run(join(ROOT, 'node_modules/.bin/tsc'), [...options, 'consumer.ts']);
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });
});
