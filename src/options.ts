import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type Loader, lilconfig } from 'lilconfig';
import { APP_NAME, findAppName } from './app-name.ts';
import {
  readBucket,
  readDeadLetter,
  readEnvironment,
  readPermissions,
  readRetention,
  readRole,
  readTags,
  readVpc,
} from './deploy-options.ts';
import { FaasifyError } from './errors.ts';
import { refuseValue as fail, type Origin } from './option-value.ts';
import { isTarget, LOCAL, listTargets } from './providers/index.ts';
import { lambdaDeployment } from './providers/lambda.ts';
import { formatKnown } from './suggest.ts';
import type { Selection, Settings } from './types.ts';

/** Everything that flags or config can say; what neither says is absent. Paths are absolute. */
export interface GivenOptions extends Partial<Omit<Settings, 'target' | 'targets'>> {
  target?: string[];
  /** The tsconfig to use instead of the nearest one. */
  project?: string;
}

export interface Options {
  settings: Settings;
  project?: string;
  /** The config file that was used, absolute. */
  configFile?: string;
}

type OptionKey = keyof GivenOptions;

/** Turns what was written into the setting, or throws what is wrong with it. */
type Reader<K extends OptionKey> = (value: unknown, origin: Origin) => GivenOptions[K];

const DEFAULTS = {
  calls: 'auto',
  include: [],
  exclude: [],
  select: { kind: 'auto' },
  nested: 'local',
  depth: 'medium',
  strict: false,
  bodies: 'keep',
  fallback: 'none',
  clientTransport: 'http',
} as const satisfies Partial<Record<OptionKey, unknown>>;

const READERS: { [K in OptionKey]-?: Reader<K> } = {
  target: readTargets,
  calls: oneOf('auto', 'async', 'blocking'),
  include: readGlobs,
  exclude: readGlobs,
  select: readSelection,
  native: readPackageNames,
  nested: oneOf('local', 'remote'),
  depth: oneOf('shallow', 'medium'),
  strict: readBoolean,
  bodies: oneOf('keep', 'drop'),
  fallback: oneOf('none', 'local'),
  clientTransport: oneOf('http', 'sdk'),
  memory: readWhole('a whole number of MB'),
  timeout: (value, origin) => readWhole('a whole number of seconds')(withoutUnit(value), origin),
  region: readText,
  concurrency: readWhole('a whole number of instances'),
  hedge: readWhole('a whole number of milliseconds'),
  routing: oneOf('ordered', 'cheapest'),
  app: readAppName,
  role: readRole,
  runtime: oneOf(...lambdaDeployment.runtimes),
  architecture: oneOf(...lambdaDeployment.architectures),
  storage: readWhole('a whole number of MB'),
  tracing: readBoolean,
  logRetention: readRetention,
  tags: readTags,
  vpc: readVpc,
  deadLetter: readDeadLetter,
  reservedConcurrency: readWhole('a whole number of instances'),
  provisionedConcurrency: readWhole('a whole number of instances'),
  environment: readEnvironment,
  permissions: readPermissions,
  bucket: readBucket,
  claimCheck: readBoolean,
  out: readPath,
  project: readPath,
};

/** The keys that `faasify.config.*` and the `faasify` key of package.json may have. */
export const OPTION_KEYS = Object.keys(READERS).sort();

/** Flags over config over defaults. `src` is the folder or file the program is in: config is looked for from there up. */
export async function readOptions(src: string, flags: Record<string, unknown>, cwd: string): Promise<Options> {
  const given = readFlags(flags, cwd);
  const config = await readConfig(src, cwd);
  const { project, app = findAppName(src), target: targets = [LOCAL], ...settings } = { ...config.given, ...given };
  const [target = LOCAL] = targets;
  if (settings.bodies === 'drop' && settings.fallback === 'local') {
    throw new FaasifyError('option-conflict', 'There is nothing in the app to fall back to with --bodies drop', {
      fix: 'Leave out --bodies drop or --fallback local.',
    });
  }
  return {
    settings: {
      ...DEFAULTS,
      include: [],
      exclude: [],
      out: resolve(cwd, 'faas'),
      target,
      targets,
      ...settings,
      ...(target !== LOCAL && app !== undefined && { app }),
    },
    ...(project === undefined ? {} : { project }),
    ...(config.file === undefined ? {} : { configFile: config.file }),
  };
}

function readFlags(flags: Record<string, unknown>, cwd: string): GivenOptions {
  const known = Object.entries(flags).filter(([key, value]) => key in READERS && value !== undefined);
  return readAll(known, (key) => ({ where: `--${key}`, base: cwd }));
}

async function readConfig(src: string, cwd: string): Promise<{ given: GivenOptions; file?: string }> {
  const found = await findConfig(src);
  if (!found) return { given: {} };
  const name = relative(cwd, found.file) || found.file;
  if (typeof found.config !== 'object' || found.config === null || Array.isArray(found.config)) {
    throw new FaasifyError('config-value', `${name}: the configuration is not an object`, {
      fix: 'Export an object, for example { target: "lambda" }.',
    });
  }
  for (const key of Object.keys(found.config)) {
    if (key in READERS) continue;
    throw new FaasifyError('config-key', `${name}: unknown key "${key}"`, { fix: formatKnown(key, OPTION_KEYS) });
  }
  const base = dirname(found.file);
  return {
    given: readAll(Object.entries(found.config), (key) => ({
      where: `${name}, key "${key}"`,
      base,
      file: basename(found.file),
    })),
    file: found.file,
  };
}

function readAll(entries: [string, unknown][], originOf: (key: string) => Origin): GivenOptions {
  return Object.fromEntries(
    entries.map(([key, value]) => [key, (READERS[key as OptionKey] as Reader<OptionKey>)(value, originOf(key))]),
  );
}

const importModule: Loader = async (file) => {
  const { pathToFileURL } = await import('node:url');
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  return module.default ?? module;
};

/** The nearest config from the program up to the folder of its package. */
async function findConfig(src: string): Promise<{ file: string; config: unknown } | undefined> {
  const start = existsSync(src) && statSync(src).isDirectory() ? src : dirname(src);
  const search = lilconfig('faasify', {
    searchPlaces: [
      'faasify.config.js',
      'faasify.config.mjs',
      'faasify.config.cjs',
      'faasify.config.json',
      'package.json',
    ],
    loaders: { '.js': importModule, '.mjs': importModule, '.cjs': importModule },
    stopDir: findPackageFolder(start),
    ignoreEmptySearchPlaces: false,
  });
  try {
    const found = await search.search(start);
    return found ? { file: found.filepath, config: found.config ?? {} } : undefined;
  } catch (cause) {
    throw new FaasifyError('config-load', `The configuration cannot be loaded: ${messageOf(cause)}`, {
      fix: 'Correct the file or remove it; every setting has a default.',
      cause,
    });
  }
}

/** The nearest folder upwards with a package.json or a repository in it; the start itself if there is none. */
function findPackageFolder(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) || existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return start;
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function oneOf<T extends string>(...known: T[]): (value: unknown, origin: Origin) => T {
  return (value, origin) => {
    const found = known.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    throw new FaasifyError('option-value', `${origin.where}: ${JSON.stringify(value)} is not a known value`, {
      fix: formatKnown(String(value), known),
    });
  };
}

function readText(value: unknown, origin: Origin): string {
  return typeof value === 'string' && value !== '' ? value : fail(origin, value, 'a text');
}

function readAppName(value: unknown, origin: Origin): string {
  if (typeof value === 'string' && APP_NAME.test(value)) return value;
  return fail(origin, value, 'a name of at most 40 letters, digits, - and _ that begins with a letter or digit');
}

function readPath(value: unknown, origin: Origin): string {
  return typeof value === 'string' && value !== '' ? resolve(origin.base, value) : fail(origin, value, 'a path');
}

function readBoolean(value: unknown, origin: Origin): boolean {
  return typeof value === 'boolean' ? value : fail(origin, value, 'true or false');
}

function readWhole(wanted: string): (value: unknown, origin: Origin) => number {
  return (value, origin) => {
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isInteger(number) && number > 0 ? number : fail(origin, value, wanted);
  };
}

/** `30s` is 30. */
function withoutUnit(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/s$/, '') : value;
}

function readGlobs(value: unknown, origin: Origin): string[] {
  const globs = typeof value === 'string' ? [value] : value;
  const isList = Array.isArray(globs) && globs.every((glob): glob is string => typeof glob === 'string' && glob !== '');
  return isList ? globs : fail(origin, value, 'a glob or a list of globs');
}

/** `gcf`, or several in the order in which calls try them: `lambda,openwhisk`, in a config also as a list. */
function readTargets(value: unknown, origin: Origin): string[] {
  const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value;
  if (!Array.isArray(names) || names.length === 0) return fail(origin, value, 'the name of a target, or several');
  const unknown = names.find((name) => typeof name !== 'string' || !isTarget(name));
  if (unknown !== undefined) {
    throw new FaasifyError('option-value', `${origin.where}: ${JSON.stringify(unknown)} is not a known value`, {
      fix: formatKnown(String(unknown), listTargets()),
    });
  }
  if (new Set(names).size < names.length) return fail(origin, value, 'a list of different targets');
  return names.length > 1 && names.includes(LOCAL)
    ? fail(origin, value, 'a list of providers; `local` is none')
    : names;
}

function readPackageNames(value: unknown, origin: Origin): string[] {
  const names = typeof value === 'string' ? [value] : value;
  const isList = Array.isArray(names) && names.every((name) => typeof name === 'string' && PACKAGE.test(name));
  return isList ? [...names].sort() : fail(origin, value, 'a list of names of packages, like ["sharp"]');
}

const PACKAGE = /^(@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*$/;

/** `all`, `exported`, `annotated`, or globs, in a list or separated by commas. A lone word that is nearly one of the three is an error. */
function readSelection(value: unknown, origin: Origin): Selection {
  if (value === 'auto' || value === 'all' || value === 'exported' || value === 'annotated') return { kind: value };
  const globs = readGlobs(typeof value === 'string' ? value.split(',').filter(Boolean) : value, origin);
  const word = globs.length === 1 && typeof value === 'string' && /^[a-z]+$/.test(value) ? value : undefined;
  if (word !== undefined || globs.length === 0) {
    throw new FaasifyError('option-value', `${origin.where}: ${JSON.stringify(value)} is not a known value`, {
      fix: `${formatKnown(word ?? '', ['all', 'exported', 'annotated'])} Or globs, for example "lib/**" or "**#calculate*".`,
    });
  }
  return { kind: 'globs', globs };
}
