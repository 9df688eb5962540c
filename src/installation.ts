import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

/** Differs between two builds of faasify itself, even of the same version: names of code chunks depend on their content. */
export function readBuildId(): string {
  const home = getInstallation();
  const hash = createHash('sha256');
  for (const folder of ['dist', 'dist/runtime', 'templates/runtime']) {
    const names = existsSync(join(home, folder)) ? readdirSync(join(home, folder)).sort() : [];
    const files = names.filter((name) => (folder === 'dist' ? name === 'cli.js' : /\.(ts|cjs)$/.test(name)));
    for (const name of files) hash.update(name).update(readFileSync(join(home, folder, name)));
  }
  return `${readVersion()} ${hash.digest('hex')}`;
}
