import { join } from 'node:path';
import { placeBesidePackages, toVersion } from './beside-packages.ts';
import { LOOPBACK, type ProviderRuntime, startEach, startNode } from './runtime.ts';

const PACKAGE = '@scaleway/serverless-functions@1.1.2';

/** Scaleway's own emulator, with Scaleway's limit for requests: it reads 1 MB, and only says what it would do with more than 6 MB. */
export const runtime: ProviderRuntime = {
  target: 'scaleway',
  packages: [PACKAGE],
  async start(input) {
    const running = await startEach(placeBesidePackages(input), toVersion(PACKAGE), ({ folder }, port) =>
      startNode(
        ['--require', LOOPBACK, join(import.meta.dirname, 'scaleway-server.mjs'), input.home, folder, `${port}`],
        folder,
      ),
    );
    return { ...running, key: 'scw-test-token' };
  },
};
