import type ts from 'typescript';

/** Where a type is declared: by the language, a browser or Node; by an npm package; by the program. */
export type Origin = { kind: 'runtime' } | { kind: 'package'; name: string } | { kind: 'program' };

export function originOf(symbol: ts.Symbol, program: ts.Program): Origin {
  const file = symbol.declarations?.[0]?.getSourceFile();
  if (!file) return { kind: 'program' };
  if (program.isSourceFileDefaultLibrary(file)) return { kind: 'runtime' };
  const name = packageOf(file.fileName);
  if (name === undefined) return { kind: 'program' };
  return name === 'node' || name === 'undici-types' ? { kind: 'runtime' } : { kind: 'package', name };
}

/** `lodash` for files of `node_modules/lodash` and of `node_modules/@types/lodash`; undefined outside node_modules. */
export function packageOf(file: string): string | undefined {
  const path = file.replaceAll('\\', '/');
  const start = path.lastIndexOf('/node_modules/');
  if (start < 0) return undefined;
  const [first = '', second = ''] = path.slice(start + '/node_modules/'.length).split('/');
  if (first === '@types') return second.includes('__') ? `@${second.replace('__', '/')}` : second;
  return first.startsWith('@') ? `${first}/${second}` : first;
}
