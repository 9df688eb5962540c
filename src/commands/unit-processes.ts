import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selectEnvironment } from '../5-deploy/environment.ts';
import { unzip } from '../host/control/unzip.ts';
import type { Runtime, RuntimeFunction, RuntimeHost } from '../host/runtime/runtime.ts';
import type { Manifest, ManifestUnit } from '../types.ts';

export interface UnitProcesses {
  /** By name of the unit. */
  runtimes: ReadonlyMap<string, Runtime>;
  /** Of what was unpacked; when the host is closed. */
  remove(): void;
}

export interface UnitProcessesInput {
  manifest: Manifest;
  /** The output folder, absolute. */
  out: string;
  host: RuntimeHost;
  /** Where values of environment variables come from, and where other functions are; asked when an instance starts. */
  env: NodeJS.ProcessEnv;
  describe(): Record<string, string>;
  /** Told what is printed. */
  print: ((line: string) => void) | undefined;
}

/** The units as AWS Lambda would run them: each from its zip, in processes of its own. */
export async function startUnitProcesses(input: UnitProcessesInput): Promise<UnitProcesses> {
  const folder = mkdtempSync(join(tmpdir(), 'faasify-units-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const runtimes = new Map<string, Runtime>();
    for (const unit of input.manifest.units) {
      const task = join(folder, unit.name);
      mkdirSync(task);
      await unzip(readFileSync(join(input.out, unit.zip)), task);
      runtimes.set(unit.name, input.host.start(describeUnit(unit, task, input)));
    }
    return { runtimes, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function describeUnit(
  { name, deployed, env: names, settings }: ManifestUnit,
  folder: string,
  { manifest: { deploy }, env, describe, print }: UnitProcessesInput,
): RuntimeFunction {
  const { memory, timeout, region = env.AWS_REGION } = settings;
  return {
    ...{ name: deployed?.name ?? name, folder, handler: 'handler.handler', memory, timeout },
    ...(region && { region }),
    ...(deploy && { storage: settings.storage ?? deploy.storage }),
    log: ({ text }) => print?.(`${name}: ${text}`),
    get env() {
      return { ...describe(), ...selectEnvironment(names, env) };
    },
  };
}
