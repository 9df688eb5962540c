/** The package.json that a file belongs to. Loads nothing: what is built already needs no more to run. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** `package.json` files from the folder of a file upwards, nearest first. */
export function findPackageJson(file: string): string | undefined {
  for (let folder = dirname(resolve(file)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'package.json');
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}

/** The `type` of a package.json; anything else than `module` means CommonJS. */
export function readPackageType(packageJson: string): 'module' | 'commonjs' {
  try {
    const content: unknown = JSON.parse(readFileSync(packageJson, 'utf8'));
    const isModule = typeof content === 'object' && content !== null && 'type' in content && content.type === 'module';
    return isModule ? 'module' : 'commonjs';
  } catch {
    return 'commonjs';
  }
}
