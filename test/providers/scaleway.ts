import { join } from 'node:path';
import { placeBesidePackages, toVersion } from './beside-packages.ts';
import { LOOPBACK, type ProviderRuntime, type RunningUnits, type StartInput, startEach, startNode } from './runtime.ts';

const PACKAGE = '@scaleway/serverless-functions@1.1.2';

/** Scaleway's own emulator, with Scaleway's limit for requests: it reads 1 MB, and only says what it would do with more than 6 MB. */
export const runtime: ProviderRuntime = {
  target: 'scaleway',
  packages: [PACKAGE],
  start: (input) => start(input, 'handle'),
};

/** The same with those for requests to addresses. */
export function startForWeb(input: StartInput): Promise<RunningUnits> {
  return start({ ...input, units: input.units.filter(({ routes }) => routes) }, 'web');
}

async function start(input: StartInput, handler: string): Promise<RunningUnits> {
  const running = await startEach(placeBesidePackages(input), toVersion(PACKAGE), ({ folder }, port) =>
    startNode(
      ['--require', LOOPBACK, join(import.meta.dirname, 'scaleway-server.mjs'), input.home, folder, `${port}`, handler],
      folder,
    ),
  );
  return { ...running, key: 'scw-test-token' };
}
