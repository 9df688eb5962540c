import { dirname, resolve } from 'node:path';
import ts from 'typescript';

/** Compiler options as a tsconfig writes them, `extends` resolved. Paths are absolute. */
export interface WrittenOptions {
  /** Apart from `paths` and everything else that names folders. */
  compilerOptions: Record<string, string | number | boolean | string[]>;
  /** Pattern → absolute patterns. */
  paths: Record<string, string[]>;
  /** Modules are looked up the classic way: packages are found below `node_modules/@types` only. */
  isClassic: boolean;
}

const ENUMS: Record<string, Record<number, string>> = {
  target: ts.ScriptTarget,
  module: ts.ModuleKind,
  moduleResolution: ts.ModuleResolutionKind,
  moduleDetection: ts.ModuleDetectionKind,
};

const JSX: Record<number, string> = {
  [ts.JsxEmit.Preserve]: 'preserve',
  [ts.JsxEmit.React]: 'react',
  [ts.JsxEmit.ReactNative]: 'react-native',
  [ts.JsxEmit.ReactJSX]: 'react-jsx',
  [ts.JsxEmit.ReactJSXDev]: 'react-jsxdev',
};

/** Options that name folders, or say what is emitted where: nothing of it holds for a rewritten copy. */
const LEFT_OUT =
  /^(configFilePath|configFile|paths|pathsBasePath|baseUrl|rootDirs?|outDir|typeRoots|noEmit|lib|newLine|project|plugins|ignoreDeprecations)$/;

export function writeOptions(options: ts.CompilerOptions): WrittenOptions {
  const compilerOptions: WrittenOptions['compilerOptions'] = {};
  for (const [name, value] of Object.entries(options)) {
    const written = LEFT_OUT.test(name) ? undefined : writeValue(name, value);
    if (written !== undefined) compilerOptions[name] = written;
  }
  const lib = options.lib?.map((file) => file.replace(/^lib\.|\.d\.ts$/g, ''));
  return {
    compilerOptions: { ...compilerOptions, ...(lib && { lib }), noEmit: true },
    paths: writePaths(options),
    isClassic: isClassic(options),
  };
}

/** The compiler's default for modules that are neither CommonJS nor Node's. */
function isClassic({ moduleResolution, module, target = ts.ScriptTarget.ES5 }: ts.CompilerOptions): boolean {
  if (moduleResolution !== undefined) return moduleResolution === ts.ModuleResolutionKind.Classic;
  if (module === undefined) return target >= ts.ScriptTarget.ES2015;
  const isNode = module >= ts.ModuleKind.Node16 && module <= ts.ModuleKind.NodeNext;
  return module !== ts.ModuleKind.CommonJS && module !== ts.ModuleKind.Preserve && !isNode;
}

function writeValue(name: string, value: unknown): string | number | boolean | string[] | undefined {
  if (typeof value === 'number' && name === 'jsx') return JSX[value];
  if (name === 'target' && value === ts.ScriptTarget.ESNext) return 'ESNext'; // which is also called Latest
  if (typeof value === 'number' && ENUMS[name]) return ENUMS[name][value];
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}

/** With `baseUrl`, a name without a dot may also be a file below it. */
function writePaths(options: ts.CompilerOptions): Record<string, string[]> {
  const configFile = typeof options.configFilePath === 'string' ? options.configFilePath : undefined;
  const base = options.baseUrl ?? (options.pathsBasePath as string | undefined) ?? (configFile && dirname(configFile));
  if (base === undefined) return {};
  const paths = Object.entries(options.paths ?? {}).map(([pattern, targets]): [string, string[]] => [
    pattern,
    targets.map((target) => resolve(base, target)),
  ]);
  const below: [string, string[]][] = options.baseUrl === undefined ? [] : [['*', [resolve(options.baseUrl, '*')]]];
  return Object.fromEntries([...below, ...paths]);
}
