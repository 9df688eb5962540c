import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WrittenOptions } from '../1-analyze/program/written-options.ts';
import { formatJson, isWithin, posixRelative } from './files.ts';

/** Where the user's files are and where their rewritten copies are going to be. */
export interface AppFolders {
  /** The folder whose tree becomes the app. */
  base: string;
  /** `<out>/app` */
  app: string;
}

/** Path that leads from the app to what `target` was for the original: into the app if it is part of it. */
export function adaptPath({ base, app }: AppFolders, target: string): string {
  const path = isWithin(base, target) ? posixRelative(base, target) : posixRelative(app, target);
  return path.startsWith('.') ? path : `./${path}`;
}

/** A package.json that makes Node treat the app as it treats the original, for an original whose own lies further up. */
export function makePackageJson(folders: AppFolders): string {
  const nearest = findUpwards(folders.base, 'package.json');
  const written: unknown = nearest === undefined ? {} : JSON.parse(readFileSync(nearest, 'utf8'));
  const { name, type, imports } = written as { name?: string; type?: string; imports?: unknown };
  const home = nearest === undefined ? folders.base : dirname(nearest);
  return formatJson({ name, private: true, type, imports: adaptImports(imports, home, folders) });
}

/** The targets of `imports` are relative to the package.json they are written in. */
function adaptImports(imports: unknown, home: string, folders: AppFolders): unknown {
  if (typeof imports === 'string') return imports.startsWith('.') ? adaptPath(folders, join(home, imports)) : imports;
  if (Array.isArray(imports)) return imports.map((item) => adaptImports(item, home, folders));
  if (typeof imports !== 'object' || imports === null) return imports;
  return Object.fromEntries(Object.entries(imports).map(([key, value]) => [key, adaptImports(value, home, folders)]));
}

/** A tsconfig of one piece, for an original that is configured from further up. */
export function makeTsconfig(options: WrittenOptions, folders: AppFolders): string {
  const paths = Object.fromEntries(
    Object.entries(options.paths).map(([pattern, targets]) => [
      pattern,
      targets.map((target) => adaptPath(folders, target)),
    ]),
  );
  const hasPaths = Object.keys(paths).length > 0;
  return formatJson({
    compilerOptions: { ...options.compilerOptions, ...(hasPaths && { paths }) },
    include: ['**/*'],
  });
}

function findUpwards(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, name))) return join(at, name);
    if (dirname(at) === at) return undefined;
  }
}
