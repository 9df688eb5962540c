import { rmSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { BuildFailure, BuildOptions, Message, Plugin } from 'esbuild';
import type { WrittenOptions } from '../1-analyze/program/written-options.ts';
import type { UnitOutput } from '../types.ts';
import { isWithin } from './files.ts';
import { linkRuntime, moveDown, type RuntimePlace, type Unlinked, writeGlobals } from './runtime-link.ts';
import { toCommonJs } from './sloppy.ts';
import { TARGET, transformAgain } from './transform-again.ts';

export interface BundleInput {
  /** Where `units/` and `runtime/` have been written. */
  temp: string;
  /** The source root: packages are looked for from where the user imported them. */
  root: string;
  units: Pick<UnitOutput, 'name' | 'entry' | 'bundle'>[];
  /** The same folders are in `temp`. */
  runtime: RuntimePlace;
  options: WrittenOptions;
  /** Packages that are no part of a bundle. */
  native: readonly string[];
  /** Called once the bundler has begun, which works in a process of its own. */
  meanwhile?(): void;
}

export interface Bundle {
  unit: string;
  code: string;
  map: string;
  /** Files of packages that went in, absolute and sorted. */
  packageFiles: string[];
  /** Names of packages that have to lie beside it. */
  native: string[];
}

/** A unit that cannot be bundled, and why; or one that `at`, the title of a provider, could not be run. */
export interface BundleFailure {
  unit: string;
  message: string;
  at?: string;
}

export interface Bundles {
  bundles: Bundle[];
  failures: BundleFailure[];
}

/** So many units go to the bundler in one go: while it works on the next ones, those that it has made are packed. */
const GROUP = 40;

/** Units in groups, as they become ready. */
export async function* bundleUnits(input: BundleInput): AsyncGenerator<Bundles, void, undefined> {
  if (input.units.length === 0) return;
  const { build } = await import('esbuild');
  const globals = writeGlobals(input.temp, input.runtime);
  const begin = (units: BundleInput['units'] | undefined) => {
    const group = units && bundleGroup({ ...input, units, globals, outside: false }, build);
    group?.catch(() => {}); // told when its turn comes
    return group;
  };
  const [first, ...others] = listGroups(input.units);
  let going = begin(first);
  try {
    await setImmediate();
    input.meanwhile?.();
    while (going) {
      const made = await going;
      going = begin(others.shift());
      yield made;
    }
  } finally {
    await going?.catch(() => {});
    rmSync(dirname(globals), { recursive: true });
  }
}

function listGroups<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / GROUP);
  return Array.from({ length: count }, (_, index) => items.slice(index * GROUP, (index + 1) * GROUP));
}

/** All in one go. If that fails every unit is tried alone, with files around it, to know which ones are to blame. */
async function bundleGroup(input: Prepared, build: Build): Promise<Bundles> {
  const inside = await tryBundle(input, build);
  if ('bundles' in inside) return { bundles: inside.bundles, failures: [] };
  return bundleOneByOne({ ...input, outside: true }, build);
}

type Build = typeof import('esbuild').build;

/** `globals`: a file for the bundler to inject. `outside`: slices may import files that are no part of them. */
type Prepared = BundleInput & { globals: string; outside: boolean };

async function bundleOneByOne(input: Prepared, build: Build): Promise<Bundles> {
  const whole = await tryBundle(input, build);
  if ('bundles' in whole) return { bundles: whole.bundles, failures: [] };
  const result: Bundles = { bundles: [], failures: [] };
  for (const unit of input.units) {
    const tried = await tryBundle({ ...input, units: [unit] }, build);
    if ('bundles' in tried) result.bundles.push(...tried.bundles);
    else result.failures.push({ unit: unit.name, message: describeFailure(tried.errors) });
  }
  return result;
}

async function tryBundle(input: Prepared, build: Build): Promise<{ bundles: Bundle[] } | { errors: Message[] }> {
  try {
    return { bundles: await bundleTogether(input, build) };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    return { errors: error.errors };
  }
}

/**
 * First the user's code, whose functions and classes keep the names that programs can see in `constructor.name` and in
 * stacks; then the runtime, which nobody asks for its names, is put in front. In stacks, methods go by the name that their
 * class has in the text: only large units, with code of packages, have all names made short.
 */
async function bundleTogether(input: Prepared, build: Build): Promise<Bundle[]> {
  const { outputFiles, metafile } = await build(programOptions(input));
  const texts = new Map(outputFiles.map((file) => [relative(input.temp, file.path).replaceAll(sep, '/'), file.text]));
  const programs = input.units.map(({ name, bundle }) => {
    const path = bundlePath(name);
    const packageFiles = listPackageFiles(Object.keys(metafile.outputs[path]?.inputs ?? {}), input.temp);
    const imports = metafile.outputs[path]?.imports.filter(({ external }) => external).map((one) => one.path) ?? [];
    const isSloppy = bundle === 'handler.cjs';
    const native = input.native.filter((name) => imports.some((path) => path === name || path.startsWith(`${name}/`)));
    return {
      name,
      packageFiles,
      imports,
      native,
      isSloppy,
      code: texts.get(path) ?? '',
      map: texts.get(`${path}.map`) ?? '',
    };
  });
  const shortened = await Promise.all(
    programs.map(async (program) => ({
      ...program,
      ...(program.packageFiles.length > 0 && (await shortenNames(program))),
    })),
  );
  const linked = await linkRuntime(build, shortened, input.runtime);
  return Promise.all(
    programs.map(async ({ name, packageFiles, native, isSloppy }, index) => {
      const { code = '', map = '' } = linked[index] ?? {};
      const whole = isSloppy ? await toCommonJs({ code, map }) : withRequire(code, map);
      return { unit: name, ...whole, packageFiles, native };
    }),
  );
}

async function shortenNames({ code, map, ...rest }: Unlinked): Promise<Unlinked> {
  return { ...rest, ...(await transformAgain({ code, map }, { format: 'esm', minify: true })) };
}

function bundlePath(unit: string): string {
  return `units/${unit}/handler.mjs`;
}

function listPackageFiles(inputs: string[], temp: string): string[] {
  const files = inputs.filter((file) => file.startsWith('../') || file.startsWith('node_modules/'));
  return files.map((file) => join(temp, posix.normalize(file))).sort();
}

export function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

export function describeFailure(errors: Message[]): string {
  const [first] = errors;
  if (!first) return 'the bundler gave no reason';
  const where = first.location ? ` (${first.location.file}:${first.location.line})` : '';
  if (/loader is configured for "\.node" files/.test(first.text)) return `it needs a native module${where}`;
  return `${first.text}${where}`;
}

function programOptions(input: Prepared) {
  const { temp, units, runtime, options, native, globals } = input;
  return {
    absWorkingDir: temp,
    entryPoints: units.map(({ name, entry }) => ({ in: join(temp, 'units', name, entry), out: `${name}/handler` })),
    outdir: join(temp, 'units'),
    outExtension: { '.js': '.mjs' },
    inject: [globals],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: TARGET,
    ...(definesFieldsInConstructor(options) && { supported: { 'class-field': false } }),
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'external',
    sourcesContent: true,
    legalComments: 'eof',
    charset: 'utf8',
    logLevel: 'silent',
    tsconfigRaw: { compilerOptions: pickCompilerOptions(options) },
    external: [
      ...runtime.folders.map((folder) => join(temp, folder, '*')),
      ...native.flatMap((name) => [name, `${name}/*`]),
    ],
    plugins: [resolveFromSource(input)],
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

/**
 * Before ES2022 the compiler defines fields where the constructor has taken its parameter properties, which their initial values may read; those of the
 * language come before.
 */
function definesFieldsInConstructor({ compilerOptions: { target, useDefineForClassFields } }: WrittenOptions): boolean {
  return useDefineForClassFields === true && /^es(?:3|5|6|201[5-9]|202[01])$/i.test(String(target));
}

/**
 * `slices/lib/cart.ts` imports packages as `lib/cart.ts` below the source root does; `_up` stands for `..`. With
 * `outside` also files that are no part of the slice (plain JavaScript, say), which costs a question for every import.
 * Importing a file of the program does what it does, whatever its package.json tells bundlers.
 */
function resolveFromSource({ temp, root, outside }: Prepared): Plugin {
  const slices = join(temp, 'slices');
  return {
    name: 'packages-from-source',
    setup(build) {
      build.onResolve({ filter: outside ? /^[^/]/ : /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
        if (pluginData === RESOLVED || path.startsWith('node:')) return undefined;
        const isSlice = isWithin(slices, resolveDir);
        const isRelative = path.startsWith('.');
        const near = isRelative ? await build.resolve(path, { kind, resolveDir, pluginData: RESOLVED }) : undefined;
        const isOwn = isSlice || isOfProgram(root, resolveDir);
        if (near?.errors.length === 0) return { ...near, ...(isOwn && { sideEffects: true }) };
        if (!isSlice) return undefined;
        const source = relative(slices, resolveDir)
          .split(sep)
          .map((folder) => (folder === '_up' ? '..' : folder));
        const found = await build.resolve(path, { kind, resolveDir: join(root, ...source), pluginData: RESOLVED });
        return isRelative ? { ...found, sideEffects: true } : found;
      });
    },
  };
}

function isOfProgram(root: string, folder: string): boolean {
  return isWithin(root, folder) && !relative(root, folder).split(sep).includes('node_modules');
}

const RESOLVED = 'resolved from the source';

/** CommonJS packages in an ES module still expect `require`, `__filename` and `__dirname`. A single file may have no address. */
function withRequire(code: string, map: string): { code: string; map: string } {
  const lines = [];
  const needsFile = ['__filename', '__dirname'].some((name) => isFree(name, code));
  if (code.includes('Dynamic require of')) {
    const name = pickFree('$createRequire', code);
    lines.push(
      `import{createRequire as ${name}}from'node:module';const require=${name}(import.meta.url??'file:///handler.mjs');`,
    );
  }
  if (needsFile) {
    const name = pickFree('$fileURLToPath', code);
    lines.push(
      `import{fileURLToPath as ${name}}from'node:url';const __filename=${name}(import.meta.url),__dirname=${name}(new URL('.',import.meta.url)).slice(0,-1);`,
    );
  }
  if (lines.length === 0) return { code, map };
  return { code: `${lines.join('')}\n${code}`, map: moveDown(map, 1) };
}

/** Short names are those that minified code has. */
function pickFree(wanted: string, code: string): string {
  return code.includes(wanted) ? pickFree(`${wanted}$`, code) : wanted;
}

/** Used, but not declared, in minified code. */
function isFree(name: string, code: string): boolean {
  return code.includes(name) && !code.includes(`${name}=`);
}
