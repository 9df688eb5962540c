import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What is deployed together is named so; functions and roles are named after it, with enough room for what is added. */
export const APP_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;

/** The name of the nearest package.json that has one, in the letters that providers take: `@acme/shop` → `acme-shop`. */
export function findAppName(src: string): string | undefined {
  const start = statSync(src, { throwIfNoEntry: false })?.isDirectory() ? src : dirname(src);
  for (let folder = start; ; folder = dirname(folder)) {
    const name = readName(join(folder, 'package.json'));
    if (name !== undefined) return name;
    if (dirname(folder) === folder || existsSync(join(folder, '.git'))) return undefined;
  }
}

function readName(packageJson: string): string | undefined {
  try {
    const { name }: { name?: unknown } = JSON.parse(readFileSync(packageJson, 'utf8'));
    const letters = typeof name === 'string' ? name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[-_]+|[-_]+$/g, '') : '';
    return APP_NAME.test(letters) ? letters : undefined;
  } catch {
    return undefined;
  }
}
