/** Which sources of a project are to be faasified. */

import { existsSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { FaasifyError } from '../errors.ts';

/**
 * What to build in the copy: one folder or file as it is, several through a tsconfig of their own, none as the whole
 * project. `sources` are relative to the project.
 */
export function chooseSources(dir: string, sources: string[]): string {
  for (const source of sources) {
    if (existsSync(resolve(dir, source))) continue;
    throw new FaasifyError('path-not-found', `There is no ${source} in ${dir}`, {
      fix: 'Give --src folders or files relative to the project.',
    });
  }
  const [only, ...others] = sources;
  if (only === undefined) return dir;
  return others.length === 0 ? resolve(dir, only) : writeConfig(dir, sources);
}

function writeConfig(dir: string, sources: string[]): string {
  const file = join(dir, 'tsconfig.faasify.json');
  const hasConfig = existsSync(join(dir, 'tsconfig.json'));
  const config = {
    ...(hasConfig ? { extends: './tsconfig.json' } : { compilerOptions: WITHOUT_CONFIG }),
    files: [],
    include: sources.map((source) => relative(dir, resolve(dir, source)) || '.'),
    exclude: ['**/node_modules'],
    references: [],
  };
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`);
  return file;
}

const WITHOUT_CONFIG = { target: 'ES2022', module: 'Preserve', moduleResolution: 'Bundler', strict: false };
