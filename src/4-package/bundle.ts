import { isAbsolute, join, posix, relative, sep } from 'node:path';
import type { BuildFailure, BuildOptions, BuildResult, Message, Plugin } from 'esbuild';
import type { WrittenOptions } from '../1-analyze/written-options.ts';

export interface BundleInput {
  /** Where `units/` and `runtime/` have been written. */
  temp: string;
  /** The source root: packages are looked for from where the user imported them. */
  root: string;
  units: { name: string; entry: string }[];
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

/** All units in one go. If that fails every unit is tried alone, to know which ones are to blame. */
export async function bundleUnits(input: BundleInput): Promise<Bundles> {
  if (input.units.length === 0) return { bundles: [], failures: [] };
  const esbuild = await import('esbuild');
  try {
    return { bundles: readBundles(input, await esbuild.build(buildOptions(input))), failures: [] };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    return bundleOneByOne(input, esbuild.build);
  }
}

async function bundleOneByOne(input: BundleInput, build: typeof import('esbuild').build): Promise<Bundles> {
  const result: Bundles = { bundles: [], failures: [] };
  for (const unit of input.units) {
    const alone = { ...input, units: [unit] };
    try {
      result.bundles.push(...readBundles(alone, await build(buildOptions(alone))));
    } catch (error) {
      if (!isBuildFailure(error)) throw error;
      result.failures.push({ unit: unit.name, message: describeFailure(error.errors) });
    }
  }
  return result;
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

/** Names are kept: programs can see them in `constructor.name` and in stacks. */
function buildOptions({ temp, root, units, options }: BundleInput) {
  return {
    absWorkingDir: temp,
    entryPoints: units.map(({ name, entry }) => ({ in: join(temp, 'units', name, entry), out: `${name}/handler` })),
    outdir: join(temp, 'units'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    keepNames: true,
    sourcemap: 'external',
    sourcesContent: true,
    legalComments: 'eof',
    charset: 'utf8',
    logLevel: 'silent',
    tsconfigRaw: { compilerOptions: pickCompilerOptions(options) },
    plugins: [resolveFromSource(join(temp, 'units'), root)],
  } satisfies BuildOptions;
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

/** `units/<name>/slice/lib/cart.ts` imports a package as `lib/cart.ts` below the source root does; `_up` stands for `..`. */
function resolveFromSource(units: string, root: string): Plugin {
  return {
    name: 'packages-from-source',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, kind, resolveDir, pluginData }) => {
        const inside = relative(units, resolveDir);
        const [, slice, ...folders] = inside.split(sep);
        const isSlice = !isAbsolute(inside) && !inside.startsWith('..') && slice === 'slice';
        if (!isSlice || pluginData === RESOLVED || path.startsWith('node:')) return undefined;
        const source = folders.map((folder) => (folder === '_up' ? '..' : folder));
        return build.resolve(path, { kind, resolveDir: join(root, ...source), pluginData: RESOLVED });
      });
    },
  };
}

const RESOLVED = 'resolved from the source';

type Built = BuildResult<ReturnType<typeof buildOptions>>;

function readBundles({ temp, units }: BundleInput, result: Built): Bundle[] {
  const texts = new Map(result.outputFiles.map((file) => [relative(temp, file.path).replaceAll(sep, '/'), file.text]));
  return units.map(({ name }) => {
    const path = `units/${name}/handler.mjs`;
    const inputs = Object.keys(result.metafile.outputs[path]?.inputs ?? {});
    const packageFiles = inputs.filter((file) => file.startsWith('../') || file.startsWith('node_modules/'));
    return {
      unit: name,
      ...withRequire(texts.get(path) ?? '', texts.get(`${path}.map`) ?? ''),
      packageFiles: packageFiles.map((file) => join(temp, posix.normalize(file))).sort(),
    };
  });
}

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
