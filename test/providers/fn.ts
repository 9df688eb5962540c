import { mkdtempSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeBesidePackages, toVersion } from './beside-packages.ts';
import { startFnServer } from './fn-server.ts';
import { type ProviderRuntime, type StartedProcess, startNode } from './runtime.ts';

const PACKAGE = '@fnproject/fdk@0.0.76';

/** Fn's development kit in a process for each unit, as in its container; the way of Fn's server to its socket is ours. */
export const runtime: ProviderRuntime = {
  target: 'fn',
  packages: [PACKAGE],
  async start(input) {
    const sockets = mkdtempSync(join(tmpdir(), 'fn-')); // the address of a socket has a hundred characters at most
    const started: StartedProcess[] = [];
    const places = placeBesidePackages(input);
    const addresses = await Promise.all(
      places.map(async ({ name, folder }, index) => {
        const socket = join(sockets, `${index}.sock`);
        const env = { FN_FORMAT: 'http-stream', FN_LISTENER: `unix:${socket}`, FN_APP_NAME: 'app', FN_FN_NAME: name };
        const ready = waitForFile(sockets, `${index}.sock`);
        const process = startNode(['func.js'], folder, env);
        started.push(process);
        await Promise.race([ready, failWhenEnded(process)]);
        return [name, socket] as const;
      }),
    );
    const server = await startFnServer('app', new Map(addresses));
    const stop = async () => {
      await server.stop();
      await Promise.all(started.map((process) => process.stop()));
      rmSync(sockets, { recursive: true, force: true });
    };
    return { endpoint: `${server.url}/t/app`, version: toVersion(PACKAGE), stop };
  },
};

/** The kit makes a link of that name when it listens. */
function waitForFile(folder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, (_, changed) => {
      if (changed !== name) return;
      watcher.close();
      resolve();
    });
  });
}

function failWhenEnded({ child, readLog }: StartedProcess): Promise<never> {
  return new Promise((_, reject) =>
    child.on('close', (code) => reject(new Error(`it has ended with ${code}: ${readLog()}`))),
  );
}
