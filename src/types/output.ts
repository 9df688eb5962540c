/** From `3-transform` and `4-package`: texts, and what is made of them. */

import type { UnitPlace } from '../../templates/runtime/line.ts';
import type { FunctionId, Problem } from './names.ts';
import type {
  CutPlan,
  DeployedName,
  ParameterPlan,
  Reason,
  RoutePlan,
  SchedulePlan,
  UnitSettings,
  Verdict,
  WatchPlan,
} from './plan.ts';
import type { DeploySettings } from './settings.ts';

/** Texts, by path from the output folder (posix). Nothing has been written yet. */
export interface Output {
  app: OutputFile[];
  units: UnitOutput[];
  /** The parts of modules that units are made of; several units may share one. */
  slices: OutputFile[];
}

export interface OutputFile {
  path: string;
  text: string;
  /** Source map v3 as JSON text, `sources` relative to the file. */
  map?: string;
}

export interface UnitOutput {
  name: string;
  /** Name of its bundle: CommonJS for code that runs without strict mode. */
  bundle: BundleName;
  /** handler.ts, and for each provider with an entry of its own a folder with that and its files, by path from `units/<name>/`. */
  files: OutputFile[];
  /** Those of the slices that it is made of, by path from the output folder. */
  slices: string[];
  /** Path of the handler from `units/<name>/`. */
  entry: string;
  /** Files that its code reads. */
  assets: AssetOutput[];
  /** It makes requests to other units itself, in a thread of its own (`away`) or that of its functions (`near`). */
  calls?: 'away' | 'near';
}

export type BundleName = 'handler.mjs' | 'handler.cjs';

/** `path` is that from `units/<name>/` and in the zip, `source` that from the source root. */
export interface AssetOutput {
  path: string;
  source: string;
}

export interface Artifact {
  unit: string;
  /** Path from the output folder. */
  zip: string;
  bytes: number;
  unpackedBytes: number;
  /** sha256 of the zip, hex. */
  hash: string;
  /** sha256 of everything that went in, hex: equal means nothing to rebuild. */
  inputs: string;
  reused: boolean;
  assets?: AssetArtifact[];
  /** What providers get that want more than the handler, in the order of the targets. */
  packages: UnitPackage[];
}

/** `zip` and `folder`, which has the same files, by path from the output folder. */
export interface UnitPackage {
  target: string;
  folder: string;
  zip: string;
  bytes: number;
  unpackedBytes: number;
  /** sha256 of the zip, hex. */
  hash: string;
}

/** `faasify.json` in the output folder: what was made of the program, for people, `serve` and deployers. No dates, no absolute paths. */
export interface Manifest {
  version: 1;
  /** Version of faasify that wrote it. */
  faasify: string;
  target: string;
  targets: string[];
  /** What its units are deployed as: those of an app belong together. */
  app?: string;
  /** How they are deployed. */
  deploy?: DeploySettings;
  /** Files that the program starts with, from the source root. */
  entries: string[];
  functions: ManifestFunction[];
  cuts: CutPlan[];
  units: ManifestUnit[];
  /** Files of the runtime that handlers import, by path from the output folder. */
  runtime: string[];
  problems: Problem[];
}

export interface ManifestFunction {
  id: FunctionId;
  file: string;
  line: number;
  verdict: Verdict;
  reasons: Reason[];
  unit?: string;
  params?: ParameterPlan[];
}

export interface ManifestUnit {
  name: string;
  functions: FunctionId[];
  /** Readable handler, bundle, source map and zip, by path from the output folder. */
  source: string;
  bundle: string;
  map: string;
  zip: string;
  bytes: number;
  unpackedBytes: number;
  /** sha256 of the zip and of everything that went in, hex. */
  hash: string;
  inputs: string;
  settings: UnitSettings;
  deployed?: DeployedName;
  /** Where else it is deployed, if anywhere, in the order of the targets; `package` if that takes more than its zip. */
  places?: (UnitPlace & { package?: UnitPackage })[];
  /** Units that it calls, with `--nested remote`. */
  calls?: string[];
  /** Names of the environment variables its functions read; never values. */
  env: string[];
  /** What starts its functions besides calls, if anything. */
  routes?: RoutePlan[];
  schedules?: SchedulePlan[];
  watches?: WatchPlan[];
  /** Files that its code reads, if any. */
  assets?: AssetArtifact[];
}

/** A file beside a unit's code. `hash`: sha256, hex. */
export interface AssetArtifact {
  path: string;
  bytes: number;
  hash: string;
}
