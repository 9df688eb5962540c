/** From a path to the user's program. Types are not checked here. */

import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { FaasifyError } from '../../errors.ts';
import type { ModuleId, Place, Problem } from '../../types.ts';
import { isInOutput, type Setup, setupEntry, setupFolder, setupProject } from './config.ts';
import { keepDeclarations } from './declaration-files.ts';
import { commonFolder, isBelow, nameModules, placeIn, posixRelative, SOURCE_FILE } from './files.ts';
import { formatOf, type ModuleFormat } from './format.ts';
import { findOutsiders, type Outsider } from './outsiders.ts';
import { findSharedNames, readAsModules } from './own-names.ts';
import { findPackageJson } from './package-json.ts';
import { readModes, type Strictness } from './strictness.ts';
import { findTests } from './tests.ts';

export interface LoadInput {
  /** A folder, a source file (the entry) or a tsconfig; relative to `cwd`. */
  path: string;
  /** A tsconfig to use instead of the nearest one. */
  project?: string;
  cwd: string;
  /**
   * A project's folder: tests are part of the program and are rewritten with it. Nobody else calls its functions but the
   * other files of the project.
   */
  projectHome?: string;
  strictness?: Strictness;
}

export interface LoadedProgram {
  /** Absolute path that ids and places are relative to. */
  root: string;
  program: ts.Program;
  /** The program's own sources sorted by path: no declarations, no JSX, no JavaScript, nothing below node_modules. */
  files: ts.SourceFile[];
  /** Own files that are left as they are (JSX, JavaScript) and may call into `files`. */
  others: ts.SourceFile[];
  options: ts.CompilerOptions;
  configFile?: string;
  /** Every file whose content the result depends on, absolute and sorted. */
  inputs: string[];
  /** Folders whose listing the result depends on, absolute and sorted. */
  directories: string[];
  problems: Problem[];
  isOwn(file: ts.SourceFile): boolean;
  isTest(file: ts.SourceFile): boolean;
  /** Tests are rewritten with the rest. */
  rewritesTests: boolean;
  /** Files of the project that import modules of the program, where it is known which do. */
  outsiders: Outsider[];
  moduleId(file: ts.SourceFile): ModuleId;
  place(node: ts.Node): Place;
  place(file: ts.SourceFile, position: number): Place;
  format(file: ts.SourceFile): ModuleFormat;
  isSloppy(file: ts.SourceFile): boolean;
}

type PathKind = 'folder' | 'entry' | 'project';

/** Throws FaasifyError for a path, config or source that cannot be used. */
export function loadProgram(input: LoadInput): LoadedProgram {
  const { path, kind, project } = resolveInput(input);
  const setup = makeSetup(path, kind, project);
  const program = createProgram(setup, kind === 'folder' ? path : dirname(path));
  const own = program
    .getSourceFiles()
    .filter((file) => isOwnFile(file))
    .sort(byPath);
  const sources = own.filter((file) => SOURCE_FILE.test(file.fileName));
  const root = kind === 'entry' ? entryRoot(path, sources) : kind === 'folder' ? path : dirname(path);
  const found = withoutLeftovers(sources, root);
  if (found.length === 0) throw noSources(input, own);
  const entry = kind === 'entry' ? path : undefined;
  const tests = findTests(program, [...found, ...listOthers(own)], findHome(setup, root), entry);
  const isWanted = (file: ts.SourceFile) => setup.configFile !== undefined || !tests.has(file);
  const files = found.filter((file) => isWanted(file) || findSyntaxError(program, file) === undefined);
  for (const file of files) refuseSyntaxError(program, file, root);
  refuseMissingTypes(program, setup);
  const { projectHome: home, strictness } = input;
  return describe({ root, program, own, files, tests, setup, home, strictness });
}

/** Where paths of tests begin. */
function findHome({ configFile }: Setup, root: string): string {
  return configFile === undefined ? root : dirname(configFile);
}

function listOthers(own: readonly ts.SourceFile[]): ts.SourceFile[] {
  return own.filter((file) => !SOURCE_FILE.test(file.fileName));
}

function resolveInput(input: LoadInput): { path: string; kind: PathKind; project: string | undefined } {
  const path = resolve(input.cwd, input.path);
  if (!existsSync(path)) {
    const fix = 'Give a folder, a TypeScript file or a tsconfig.json.';
    throw new FaasifyError('path-not-found', `There is no ${input.path}`, { fix });
  }
  const real = realpathSync(path);
  const project = input.project === undefined ? undefined : findProject(resolve(input.cwd, input.project));
  if (statSync(real).isDirectory()) return { path: real, kind: 'folder', project };
  if (real.endsWith('.json')) return { path: real, kind: 'project', project };
  if (SOURCE_FILE.test(real)) return { path: real, kind: 'entry', project };
  throw new FaasifyError('not-typescript', `${input.path} is not a TypeScript source`, {
    fix: 'Give a folder, a .ts, .mts or .cts file, or a tsconfig.json.',
  });
}

/** `--project` takes a tsconfig or its folder. */
function findProject(path: string): string {
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  return isFolder ? join(path, 'tsconfig.json') : path;
}

function makeSetup(path: string, kind: PathKind, project: string | undefined): Setup {
  if (kind === 'folder') return setupFolder(path, project);
  if (kind === 'project') return setupProject(path);
  return setupEntry(path, project);
}

/** Names that belong to one file alone, as Node has it, are not shared with others. */
function createProgram(setup: Setup, folder: string): ts.Program {
  const program = readProgram(setup, folder, new Set());
  const shared = findSharedNames(program, isOwnFile);
  return shared.size === 0 ? program : readProgram(setup, folder, shared);
}

function readProgram(setup: Setup, folder: string, modules: ReadonlySet<string>): ts.Program {
  const host = ts.createCompilerHost(setup.options, true);
  const { readFile, getSourceFile } = host;
  const unreadable: string[] = [];
  Object.assign(host, {
    getSourceFile: readAsModules(keepDeclarations(getSourceFile, setup.options), modules),
    getCurrentDirectory: () => folder,
    /** Imports of a referenced project lead to its sources instead of its build. */
    useSourceOfProjectReferenceRedirect: () => true,
    /** The compiler would go on with an empty text. */
    readFile: (file: string) => {
      const text = readFile(file);
      if (text === undefined && existsSync(file)) unreadable.push(file);
      return text;
    },
  });
  const { rootNames, options, references } = setup;
  const program = ts.createProgram({ rootNames, options, projectReferences: references, host });
  const [first] = unreadable;
  if (first === undefined) return program;
  throw new FaasifyError('unreadable', `${first} cannot be read`, { fix: 'Check its permissions.' });
}

function byPath(a: ts.SourceFile, b: ts.SourceFile): number {
  return a.fileName < b.fileName ? -1 : 1;
}

function isOwnFile(file: ts.SourceFile): boolean {
  return !file.isDeclarationFile && !file.fileName.includes('/node_modules/') && !file.fileName.endsWith('.json');
}

/** The folder of the package when the entry has one and all sources are in it, unless they all are further down. */
function entryRoot(entry: string, sources: ts.SourceFile[]): string {
  const packageJson = findPackageJson(entry);
  const all = sources.map((file) => file.fileName);
  const home = packageJson === undefined ? undefined : dirname(packageJson);
  const near = home === undefined ? all : all.filter((file) => isBelow(home, file));
  return commonFolder([entry, ...near]);
}

/** Drops what faasify itself has written. */
function withoutLeftovers(sources: ts.SourceFile[], root: string): ts.SourceFile[] {
  const outputs = new Map<string, boolean>();
  return sources.filter((file) => !isInOutput(file.fileName, root, outputs));
}

function noSources(input: LoadInput, own: ts.SourceFile[]): FaasifyError {
  const fix = own.some((file) => file.fileName.endsWith('x'))
    ? 'Files with JSX are left alone; functions to move must be in .ts, .mts or .cts files.'
    : 'Check the path and the `include` of the tsconfig.';
  return new FaasifyError('no-sources', `There is no TypeScript source in ${input.path}`, { fix });
}

function findSyntaxError(program: ts.Program, file: ts.SourceFile): ts.Diagnostic | undefined {
  return program.getSyntacticDiagnostics(file)[0];
}

function refuseSyntaxError(program: ts.Program, file: ts.SourceFile, root: string): void {
  const error = findSyntaxError(program, file);
  if (!error) return;
  const at = placeIn(root, file, error.start ?? 0);
  throw new FaasifyError('syntax', ts.flattenDiagnosticMessageText(error.messageText, '\n'), { at, root });
}

/** A global type that the compiler has to know is found nowhere: nothing that it would say of the program could be relied on. */
const NO_GLOBAL_TYPE = 2318;

function refuseMissingTypes(program: ts.Program, { configFile }: Setup): void {
  if (program.getSourceFiles().some((file) => program.isSourceFileDefaultLibrary(file))) return;
  if (!program.getGlobalDiagnostics().some(({ code }) => code === NO_GLOBAL_TYPE)) return;
  const where = configFile === undefined ? 'no library is named' : `${configFile} names no library ("lib": [])`;
  throw new FaasifyError('no-library', `The compiler knows no Array: ${where}, and no installed types bring one`, {
    fix: 'Install the dependencies (npm ci), or name a library: "lib": ["ES2022"].',
  });
}

interface Parts {
  root: string;
  program: ts.Program;
  own: ts.SourceFile[];
  files: ts.SourceFile[];
  tests: ReadonlySet<ts.SourceFile>;
  setup: Setup;
  home: string | undefined;
  strictness: Strictness | undefined;
}

function describe({ root, program, own, files, tests, setup, home, strictness }: Parts): LoadedProgram {
  const ids = nameModules(root, files);
  const packageTypes = new Map<string, 'module' | 'commonjs'>();
  const isInside = new Set(files);
  const format = (file: ts.SourceFile) => formatOf(file, setup.options, packageTypes);
  const modes = readModes(strictness, setup.options);
  const others = listOthers(own);
  const outsiders = home === undefined ? [] : findOutsiders(home, program, own);
  return {
    root,
    program,
    files,
    others,
    options: setup.options,
    ...(setup.configFile !== undefined && { configFile: setup.configFile }),
    inputs: [...new Set([...listInputs(program, setup, files), ...modes.inputs])].sort(),
    directories: [...new Set(setup.directories)].sort(),
    problems: [...setup.problems, ...jsxProblems(others, root), ...outsiderProblems(outsiders, root)],
    isOwn: (file) => isInside.has(file),
    isTest: (file) => tests.has(file),
    rewritesTests: home !== undefined,
    outsiders,
    moduleId: (file) => ids.get(file.fileName) ?? posixRelative(root, file.fileName),
    place: (node: ts.Node, position?: number) => placeIn(root, node.getSourceFile(), position ?? node.getStart()),
    format,
    isSloppy: (file) => modes.isSloppy(file, format(file)),
  };
}

function outsiderProblems(outsiders: readonly Outsider[], root: string): Problem[] {
  return outsiders.map(({ imported, by }) => {
    const [importer, module] = [posixRelative(root, by), posixRelative(root, imported.fileName)];
    const message = `What ${module} exports is called as it is, because this file imports it and is no part of the program: name ${importer} among the sources to have its calls awaited`;
    return { code: 'outsider', severity: 'note', message, at: { file: importer, line: 1, column: 1 } };
  });
}

function jsxProblems(others: ts.SourceFile[], root: string): Problem[] {
  return others
    .filter((file) => file.fileName.endsWith('.tsx'))
    .map((file) => ({
      code: 'jsx',
      severity: 'note',
      message: 'JSX is not analysed: this file stays as it is, and none of its functions move',
      at: placeIn(root, file, 0),
    }));
}

/** Own files count by content, packages by their package.json. */
function listInputs(program: ts.Program, setup: Setup, files: ts.SourceFile[]): string[] {
  const inputs = new Set(setup.inputs);
  const manifests = new Map<string, string | undefined>();
  const addManifest = (file: string) => {
    const folder = dirname(file);
    if (!manifests.has(folder)) manifests.set(folder, findPackageJson(file));
    const manifest = manifests.get(folder);
    if (manifest !== undefined) inputs.add(manifest);
  };
  for (const file of files) addManifest(file.fileName);
  for (const file of program.getSourceFiles()) {
    if (program.isSourceFileDefaultLibrary(file)) continue;
    if (file.fileName.includes('/node_modules/')) addManifest(file.fileName);
    else inputs.add(resolve(file.fileName));
  }
  return [...inputs];
}
