/** The package.json that providers read which install a function's dependencies themselves. */
import type { OutputFile } from '../types.ts';

interface PackageJson {
  name: string;
  type?: 'commonjs';
  main?: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
}

/** Its files are ES modules, whatever they end with, unless it says something else. */
export function emitPackageJson(fields: PackageJson): OutputFile {
  const content = { private: true, type: 'module', ...fields };
  return { path: 'package.json', text: `${JSON.stringify(content, undefined, 2)}\n` };
}
