import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { StubPlan } from '../../templates/runtime/plan.ts';
import type { WrittenOptions } from '../1-analyze/program/written-options.ts';
import type { OutputFile } from '../types.ts';
import { type AppFolders, makePackageJson, makeTsconfig } from './app-config.ts';
import { formatJson, isWithin, listContents, posixRelative, writeText } from './files.ts';
import { linkInnerPackages } from './package-folders.ts';

export interface AppInput {
  /** The source root, absolute. */
  root: string;
  /** `<out>/app` and where it is being made. */
  app: string;
  temp: string;
  /** Rewritten files, by path from the output folder: `app/lib/cart.ts`; `app/../shared/x.ts` for one outside the root. */
  files: OutputFile[];
  /** Everything else of the program that lies outside the root, absolute. */
  outside: string[];
  /** Leave out what is not rewritten. */
  inPlace: boolean;
  options: WrittenOptions;
  configFile?: string;
}

/** Writes the whole app: rewritten files, copies of all others, and what it takes to run and type-check it there. */
export function writeApp(input: AppInput): void {
  const base = findBase(input);
  const contents = input.inPlace ? undefined : listContents(base);
  for (const file of contents?.files ?? []) copyFile(join(base, file), join(input.temp, file));
  for (const file of input.files) {
    const path = join(input.temp, posixRelative(base, join(input.root, posix.relative('app', file.path))));
    writeText(path, file.text);
    if (file.map !== undefined) writeText(`${path}.map`, file.map);
  }
  if (!contents) return;
  linkInnerPackages(base, contents.packageFolders, input.temp);
  writeConfigs(input, { base, app: input.app });
}

/** The source root, or the nearest folder above it that holds all of the program. */
function findBase({ root, files, outside }: AppInput): string {
  const all = [...files.map((file) => join(root, posix.relative('app', file.path))), ...outside];
  let base = root;
  while (!all.every((file) => isWithin(base, file)) && dirname(base) !== base) base = dirname(base);
  return base;
}

/** Where a file of the program, given from the source root, lies in the app: from the output folder, if it is there. */
export function findInApp(out: string, root: string, file: string): string | undefined {
  for (let base = root; ; base = dirname(base)) {
    const path = posix.join('app', posixRelative(base, root), file);
    if (existsSync(join(out, path))) return path;
    if (dirname(base) === base) return undefined;
  }
}

/** Links to files become files; links to folders lead where they led. */
function copyFile(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const stats = statSync(from, { throwIfNoEntry: false });
  if (stats?.isDirectory()) symlinkSync(realpathSync(from), to, 'junction');
  else if (stats?.isFile()) copyFileSync(from, to, constants.COPYFILE_FICLONE);
}

function writeConfigs({ temp, options, configFile }: AppInput, folders: AppFolders): void {
  if (!existsSync(join(temp, 'package.json'))) writeText(join(temp, 'package.json'), makePackageJson(folders));
  const isCopied = configFile !== undefined && isWithin(folders.base, configFile);
  if (!isCopied) writeText(join(temp, 'tsconfig.json'), makeTsconfig(options, folders));
}

/** The folder of the runtime that the app's calls to providers need; see templates/<target>/transport.ts. */
const TRANSPORTS = 'transports';

/** `faasify/runtime` for the app: the runtime of this installation and the plan its stubs read. */
export function writeAppRuntime(installation: string, version: string, app: string, plan: StubPlan): void {
  const targets = [...new Set(plan.units.flatMap(({ places = [] }) => places.map(({ target }) => target)))];
  const target = join(app, 'node_modules', 'faasify');
  const built = join(installation, 'dist', 'runtime');
  const files = readdirSync(built).filter((name) => name !== TRANSPORTS);
  const transports = targets.map((name) => `${TRANSPORTS}/${name}.cjs`).filter((file) => existsSync(join(built, file)));
  for (const name of [...files, ...transports]) copyFile(join(built, name), join(target, 'runtime', name));
  writeText(join(target, 'runtime', 'plan.json'), formatJson(plan));
  writeText(join(target, 'package.json'), formatJson(describeRuntime(version)));
}

/** A compiler that resolves modules the classic way finds packages by their declarations below `@types` only. */
export function writeClassicTypes(app: string): void {
  const target = join(app, 'node_modules', '@types', 'faasify');
  writeText(join(target, 'index.d.ts'), 'export {};\n');
  writeText(join(target, 'runtime.d.ts'), "export * from '../../faasify/runtime/index.js';\n");
}

function describeRuntime(version: string): object {
  return {
    name: 'faasify',
    version,
    private: true,
    exports: {
      './runtime': { types: './runtime/index.d.ts', default: './runtime/index.cjs' },
      './package.json': './package.json',
    },
  };
}
