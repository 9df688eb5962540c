import { join } from 'node:path';
import { placeBesidePackages, toVersion } from './beside-packages.ts';
import { LOOPBACK, type ProviderRuntime, type RunningUnits, type StartInput, startEach, startNode } from './runtime.ts';

const PACKAGE = '@google-cloud/functions-framework@5.0.5';

/** Google's own server, as it runs in Google's containers. */
export const runtime: ProviderRuntime = { target: 'gcf', packages: [PACKAGE], start: (input) => start(input, '') };

/** The same with the functions for events. */
export function startForEvents(input: StartInput): Promise<RunningUnits> {
  return start(input, '-event');
}

/** The same with those for requests to addresses. */
export function startForWeb(input: StartInput): Promise<RunningUnits> {
  return start({ ...input, units: input.units.filter(({ routes }) => routes) }, '-web');
}

function start(input: StartInput, suffix: string): Promise<RunningUnits> {
  const framework = join(input.home, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
  return startEach(placeBesidePackages(input), toVersion(PACKAGE), ({ name, folder }, port) =>
    startNode(['--require', LOOPBACK, framework, `--target=${name}${suffix}`, `--port=${port}`], folder),
  );
}
