import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The tsconfig that tsx reads when it is started in this folder. */
export function findTsxConfig(folder: string): string | undefined {
  const file = join(folder, 'tsconfig.json');
  if (existsSync(file)) return file;
  return dirname(folder) === folder ? undefined : findTsxConfig(dirname(folder));
}
