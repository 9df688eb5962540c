import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** Where a build of faasify leaves its id, below the installation. */
const BUILD_ID = 'dist/build-id';

/** Differs between two builds of faasify itself, even of the same version. */
export function readBuildId(): string {
  return readFileSync(join(getInstallation(), BUILD_ID), 'utf8');
}

/** The last step of a build of faasify: names of code chunks depend on their content, so that the first of them tells of all. */
export function writeBuildId(): void {
  const home = getInstallation();
  const hash = createHash('sha256');
  for (const folder of ['dist', 'dist/runtime', 'templates/runtime']) {
    const files = readdirSync(join(home, folder)).sort();
    for (const name of files.filter((file) => (folder === 'dist' ? file === 'cli.js' : /\.(ts|cjs)$/.test(file)))) {
      hash.update(name).update(readFileSync(join(home, folder, name)));
    }
  }
  writeFileSync(join(home, BUILD_ID), `${readVersion()} ${hash.digest('hex')}`);
}
