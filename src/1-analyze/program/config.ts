/** Which tsconfig a program has, what it says, and which files it names. */

import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { FaasifyError } from '../../errors.ts';
import type { Problem } from '../../types.ts';
import { isBelow, placeIn, SOURCE_FILE } from './files.ts';

/** What is known before the program is made. All paths are absolute. */
export interface Setup {
  configFile?: string;
  options: ts.CompilerOptions;
  /** Where compilation starts: sources and ambient declarations, sorted. */
  rootNames: string[];
  references: readonly ts.ProjectReference[];
  /** Files whose content was used so far. */
  inputs: string[];
  /** Folders whose listing decided what the program consists of. */
  directories: string[];
  problems: Problem[];
}

/** A tsconfig with those it refers to. */
interface Config {
  file: string;
  parsed: ts.ParsedCommandLine;
  /** Itself and all projects it refers to, directly or not, each once. */
  projects: { file: string; parsed: ts.ParsedCommandLine }[];
}

/** What a program without a tsconfig is compiled with: whatever Node or tsx would run. */
const DEFAULT_OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: false,
  allowArbitraryExtensions: true,
};

/** What every program is compiled with: it is only looked at. */
const FORCED_OPTIONS: ts.CompilerOptions = {
  noEmit: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  composite: false,
  incremental: false,
  declaration: false,
  declarationMap: false,
  sourceMap: false,
  inlineSourceMap: false,
  emitDeclarationOnly: false,
  ignoreDeprecations: '5.0',
};

const FORGOTTEN_OPTIONS = ['tsBuildInfoFile', 'outFile', 'declarationDir', 'plugins', 'mapRoot', 'sourceRoot'] as const;

/** Configs that name nothing are no error here (projects made of references); versions deprecate what still works. */
const HARMLESS_CODES = new Set([18002, 18003, 5101, 5102, 5107, 5108]);
/** `extends` or `references` lead nowhere, or a value does not exist: what the options are cannot be known then. */
const FATAL_CODES = new Set([5083, 6046, 6053, 6096, 18000]);

/** All sources below a folder, with the options of the tsconfig that includes any of them, else with defaults. */
export function setupFolder(root: string, project: string | undefined): Setup {
  const configFile = project ?? findConfig(root);
  const config = configFile === undefined ? undefined : readConfig(configFile, root);
  if (config) {
    const below = namedFiles(config).filter((file) => isDeclaration(file) || isBelow(root, file));
    if (project !== undefined || below.some((file) => !isDeclaration(file))) return setupAll(config, below, root);
  }
  const directories = listFolders(root);
  const rootNames = directories.flatMap((folder) => listSources(folder)).sort();
  return { ...emptySetup(root), rootNames, directories };
}

/** A tsconfig given by name: everything it and its references include. */
export function setupProject(configFile: string): Setup {
  const root = dirname(configFile);
  const config = readConfig(configFile, root);
  return setupAll(config, namedFiles(config), root);
}

/** One source and what it imports, with the options of the nearest tsconfig, or of the project in it that includes it. */
export function setupEntry(entry: string, project: string | undefined): Setup {
  const root = dirname(entry);
  const configFile = project ?? findConfig(root);
  if (configFile === undefined) return { ...emptySetup(root), rootNames: [entry] };
  const config = readConfig(configFile, root);
  const owner = config.projects.find(({ parsed }) => parsed.fileNames.includes(toPosix(entry))) ?? config;
  const ambient = owner.parsed.fileNames.filter(isDeclaration);
  return setupFrom({ ...config, ...owner }, [entry, ...ambient], root);
}

function emptySetup(root: string): Setup {
  const options = { ...DEFAULT_OPTIONS, ...FORCED_OPTIONS, ...findTypes(root) };
  return { options, rootNames: [], references: [], inputs: [], directories: [], problems: [] };
}

/** What a config includes changes with what its folders hold. */
function setupAll(config: Config, rootNames: string[], root: string): Setup {
  const directories = config.projects.flatMap(({ parsed }) => watchedFolders(parsed));
  return { ...setupFrom(config, rootNames, root), directories };
}

function setupFrom(config: Config, rootNames: string[], root: string): Setup {
  const options: ts.CompilerOptions = { ...chooseProject(config, rootNames).options, ...FORCED_OPTIONS };
  for (const name of FORGOTTEN_OPTIONS) delete options[name];
  const outputs = new Map<string, boolean>();
  const top = isBelow(dirname(config.file), root) ? dirname(config.file) : root;
  const wanted = rootNames.filter((file) => !isInOutput(file, top, outputs));
  for (const file of wanted) {
    if (existsSync(file)) continue;
    throw new FaasifyError('tsconfig', `${config.file} names a file that does not exist: ${file}`);
  }
  return {
    configFile: config.file,
    options,
    rootNames: [...new Set(wanted)].sort(),
    references: config.parsed.projectReferences ?? [],
    inputs: config.projects.flatMap(({ file, parsed }) => [file, ...extendedFiles(parsed)]),
    directories: [],
    problems: config.projects.flatMap(({ parsed }) => configProblems(parsed, root)),
  };
}

/** A tsconfig that names nothing but other projects says nothing of options: the project with most of the files does. */
function chooseProject({ parsed, projects }: Config, rootNames: readonly string[]): ts.ParsedCommandLine {
  if (parsed.fileNames.length > 0) return parsed;
  const wanted = new Set(rootNames);
  const sizes = projects.map((project) => project.parsed.fileNames.filter((file) => wanted.has(resolve(file))).length);
  return projects[sizes.indexOf(Math.max(...sizes))]?.parsed ?? parsed;
}

function findConfig(folder: string): string | undefined {
  return ts.findConfigFile(folder, ts.sys.fileExists);
}

function readConfig(file: string, root: string): Config {
  const projects = new Map<string, ts.ParsedCommandLine>();
  const visit = (name: string, referring?: string) => {
    if (projects.has(name)) return;
    const parsed = parseConfig(name, root, referring);
    projects.set(name, parsed);
    for (const reference of parsed.projectReferences ?? []) {
      visit(resolve(ts.resolveProjectReferencePath(reference)), name);
    }
  };
  visit(file);
  const list = [...projects].map(([name, parsed]) => ({ file: name, parsed }));
  return { file, parsed: projects.get(file) ?? parseConfig(file, root), projects: list };
}

function missingConfig(file: string, referring: string | undefined): FaasifyError {
  if (referring === undefined) return new FaasifyError('tsconfig', `There is no ${file}`, { fix: 'Check --project.' });
  return new FaasifyError('tsconfig', `There is no ${file}, which ${referring} refers to`, {
    fix: 'Check the `references` there, or give another tsconfig with --project.',
  });
}

/** `referring`: the config that has it among its references. */
function parseConfig(file: string, root: string, referring?: string): ts.ParsedCommandLine {
  if (!existsSync(file)) throw missingConfig(file, referring);
  const failures: ts.Diagnostic[] = [];
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => failures.push(diagnostic),
  };
  const parsed = ts.getParsedCommandLineOfConfigFile(file, {}, host);
  const fatal = [...failures, ...(parsed ? ts.getConfigFileParsingDiagnostics(parsed) : []).filter(isFatal)][0];
  if (fatal || !parsed) throw configError(file, fatal, root);
  return parsed;
}

/** Not JSON, or the chain of configs is broken. */
function isFatal(diagnostic: ts.Diagnostic): boolean {
  return diagnostic.code < 2000 || FATAL_CODES.has(diagnostic.code);
}

function configError(file: string, diagnostic: ts.Diagnostic | undefined, root: string): FaasifyError {
  const message = diagnostic ? ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n') : 'it cannot be read';
  const at = diagnostic?.file ? placeIn(root, diagnostic.file, diagnostic.start ?? 0) : undefined;
  return new FaasifyError('tsconfig', `${file}: ${message}`, at ? { at, root } : {});
}

function configProblems(parsed: ts.ParsedCommandLine, root: string): Problem[] {
  return parsed.errors
    .filter((error) => !HARMLESS_CODES.has(error.code))
    .map((error) => ({
      code: 'tsconfig',
      severity: 'warning',
      message: ts.flattenDiagnosticMessageText(error.messageText, '\n'),
      ...(error.file && { at: placeIn(root, error.file, error.start ?? 0) }),
    }));
}

function namedFiles(config: Config): string[] {
  return config.projects.flatMap(({ parsed }) => parsed.fileNames).map((file) => resolve(file));
}

export function extendedFiles(parsed: ts.ParsedCommandLine): string[] {
  const source: ts.TsConfigSourceFile | undefined = parsed.options.configFile as ts.TsConfigSourceFile | undefined;
  return (source?.extendedSourceFiles ?? []).map((file) => resolve(file));
}

function watchedFolders(parsed: ts.ParsedCommandLine): string[] {
  return Object.entries(parsed.wildcardDirectories ?? {}).flatMap(([folder, flags]) =>
    flags === ts.WatchDirectoryFlags.Recursive ? listFolders(folder) : [resolve(folder)],
  );
}

/** A folder and all below it that may hold sources. */
export function listFolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const inner = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map((entry) => join(folder, entry.name))
    .filter((child) => !isOutput(child));
  return [folder, ...inner.sort().flatMap(listFolders)];
}

/** True for a folder that faasify itself has written. */
function isOutput(folder: string): boolean {
  return existsSync(join(folder, 'faasify.json')) && existsSync(join(folder, 'units'));
}

/** True for a file that faasify itself has written, somewhere below `root`. `known` remembers folders. */
export function isInOutput(file: string, root: string, known: Map<string, boolean>): boolean {
  const folder = dirname(file);
  if (folder === root || !isBelow(root, folder)) return false;
  const answer = known.get(folder) ?? (isOutput(folder) || isInOutput(folder, root, known));
  known.set(folder, answer);
  return answer;
}

function listSources(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => SOURCE_FILE.test(name) || /\.tsx$/.test(name))
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

/** Without a tsconfig `@types/*` is looked for from the working folder; it should be from the program's own. */
function findTypes(root: string): ts.CompilerOptions {
  const typeRoots: string[] = [];
  for (let folder = root; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', '@types');
    if (existsSync(candidate)) typeRoots.push(candidate);
    if (dirname(folder) === folder) break;
  }
  return typeRoots.length > 0 ? { typeRoots } : {};
}

function isDeclaration(file: string): boolean {
  return /\.d\.(ts|mts|cts)$|\.d\.[^/]+\.ts$/.test(file);
}

function toPosix(file: string): string {
  return file.replaceAll('\\', '/');
}
