import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WrittenOptions } from '../1-analyze/program/written-options.ts';
import type { LoadedProvider } from '../providers/index.ts';
import type { Artifact, AssetArtifact, OutputFile, UnitOutput } from '../types.ts';
import { type Bundle, type BundleFailure, type Bundles, bundleUnits } from './bundle.ts';
import { bundleEntries } from './entries.ts';
import { posixRelative, writeText } from './files.ts';
import { hashBytes, hashFile, hashParts } from './hash.ts';
import { mapLimit } from './map-limit.ts';
import { collectNative, NativeProblem } from './native.ts';
import type { Machine } from './native-binary.ts';
import { checkSingle, findOwn, isOfProvider, makePackages, PackageProblem } from './provider-packages.ts';
import type { RuntimePlace } from './runtime-link.ts';
import { writeZip, type ZipEntry } from './zip.ts';

/** What a build remembers of a unit to see whether it has to be made again. */
export interface KnownUnit {
  artifact: Artifact;
  /** Files of packages that went in, relative to the source root. */
  packageFiles: string[];
}

export interface UnitsInput {
  temp: string;
  previous?: string;
  root: string;
  units: UnitOutput[];
  slices: OutputFile[];
  /** The same folders are in `temp`. */
  runtime: RuntimePlace;
  options: WrittenOptions;
  /** Packages with native code, and the machine that it has to run on if that is another one. */
  native: readonly string[];
  machine?: Machine;
  /** Everything else that decides what a bundle is like: versions, runtime, lock file. */
  circumstances: string[];
  known: Map<string, KnownUnit>;
  providers: readonly LoadedProvider[];
  /** Called while the bundler is at work. */
  meanwhile(): void;
}

export interface UnitsResult {
  units: KnownUnit[];
  failures: BundleFailure[];
}

/** Writes, bundles and zips all units; what went in unchanged is taken over from the previous output. */
export async function makeUnits(input: UnitsInput): Promise<UnitsResult> {
  mkdirSync(join(input.temp, 'units'), { recursive: true });
  mkdirSync(join(input.temp, 'packages'), { recursive: true });
  for (const { path, text } of input.slices) writeText(join(input.temp, path), text);
  for (const unit of input.units) writeUnit(unit, input);
  const hash = startHashes(input);
  const reused = input.units.flatMap((unit) => reuse(unit, hash, input) ?? []);
  const fresh = input.units.filter(({ name }) => !reused.some(({ artifact }) => artifact.unit === name));
  const result: UnitsResult = { units: reused, failures: [] };
  for await (const group of bundleUnits({ ...input, units: fresh })) {
    const { units, failures } = await finishGroup(group, fresh, hash, input);
    result.units.push(...units);
    result.failures.push(...failures);
  }
  result.units.sort((a, b) => (a.artifact.unit < b.artifact.unit ? -1 : 1));
  return result;
}

/** Writes and zips what the bundler has made of some units. */
async function finishGroup(
  { bundles, failures }: Bundles,
  fresh: readonly UnitOutput[],
  hash: HashInputs,
  input: UnitsInput,
): Promise<UnitsResult> {
  const made = new Map(bundles.map((bundle) => [bundle.unit, bundle]));
  for (const bundle of bundles) writeBundle(bundle, input);
  const bundled = fresh.filter(({ name }) => made.has(name));
  const bad = [
    ...failures,
    ...bundles.flatMap((bundle) => findLacking(bundle, input)),
    ...(await bundleEntries(input.temp, bundled, input.providers)),
  ];
  const good = bundled.filter(({ name }) => !bad.some((failure) => failure.unit === name));
  const finished = await mapLimit(good, (unit) => tryFinish(unit, made.get(unit.name) as Bundle, hash, input));
  return {
    units: finished.filter((result) => 'artifact' in result),
    failures: [...bad, ...finished.filter((result) => 'message' in result)],
  };
}

/** What code of packages is made of is only seen when it is there. */
function findLacking({ unit, code }: Bundle, { units, providers }: UnitsInput): BundleFailure[] {
  const own = units.filter(({ name }) => name === unit).flatMap((one) => findOwn(one, providers));
  return own.flatMap(({ title, lacks }) => {
    const found = lacks?.code?.find(([pattern]) => pattern.test(code));
    return found ? [{ unit, at: title, message: found[1] }] : [];
  });
}

/** On disk it names its map, so that stacks show the original lines; zips do without, every byte counts there. */
function writeBundle({ unit, code, map }: Bundle, { temp, units }: UnitsInput): void {
  const name = units.find((one) => one.name === unit)?.bundle ?? 'handler.mjs';
  const file = join(temp, 'units', unit, name);
  writeText(file, `${code.trimEnd()}\n//# sourceMappingURL=${name}.map\n`);
  writeText(`${file}.map`, map);
}

function writeUnit(unit: UnitOutput, { temp, root }: UnitsInput): void {
  const folder = join(temp, 'units', unit.name);
  for (const file of unit.files) writeText(join(folder, file.path), file.text);
  for (const { path, source } of unit.assets) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(join(root, source), join(folder, path));
  }
}

/** All that decides what a unit's bundle is like. */
type HashInputs = (unit: UnitOutput, packageFiles: string[]) => string;

function startHashes({ root, slices, circumstances, options }: UnitsInput): HashInputs {
  const common = hashParts([...circumstances, JSON.stringify(options.compilerOptions)]);
  const texts = new Map(slices.map(({ path, text }) => [path, hashParts([text])]));
  return (unit, packageFiles) => {
    const files = unit.files.flatMap((file) => [file.path, file.text]);
    const parts = unit.slices.flatMap((path) => [path, texts.get(path) ?? '']);
    const packages = packageFiles.flatMap((file) => [file, hashFile(join(root, file))]);
    const assets = unit.assets.flatMap(({ path, source }) => [path, readFileSync(join(root, source))]);
    return hashParts([common, unit.entry, ...files, ...parts, ...packages, ...assets]);
  };
}

function reuse(unit: UnitOutput, hash: HashInputs, input: UnitsInput): KnownUnit | undefined {
  const known = input.known.get(unit.name);
  if (!known || input.previous === undefined) return undefined;
  if (hash(unit, known.packageFiles) !== known.artifact.inputs) return undefined;
  const path = `units/${unit.name}/${unit.bundle}`;
  const { zip, packages } = known.artifact;
  const files = [path, `${path}.map`, zip, ...packages.flatMap((one) => [one.folder, one.zip])];
  for (const file of files) if (!existsSync(join(input.previous, file))) return undefined;
  for (const file of files) cpSync(join(input.previous, file), join(input.temp, file), { recursive: true });
  return { ...known, artifact: { ...known.artifact, reused: true } };
}

/** A unit whose native code does not run on the target is none, nor is one that needs files beside it where there can be none. */
async function tryFinish(
  unit: UnitOutput,
  bundle: Bundle,
  hash: HashInputs,
  input: UnitsInput,
): Promise<KnownUnit | BundleFailure> {
  try {
    return await finishUnit(unit, bundle, hash, input);
  } catch (error) {
    if (error instanceof NativeProblem || error instanceof PackageProblem)
      return { unit: unit.name, message: error.message };
    throw error;
  }
}

async function finishUnit(unit: UnitOutput, bundle: Bundle, hash: HashInputs, input: UnitsInput): Promise<KnownUnit> {
  const folder = join(input.temp, 'units', unit.name);
  const native = input.machine ? collectNative(bundle.native, input.root, input.machine) : [];
  const used = [...bundle.packageFiles, ...native.map(({ file }) => file)];
  const packageFiles = used.map((file) => posixRelative(input.root, file));
  const assets = unit.assets.map(({ path }) => ({ name: path, text: readFileSync(join(folder, path)) }));
  const beside = native.map(({ name, file }) => ({ name, text: readFileSync(file) }));
  checkSingle(findOwn(unit, input.providers), [...assets, ...beside]);
  const entries: ZipEntry[] = [
    { name: unit.bundle, text: bundle.code },
    ...listFilesBeside(unit, input),
    ...assets,
    ...beside,
  ];
  const zip = `packages/${unit.name}.zip`;
  const bytes = await writeZip(join(input.temp, zip), entries);
  const artifact: Artifact = {
    unit: unit.name,
    zip,
    bytes: bytes.length,
    unpackedBytes: entries.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
    hash: hashBytes(bytes),
    inputs: hash(unit, packageFiles),
    reused: false,
    packages: await makePackages(input.temp, unit, entries, input.providers),
    ...(assets.length > 0 && { assets: assets.map(describeAsset) }),
  };
  return { artifact, packageFiles };
}

function describeAsset({ name, text }: { name: string; text: Uint8Array }): AssetArtifact {
  return { path: name, bytes: text.byteLength, hash: hashBytes(text) };
}

/** What lies beside the handler and is neither source text of it nor for one provider only. */
function listFilesBeside({ files, entry }: UnitOutput, { providers }: UnitsInput): ZipEntry[] {
  return files
    .filter(({ path }) => path !== entry && !/\.[cm]?ts$/.test(path) && !isOfProvider(path, providers))
    .map(({ path, text }) => ({ name: path, text }));
}
