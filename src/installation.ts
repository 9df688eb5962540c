import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder faasify is installed in, whether this file runs from `src` or from `dist`. */
export function getInstallation(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'templates', 'runtime'))) {
    if (dirname(folder) === folder) throw new Error('the installation of faasify is incomplete: templates are missing');
    folder = dirname(folder);
  }
  return folder;
}

export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(join(getInstallation(), 'package.json'), 'utf8')) as { version: string };
  return version;
}
