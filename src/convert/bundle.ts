/** Handlers and what makes them handlers of another convention, as one file each. */
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix, relative, sep } from 'node:path';
import type { BuildFailure, BuildOptions, Message, OnLoadArgs, Plugin, PluginBuild } from 'esbuild';
import { isWithin, posixRelative } from '../4-package/files.ts';
import { moveDown } from '../4-package/runtime-link.ts';
import { FaasifyError } from '../errors.ts';
import { getInstallation } from '../installation.ts';
import { type ConventionName, conventions } from './conventions.ts';
import type { ChosenHandler } from './handler.ts';
import type { Target } from './target.ts';

export interface BundleJob {
  /** The folder that the handler belongs to, and its file there; absolute. */
  root: string;
  file: string;
  /** What the user knows as that folder. */
  shown: string;
  from: ConventionName;
  to: Target;
  handler: ChosenHandler;
  event: 'http' | 'json';
  /** Seconds. */
  timeout: number;
  /** Its text names members by which a handler may end its call later on. */
  waits: boolean;
}

export interface HandlerBundle {
  code: string;
  map: string;
  /** The user's own files that went in, absolute and sorted. */
  sources: string[];
}

const TARGET = 'node20';
/** Modules of faasify's own in bundles: their place on this machine is not to be seen. */
const OURS = 'faasify';

/** One run of the bundler for each of both formats. */
export async function bundleHandlers(jobs: readonly BundleJob[]): Promise<HandlerBundle[]> {
  const bundles = new Map<BundleJob, HandlerBundle>();
  await Promise.all(
    (['esm', 'cjs'] as const).map(async (format) => {
      const some = jobs.filter(({ to }) => to.format === format);
      const made = some.length > 0 ? await bundleFormat(some, format) : [];
      for (const [i, bundle] of made.entries()) {
        const job = some[i];
        if (job) bundles.set(job, bundle);
      }
    }),
  );
  return jobs.flatMap((job) => bundles.get(job) ?? []);
}

async function bundleFormat(jobs: readonly BundleJob[], format: 'esm' | 'cjs'): Promise<HandlerBundle[]> {
  const { build } = await import('esbuild');
  const root = jobs[0]?.root ?? '';
  try {
    const { outputFiles, metafile } = await build(createOptions(jobs, root, format));
    const texts = new Map(outputFiles.map(({ path, text }) => [path, text]));
    return jobs.map((job, i) => {
      const path = join(root, OUT, `${i}.js`);
      const inputs = Object.keys(metafile.outputs[`${OUT}/${i}.js`]?.inputs ?? {});
      const sources = inputs.filter((input) => !/^[\w-]+:/.test(input)).map((input) => join(root, input));
      return {
        code: finish(texts.get(path) ?? '', job),
        map: moveDown(
          renameSources(texts.get(`${path}.map`) ?? '', job.root, join(root, OUT)),
          countLines(job.to.around.before),
        ),
        sources: sources.filter((file) => !file.split(sep).includes('node_modules')).sort(),
      };
    });
  } catch (error) {
    if (isBuildFailure(error)) throw describeFailure(error.errors, jobs);
    throw error;
  }
}

/** Nothing is written there: paths of what is made are told from it. */
const OUT = '.faasify-out';

function createOptions(jobs: readonly BundleJob[], root: string, format: 'esm' | 'cjs') {
  return {
    absWorkingDir: root,
    entryPoints: jobs.map((_job, i) => ({ in: `faasify-entry:${i}`, out: String(i) })),
    outdir: OUT,
    bundle: true,
    write: false,
    metafile: true,
    format,
    platform: 'node',
    target: TARGET,
    keepNames: true,
    sourcemap: 'external',
    sourcesContent: true,
    legalComments: 'inline',
    charset: 'utf8',
    logLevel: 'silent',
    tsconfigRaw: {},
    define: {
      ...(format === 'esm' ? { __dirname: '$dirname', __filename: '$filename' } : { 'import.meta.url': '$url' }),
      ...listGlobals(jobs),
    },
    external: ['*.node'],
    plugins: [fillHoles(jobs)],
  } satisfies BuildOptions;
}

/** `awslambda`, also as `globalThis.awslambda` */
function listGlobals(jobs: readonly BundleJob[]): Record<string, string> {
  const names = jobs.flatMap(({ from }) => (conventions[from].global ? [conventions[from].global] : []));
  return Object.fromEntries(
    names.flatMap(([name, stand]) => [
      [name, stand],
      [`globalThis.${name}`, stand],
    ]),
  );
}

/** What asks for its own place finds that of the bundle, in either format. */
function finish(code: string, { to }: BundleJob): string {
  const isWorker = to.name === 'workers';
  const isCommonJs = to.format === 'cjs';
  const places = [
    ...(code.includes('$dirname') ? [`const $dirname = ${isWorker ? "'/'" : 'import.meta.dirname'};`] : []),
    ...(code.includes('$filename') ? [`const $filename = ${isWorker ? "'/index.mjs'" : 'import.meta.filename'};`] : []),
    ...(isCommonJs && code.includes('$url')
      ? ["const $url = require('node:url').pathToFileURL(__filename).href;"]
      : []),
  ];
  // On the first line: nothing moves in the source map.
  const start = places.length === 0 ? '' : `${places.join(' ')} `;
  return `${to.around.before}${start}${code}${to.around.after}`;
}

function countLines(text: string): number {
  return text.split('\n').length - 1;
}

/** Sources by their paths from the folder of the handler, or from that of our templates; what only joins them has none. */
function renameSources(text: string, root: string, out: string): string {
  const map: { sources: string[]; sourcesContent: (string | null)[] } = JSON.parse(text);
  const isJoint = (source: string) => source.startsWith('faasify-');
  const rename = (source: string) => {
    if (isJoint(source)) return 'faasify:convert/handler';
    return source.startsWith(`${OURS}:`) ? source.replace(/\?.*/, '') : posixRelative(root, posix.join(out, source));
  };
  const contents = map.sourcesContent.map((content, i) => (isJoint(map.sources[i] ?? '') ? null : content));
  return JSON.stringify({ ...map, sources: map.sources.map(rename), sourcesContent: contents });
}

function fillHoles(jobs: readonly BundleJob[]): Plugin {
  const templates = join(getInstallation(), 'templates', 'convert');
  const jobOf = (pluginData: unknown): BundleJob | undefined => jobs.find((job) => job === pluginData);
  return {
    name: 'convert',
    setup(build) {
      build.onResolve({ filter: /^faasify-entry:/ }, ({ path }) => {
        const job = jobs[Number(path.split(':')[1])];
        return { path: `convert/to/${job?.to.name}.ts`, namespace: OURS, suffix: `?${path}`, pluginData: job };
      });
      build.onResolve({ filter: /^faasify:handler$/ }, ({ pluginData }) => {
        const index = jobs.findIndex((job) => Object.is(job, pluginData));
        return { path: `handler-${index}`, namespace: 'faasify-handler', pluginData: jobOf(pluginData) };
      });
      build.onLoad({ filter: /.*/, namespace: 'faasify-handler' }, ({ pluginData }) => {
        const job = jobOf(pluginData);
        return job && { contents: writeHandler(job, templates), resolveDir: dirname(job.file), loader: 'js' };
      });
      resolveOurs(build, templates, jobs);
      resolveCommonJs(build);
      loadOurs(build, templates);
      wrapEntries(build, jobs);
    },
  };
}

/** The thin thing between both adapters. */
function writeHandler({ from, file, to, handler, event, timeout, waits }: BundleJob, templates: string): string {
  const settings = { handler: handler.name, name: to.fn, event, timeout, waits };
  return [
    `import { adapt } from ${JSON.stringify(join(templates, 'from', `${from}.ts`))};`,
    `import * as code from ${JSON.stringify(file)};`,
    `export const NAME = ${JSON.stringify(to.fn)};`,
    `export const run = adapt(code, ${JSON.stringify(settings)});`,
  ].join('\n');
}

const BUILTINS = new Set(builtinModules);

/** Templates import each other; handlers import what stands for a framework; modules of Node stay outside. */
function resolveOurs(build: PluginBuild, templates: string, jobs: readonly BundleJob[]): void {
  const toOurs = (file: string) => ({ path: `convert/${posixRelative(templates, file)}`, namespace: OURS });
  build.onResolve({ filter: /.*/ }, ({ path, importer, namespace, resolveDir, kind, pluginData }) => {
    if (pluginData === RESOLVED) return undefined;
    const isOurs = namespace === OURS || namespace === 'faasify-handler';
    const target = path.startsWith('.') ? join(resolveDir, path) : path;
    if (isOurs && isWithin(templates, target)) return toOurs(target);
    const stand = isOurs ? undefined : findStand(path, importer, jobs);
    if (stand !== undefined) return toOurs(join(templates, stand));
    const bare = path.replace(/^node:/, '');
    if (BUILTINS.has(bare)) {
      const isRequired = kind === 'require-call' && build.initialOptions.format === 'esm';
      return isRequired ? { path: bare, namespace: 'faasify-builtin' } : { path: `node:${bare}`, external: true };
    }
    if (isOurs && namespace === OURS) return { path, external: true };
    return undefined;
  });
  // CommonJS that takes a module of Node in a bundle that is none.
  build.onLoad({ filter: /.*/, namespace: 'faasify-builtin' }, ({ path }) => ({
    contents: `import * as all from 'node:${path}';\nmodule.exports = all.default ?? all;`,
    resolveDir: templates,
  }));
  resolveProvided(build, jobs);
}

function findStand(path: string, importer: string, jobs: readonly BundleJob[]): string | undefined {
  const job = jobs.find(({ root }) => isWithin(root, importer)) ?? jobs[0];
  const framework = job && conventions[job.from].framework;
  return framework?.module.test(path) ? framework.stand : undefined;
}

/** What the runtime at the target brings along need not lie beside the handler. */
function resolveProvided(build: PluginBuild, jobs: readonly BundleJob[]): void {
  const isLambda = jobs.every(({ to }) => to.name === 'lambda');
  const toName = (path: string) => path.replace(/^npm:/, '').replace(/^(@?[^@]+)@[^/]*/, '$1');
  build.onResolve({ filter: /^npm:/ }, ({ path, kind, resolveDir }) =>
    build.resolve(toName(path), { kind, resolveDir, pluginData: RESOLVED }),
  );
  if (!isLambda) return;
  build.onResolve({ filter: /^@(aws-sdk|smithy)\// }, async ({ path, kind, resolveDir, pluginData }) => {
    if (pluginData === RESOLVED) return undefined;
    const found = await build.resolve(path, { kind, resolveDir, pluginData: RESOLVED });
    return found.errors.length === 0 ? found : { path, external: true };
  });
}

const RESOLVED = 'resolved';

/**
 * Functions are uploaded without the package.json that lies above them: a .js file without import and export is CommonJS, even
 * where that one says otherwise.
 */
function resolveCommonJs(build: PluginBuild): void {
  build.onResolve({ filter: /^[./]/ }, async ({ path, kind, resolveDir, namespace, pluginData }) => {
    if (pluginData === RESOLVED || (namespace !== 'file' && namespace !== 'faasify-handler')) return undefined;
    const found = await build.resolve(path, { kind, resolveDir, pluginData: RESOLVED });
    const isPlain = /\.[jt]s$/.test(found.path) && !found.path.split(sep).includes('node_modules');
    if (found.errors.length > 0 || found.external || found.namespace !== 'file' || !isPlain) return undefined;
    return hasModuleSyntax(readFileSync(found.path, 'utf8')) ? undefined : { path: found.path };
  });
}

function hasModuleSyntax(text: string): boolean {
  return /^\s*(import|export)\b/m.test(text) || /\bimport\.meta\b/.test(text);
}

function loadOurs(build: PluginBuild, templates: string): void {
  build.onLoad({ filter: /.*/, namespace: OURS }, ({ path, pluginData }) => {
    const file = join(templates, path.replace(/^convert\//, ''));
    return { contents: readFileSync(file, 'utf8'), loader: 'ts', resolveDir: dirname(file), pluginData };
  });
}

/** Handlers that are not exported as they are written. */
function wrapEntries(build: PluginBuild, jobs: readonly BundleJob[]): void {
  const wrapped = new Map(
    jobs.filter(({ handler }) => handler.before + handler.after !== '').map((job) => [job.file, job.handler]),
  );
  if (wrapped.size === 0) return;
  build.onLoad({ filter: /.*/, namespace: 'file' }, ({ path }: OnLoadArgs) => {
    const handler = wrapped.get(path);
    if (!handler) return undefined;
    const loader = /\.[cm]?ts$/.test(path) ? 'ts' : 'js';
    return { contents: `${handler.before}${readFileSync(path, 'utf8')}${handler.after}`, loader };
  });
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

function describeFailure([first]: readonly Message[], jobs: readonly BundleJob[]): FaasifyError {
  const [job] = jobs;
  const place = first?.location;
  const root = job?.root ?? '';
  const at = place && { file: relative(root, join(root, place.file)), line: place.line, column: place.column + 1 };
  const [, name] = /Could not resolve "([^"]+)"/.exec(first?.text ?? '') ?? [];
  const isFile = name !== undefined && /^[./]/.test(name);
  const message =
    name === undefined ? `The handler cannot be bundled: ${first?.text ?? 'no reason given'}` : `${name} is not there`;
  return new FaasifyError('convert-bundle', message, {
    ...(name !== undefined && {
      fix: isFile ? 'Give the folder or the zip with all files of the handler.' : adviseInstall(name, job),
    }),
    ...(at && { at, root: job?.shown ?? root }),
  });
}

function adviseInstall(name: string, job: BundleJob | undefined): string {
  const title = job ? conventions[job.from].title : 'its provider';
  return `Run npm install ${name} beside the handler${/^(@aws-sdk|aws-sdk|openwhisk)/.test(name) ? `: ${title} brings it along, others do not` : ''}.`;
}
