import { statSync } from 'node:fs';
import type ts from 'typescript';

type ReadSource = ts.CompilerHost['getSourceFile'];

/** By name and everything else that the parsed file depends on. */
const parsed = new Map<string, { state: string; file: ts.SourceFile }>();

/** Options that make another file of the same text, as the compiler's own registry of documents has them. */
const OPTIONS = [
  ...['target', 'module', 'moduleResolution', 'moduleDetection', 'jsx', 'jsxImportSource', 'importHelpers'],
  ...['strict', 'alwaysStrict', 'noFallthroughCasesInSwitch', 'allowUnusedLabels', 'allowUnreachableCode'],
];

/**
 * Declarations of the language and of packages are parsed once, as long as they stay the same on disk: a process that builds
 * more than once (`--watch`, tests) spends most of its time on them. Everything else is read anew.
 */
export function keepDeclarations(read: ReadSource, options: ts.CompilerOptions): ReadSource {
  const common = OPTIONS.map((name) => options[name]);
  return (name, language, ...rest) => {
    if (!name.endsWith('.d.ts') || !name.includes('/node_modules/')) return read(name, language, ...rest);
    const key = JSON.stringify([name, language, ...common]);
    const state = readState(name);
    const found = parsed.get(key);
    if (found?.state === state) return found.file;
    const file = read(name, language, ...rest);
    if (file) parsed.set(key, { state, file });
    return file;
  };
}

function readState(name: string): string {
  const stats = statSync(name, { throwIfNoEntry: false });
  return stats ? `${stats.size} ${stats.mtimeMs}` : 'missing';
}
