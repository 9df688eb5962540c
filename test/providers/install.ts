import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isTarget } from '../../src/providers/index.ts';
import { nameRuntime, type ProviderRuntime } from './runtime.ts';

/** Where a runtime is: what is named is there; npm installs the others into `home`, if they are not there. */
export async function install(runtime: ProviderRuntime, home: string): Promise<string> {
  const { packages, variable } = runtime;
  if (variable !== undefined) return process.env[variable] ?? '';
  const folder = join(home, nameRuntime(runtime));
  if (packages.length === 0 || existsSync(join(folder, 'node_modules'))) return folder;
  mkdirSync(folder, { recursive: true });
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', ...packages];
  await promisify(execFile)('npm', args, { cwd: folder });
  return folder;
}

/** `gcf,knative`, or `all` that are there: with a variable that names where, or to be installed. */
export async function loadRuntimes(names: string): Promise<ProviderRuntime[]> {
  if (names === '') return [];
  const files = readdirSync(import.meta.dirname).map((file) => file.replace(/\.ts$/, ''));
  const wanted = names === 'all' ? files.filter(isRuntime) : names.split(',');
  const loaded = await Promise.all(
    wanted.map(
      async (name) => ((await import(/* @vite-ignore */ `./${name}.ts`)) as { runtime: ProviderRuntime }).runtime,
    ),
  );
  return loaded.filter(({ variable }) => variable === undefined || process.env[variable] !== undefined);
}

/** `gcf`, `lambda@serverless-offline` */
function isRuntime(file: string): boolean {
  return isTarget(file.replace(/@.*$/, ''));
}
