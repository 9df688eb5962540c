import { statSync } from 'node:fs';
import ts from 'typescript';

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
 * more than once (`--watch`, tests) spends most of its time on them. Everything else is read anew, by `read`.
 */
export function keepDeclarations(read: ReadSource, options: ts.CompilerOptions): ReadSource {
  const common = OPTIONS.map((name) => options[name]);
  const readDeclaration = createDeclarationReader(options);
  return (name, language, ...rest) => {
    if (!name.endsWith('.d.ts') || !name.includes('/node_modules/')) return read(name, language, ...rest);
    const key = JSON.stringify([name, language, ...common]);
    const state = readState(name);
    const found = parsed.get(key);
    if (found?.state === state) return found.file;
    const file = readDeclaration(name, language, ...rest);
    if (file) parsed.set(key, { state, file });
    return file;
  };
}

/**
 * Without their comments, which say nothing about types and take a quarter of the time, and without parents, which the
 * checker sets before anybody asks for them.
 */
function createDeclarationReader(options: ts.CompilerOptions): ReadSource {
  const { getSourceFile } = ts.createCompilerHost(options);
  return (name, language, ...rest) => {
    const asked = typeof language === 'object' ? language : { languageVersion: language };
    return getSourceFile(name, { ...asked, jsDocParsingMode: ts.JSDocParsingMode.ParseNone }, ...rest);
  };
}

function readState(name: string): string {
  const stats = statSync(name, { throwIfNoEntry: false });
  return stats ? `${stats.size} ${stats.mtimeMs}` : 'missing';
}
