import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findPackageJson, readPackageType } from '../1-analyze/program/package-json.ts';
import type { Strictness } from '../1-analyze/program/strictness.ts';
import type { WrittenOptions } from '../1-analyze/program/written-options.ts';
import { getInstallation, readBuildId, readVersion } from '../installation.ts';
import { LOCAL, type LoadedProvider } from '../providers/index.ts';
import type {
  Artifact,
  Manifest,
  Output,
  OutputFile,
  Plan,
  Problem,
  Settings,
  UnitOutput,
  UnitPlan,
} from '../types.ts';
import { writeApp, writeAppRuntime, writeClassicTypes } from './app.ts';
import type { BundleFailure } from './bundle.ts';
import { writeCalls } from './calls.ts';
import { formatJson, isWithin, MANIFEST_FILE, writeText } from './files.ts';
import { hashParts } from './hash.ts';
import { findLimitProblems, findSizeProblems } from './limits.ts';
import { describeDeployment, makeManifest } from './manifest.ts';
import { describeLambda, type Machine } from './native-binary.ts';
import { commitOutputFolder, discardOutputFolder, type OutputFolder, openOutputFolder } from './output-folder.ts';
import { linkPackages } from './package-folders.ts';
import { type RuntimeFiles, readRuntime, writeRuntime } from './runtime-files.ts';
import { hashRequest, makeStamp, type Request, readStamp, type Stamp, writeStamp } from './stamp.ts';
import { makeStubPlan } from './stub-plan.ts';
import { type KnownUnit, makeUnits, type UnitsResult } from './units.ts';

/** What is known of the program besides its analysis. Paths are absolute. */
export interface ProgramFolders {
  root: string;
  /** Files the program starts with, from the root. */
  entries: string[];
  configFile?: string;
  /** Every file whose content the build depends on, and every folder whose listing it depends on. */
  inputs: string[];
  directories: string[];
  options: WrittenOptions;
}

export interface PackageInput {
  src: string;
  project?: string;
  settings: Settings;
  providers: readonly LoadedProvider[];
  program: ProgramFolders;
  plan: Plan;
  output: Output;
  /** Findings, or undefined if the app does not compile. Called once, while the bundler is at work. */
  findProblems(): Promise<Problem[] | undefined>;
  /** The program stays where it is: the app is nothing but its rewritten files. */
  inPlace?: boolean;
  strictness?: Strictness;
  /** Files that describe the deployment for other tools, by path from the output folder. */
  describeDeployment(manifest: Manifest): Promise<OutputFile[]>;
}

/** Either the new output is in place, or nothing is: the app does not compile, or some units could not be bundled. */
export type PackageResult =
  | { kind: 'packaged'; manifest: Manifest; artifacts: Artifact[] }
  | { kind: 'refused'; failures: BundleFailure[] };

/** Makes the whole output folder beside the old one and swaps it in. */
export async function packageOutput(input: PackageInput): Promise<PackageResult> {
  const folder = openOutputFolder(input.settings.out);
  const discard = () => discardOutputFolder(folder);
  process.once('exit', discard);
  try {
    const result = await fill(folder, input);
    if (result.kind === 'packaged') commitOutputFolder(folder);
    return result;
  } finally {
    process.off('exit', discard);
    discard();
  }
}

async function fill(folder: OutputFolder, input: PackageInput): Promise<PackageResult> {
  const { out, temp } = folder;
  const { settings, plan, program, providers } = input;
  const files = readRuntime(providers);
  const runtime = files.files.map(({ path }) => path);
  writeRuntime(files, temp);
  linkPackages(program.root, out, temp);
  if (plan.units.some(({ nested }) => nested.length > 0)) await writeCalls(temp, providers);
  const findProblems = once(() => input.findProblems());
  // The bundler works in a process of its own: the app is checked and written meanwhile.
  const making = fillUnits(folder, input, files, () => void findProblems().catch(() => undefined));
  const [{ units, failures }] = await Promise.all([making, fillApp(folder, input)]);
  const found = await findProblems();
  if (failures.length > 0 || !found) return { kind: 'refused', failures };
  const artifacts = units.map(({ artifact }) => artifact);
  const problems = [
    ...found,
    ...providers.flatMap((provider) => {
      const there = plan.units.filter((unit) => isThere(provider, unit));
      const packed = artifacts.filter(({ unit }) => there.some(({ name }) => name === unit));
      return [...findSizeProblems(provider, packed), ...findLimitProblems(provider, there)];
    }),
  ];
  const { entries } = program;
  const manifest = makeManifest({ version: readVersion(), settings, entries, plan, artifacts, runtime, problems });
  writeText(join(temp, MANIFEST_FILE), formatJson(manifest));
  for (const { path, text } of await input.describeDeployment(manifest)) writeText(join(temp, path), text);
  writeStamp(stampOf(input, units), temp);
  return { kind: 'packaged', manifest, artifacts };
}

/** On this machine are all of them. */
function isThere({ name }: LoadedProvider, { places }: UnitPlan): boolean {
  return name === LOCAL || places.some(({ target }) => target === name);
}

/** Asks when it is first called, and gives the same answer from then on. */
function once<T>(ask: () => T): () => T {
  let answer: { value: T } | undefined;
  return () => {
    answer ??= { value: ask() };
    return answer.value;
  };
}

function fillUnits(
  folder: OutputFolder,
  input: PackageInput,
  { home, files }: RuntimeFiles,
  meanwhile: () => void,
): Promise<UnitsResult> {
  const { root, options } = input.program;
  const { native = [] } = input.settings;
  const machine = describeMachine(input.settings);
  const about = JSON.stringify([native, machine]);
  const slices = formatJson(describeSlices(root));
  writeText(join(folder.temp, 'slices', 'package.json'), slices);
  return makeUnits({
    temp: folder.temp,
    ...(folder.previous !== undefined && { previous: folder.previous }),
    root,
    units: input.output.units.map(addClient),
    slices: input.output.slices,
    runtime: { home, folders: [...new Set(files.map(({ path }) => dirname(path)))] },
    options,
    native,
    ...(machine && { machine }),
    circumstances: [
      readBuildId(),
      ...files.map(({ text }) => text),
      slices,
      readLock(root),
      ...(native.length > 0 ? [about] : []),
    ],
    known: readKnownUnits(folder),
    providers: input.providers,
    meanwhile,
  });
}

/** Where units run, if not on this machine. */
function describeMachine(settings: Settings): Machine | undefined {
  const { runtime, architecture } = describeDeployment(settings);
  return settings.target === 'local' ? undefined : describeLambda(runtime, architecture);
}

/** What makes requests is a thread of its own, and so a file of its own. */
function addClient(unit: UnitOutput): UnitOutput {
  if (unit.calls !== 'away') return unit;
  const text = readFileSync(join(getInstallation(), 'dist', 'runtime', CLIENT), 'utf8');
  return { ...unit, files: [...unit.files, { path: CLIENT, text }] };
}

const CLIENT = 'invoke-unit.cjs';

async function fillApp(
  { out, temp }: OutputFolder,
  { program, output, plan, settings, inPlace = false }: PackageInput,
): Promise<void> {
  const [app, target] = [join(out, 'app'), join(temp, 'app')];
  writeApp({ ...program, app, temp: target, files: output.app, outside: findOutside(program), inPlace });
  writeAppRuntime(getInstallation(), readVersion(), target, makeStubPlan(plan, settings));
  if (program.options.isClassic) writeClassicTypes(target);
}

/**
 * Slices are in the format of the program. A package may tell bundlers that importing its files does nothing; Node never
 * believes it, and slices import each other for what they name.
 */
function describeSlices(root: string): { type?: 'module'; sideEffects: true } {
  const manifest = findPackageJson(join(root, 'package.json'));
  const isModule = manifest !== undefined && readPackageType(manifest) === 'module';
  return { ...(isModule && { type: 'module' }), sideEffects: true };
}

/** Whatever says which versions of packages are installed. */
function readLock(root: string): string {
  for (let at = root; ; at = dirname(at)) {
    const lock = join(at, 'node_modules', '.package-lock.json');
    if (existsSync(lock)) return hashParts([readFileSync(lock)]);
    if (dirname(at) === at) return '';
  }
}

function readKnownUnits({ previous }: OutputFolder): Map<string, KnownUnit> {
  const stamp = previous === undefined ? undefined : readStamp(previous);
  return new Map(stamp?.units.map((unit) => [unit.artifact.unit, unit]));
}

/** Sources and declarations of the program that lie outside its root; configuration is dealt with on its own. */
function findOutside({ root, inputs }: ProgramFolders): string[] {
  return inputs.filter(
    (file) => /\.[cm]?[jt]sx?$/.test(file) && !isWithin(root, file) && !file.includes('/node_modules/'),
  );
}

function stampOf(input: PackageInput, units: KnownUnit[]): Stamp {
  const { program, settings, src, project, strictness, inPlace = false } = input;
  const packageFiles = units.flatMap((unit) => unit.packageFiles);
  const request: Request = {
    src,
    settings,
    inPlace,
    ...(project !== undefined && { project }),
    ...(strictness !== undefined && { strictness }),
  };
  return makeStamp({
    request: hashRequest(request),
    out: settings.out,
    root: program.root,
    inPlace,
    files: [...program.inputs, ...packageFiles.map((file) => join(program.root, file))],
    folders: program.directories,
    units: units.map((unit) => ({ ...unit, artifact: { ...unit.artifact, reused: false } })),
  });
}
