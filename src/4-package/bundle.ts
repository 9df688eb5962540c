import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, posix, relative, sep } from 'node:path';
import type { BuildFailure, BuildOptions, Message, Plugin, TransformOptions } from 'esbuild';
import type { WrittenOptions } from '../1-analyze/written-options.ts';

export interface BundleInput {
  /** Where `units/` and `runtime/` have been written. */
  temp: string;
  /** The source root: packages are looked for from where the user imported them. */
  root: string;
  units: { name: string; entry: string }[];
  /** Folders of the runtime, from `temp`. */
  runtime: string[];
  options: WrittenOptions;
}

export interface Bundle {
  unit: string;
  code: string;
  map: string;
  /** Files of packages that went in, absolute and sorted. */
  packageFiles: string[];
}

/** A unit that cannot be bundled, and why. */
export interface BundleFailure {
  unit: string;
  message: string;
}

export interface Bundles {
  bundles: Bundle[];
  failures: BundleFailure[];
}

/** Where the first step leaves its results; esbuild names what it leaves out from there. */
const PROGRAMS = 'programs';

/** All units in one go. If that fails every unit is tried alone, to know which ones are to blame. */
export async function bundleUnits(input: BundleInput): Promise<Bundles> {
  if (input.units.length === 0) return { bundles: [], failures: [] };
  const { build } = await import('esbuild');
  try {
    return { bundles: await bundleTogether(input, build), failures: [] };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    return bundleOneByOne(input, build);
  }
}

type Build = typeof import('esbuild').build;

async function bundleOneByOne(input: BundleInput, build: Build): Promise<Bundles> {
  const result: Bundles = { bundles: [], failures: [] };
  for (const unit of input.units) {
    try {
      result.bundles.push(...(await bundleTogether({ ...input, units: [unit] }, build)));
    } catch (error) {
      if (!isBuildFailure(error)) throw error;
      result.failures.push({ unit: unit.name, message: describeFailure(error.errors) });
    }
  }
  return result;
}

/**
 * In two steps: first the user's code, whose functions and classes keep the names that programs can see in
 * `constructor.name` and in stacks; then the runtime is added, which nobody asks for its names. In stacks, methods go by
 * the name that their class has in the text: only large units, with code of packages, have all names made short.
 */
async function bundleTogether(input: BundleInput, build: Build): Promise<Bundle[]> {
  const { metafile } = await build(programOptions(input));
  const programs = input.units.map(({ name }) => {
    const inputs = Object.keys(metafile.outputs[`${PROGRAMS}/${name}.mjs`]?.inputs ?? {});
    return { name, packageFiles: listPackageFiles(inputs, input.temp) };
  });
  const texts = new Map<string, string>();
  for (const isLarge of [false, true]) {
    const names = programs.filter(({ packageFiles }) => packageFiles.length > 0 === isLarge).map(({ name }) => name);
    const { outputFiles } = await build(unitOptions(input, names, isLarge));
    for (const file of outputFiles) texts.set(relative(input.temp, file.path).replaceAll(sep, '/'), file.text);
  }
  rmSync(join(input.temp, PROGRAMS), { recursive: true });
  return programs.map(({ name, packageFiles }) => {
    const path = bundlePath(name);
    return { unit: name, ...withRequire(texts.get(path) ?? '', texts.get(`${path}.map`) ?? ''), packageFiles };
  });
}

function bundlePath(unit: string): string {
  return `units/${unit}/handler.mjs`;
}

function listPackageFiles(inputs: string[], temp: string): string[] {
  const files = inputs.filter((file) => file.startsWith('../') || file.startsWith('node_modules/'));
  return files.map((file) => join(temp, posix.normalize(file))).sort();
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

function describeFailure(errors: Message[]): string {
  const [first] = errors;
  if (!first) return 'the bundler gave no reason';
  const where = first.location ? ` (${first.location.file}:${first.location.line})` : '';
  if (/loader is configured for "\.node" files/.test(first.text)) return `it needs a native module${where}`;
  return `${first.text}${where}`;
}

function commonOptions({ temp, options }: BundleInput) {
  return {
    absWorkingDir: temp,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    sourcesContent: true,
    legalComments: 'eof',
    charset: 'utf8',
    logLevel: 'silent',
    tsconfigRaw: { compilerOptions: pickCompilerOptions(options) },
  } satisfies BuildOptions;
}

function programOptions(input: BundleInput) {
  const { temp, root, units } = input;
  return {
    ...commonOptions(input),
    entryPoints: units.map(({ name, entry }) => ({ in: join(temp, 'units', name, entry), out: name })),
    outdir: join(temp, PROGRAMS),
    metafile: true,
    keepNames: true,
    sourcemap: 'inline',
    external: input.runtime.map((folder) => join(temp, folder, '*')),
    plugins: [resolveFromSource(join(temp, 'units'), root)],
  } satisfies BuildOptions;
}

function unitOptions(input: BundleInput, names: string[], minifyIdentifiers: boolean) {
  return {
    ...commonOptions(input),
    entryPoints: names.map((name) => ({ in: join(input.temp, PROGRAMS, `${name}.mjs`), out: `${name}/handler` })),
    outdir: join(input.temp, 'units'),
    write: false,
    sourcemap: 'external',
    minifyIdentifiers,
    plugins: minifyIdentifiers ? [] : [minifyRuntime(input)],
  } satisfies BuildOptions;
}

/** Short names for the runtime alone. */
function minifyRuntime({ temp, runtime }: BundleInput): Plugin {
  const folders = runtime.map((folder) => join(temp, folder));
  return {
    name: 'minify-runtime',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!folders.includes(dirname(path))) return undefined;
        const options: TransformOptions = {
          loader: 'ts',
          format: 'esm',
          minify: true,
          sourcemap: 'inline',
          target: 'node20',
          sourcefile: path,
        };
        const { code } = await build.esbuild.transform(await readFile(path, 'utf8'), options);
        return { contents: code };
      });
    },
  };
}

/** What changes the meaning of the user's code. Nothing is looked up in a tsconfig that happens to lie above the output. */
function pickCompilerOptions({ compilerOptions: written }: WrittenOptions): Record<string, string | boolean> {
  const picked: Record<string, string | boolean> = { verbatimModuleSyntax: false };
  for (const name of ['target', 'useDefineForClassFields', 'experimentalDecorators', 'alwaysStrict', 'strict']) {
    const value = written[name];
    if (typeof value === 'string' || typeof value === 'boolean') picked[name] = value;
  }
  return picked;
}

/**
 * `units/<name>/slice/lib/cart.ts` imports packages, and files that are no part of the slice (plain JavaScript, say), as
 * `lib/cart.ts` below the source root does; `_up` stands for `..`.
 */
function resolveFromSource(units: string, root: string): Plugin {
  return {
    name: 'packages-from-source',
    setup(build) {
      build.onResolve({ filter: /^[^/]/ }, async ({ path, kind, resolveDir, pluginData }) => {
        const inside = relative(units, resolveDir);
        const [, slice, ...folders] = inside.split(sep);
        const isSlice = !isAbsolute(inside) && !inside.startsWith('..') && slice === 'slice';
        if (!isSlice || pluginData === RESOLVED || path.startsWith('node:')) return undefined;
        if (path.startsWith('.')) {
          const near = await build.resolve(path, { kind, resolveDir, pluginData: RESOLVED });
          if (near.errors.length === 0) return near;
        }
        const source = folders.map((folder) => (folder === '_up' ? '..' : folder));
        return build.resolve(path, { kind, resolveDir: join(root, ...source), pluginData: RESOLVED });
      });
    },
  };
}

const RESOLVED = 'resolved from the source';

/** CommonJS packages in an ES module still expect `require`, `__filename` and `__dirname`. */
function withRequire(code: string, map: string): { code: string; map: string } {
  const lines = [];
  const needsFile = ['__filename', '__dirname'].some((name) => isFree(name, code));
  if (code.includes('Dynamic require of')) {
    lines.push("import{createRequire as $r}from'node:module';const require=$r(import.meta.url);");
  }
  if (needsFile) {
    lines.push(
      "import{fileURLToPath as $f}from'node:url';const __filename=$f(import.meta.url),__dirname=$f(new URL('.',import.meta.url)).slice(0,-1);",
    );
  }
  if (lines.length === 0) return { code, map };
  return { code: `${lines.join('')}\n${code}`, map: map.replace('"mappings": "', '"mappings": ";') };
}

/** Used, but not declared, in minified code. */
function isFree(name: string, code: string): boolean {
  return code.includes(name) && !code.includes(`${name}=`);
}
