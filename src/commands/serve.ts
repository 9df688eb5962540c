import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { createLink } from '../../templates/runtime/link.ts';
import { MANIFEST_FILE } from '../4-package/files.ts';
import { parseManifest } from '../4-package/manifest-check.ts';
import { FaasifyError } from '../errors.ts';
import { startClock } from '../host/clock.ts';
import { listRoutes } from '../host/http-routes.ts';
import { describeFunction, type ServedFunction } from '../host/served.ts';
import { createHostServer } from '../host/server.ts';
import { getInstallation } from '../installation.ts';

export interface ServeRequest {
  /** An output folder of faasify. */
  out: string;
  cwd: string;
  /** 0: any that is free. */
  port: number;
  /** Functions with a schedule run when their time has come; told of a run that has failed. */
  schedules?: { failed(fn: string, payload: string): void };
}

export interface Serving {
  /** `http://127.0.0.1:4711`: what FAASIFY_ENDPOINT is to be. */
  url: string;
  /** Names of the functions that can be invoked. */
  functions: string[];
  /** `GET /price/{id}` → the function that answers. */
  routes: { key: string; fn: string }[];
  schedules: { expression: string; fn: string }[];
  /** Lets calls in flight end, then stops everything. */
  close(): Promise<void>;
}

/** Serves the units of an output folder on this machine as if they were deployed. */
export function serve(request: ServeRequest): Promise<Serving> {
  return serveFolder(request, join(getInstallation(), 'dist', 'runtime', 'host.cjs'));
}

/** `host`: the file of the host thread. */
export async function serveFolder({ out, cwd, port, schedules }: ServeRequest, host: string): Promise<Serving> {
  const functions = readFunctions(resolve(cwd, out));
  const link = createLink(host);
  const server = createHostServer({ link, functions });
  await new Promise<void>((done, fail) => {
    server.once('error', (error) => fail(describeListenError(error, port)));
    server.listen(port, '127.0.0.1', done);
  });
  const { port: actual } = server.address() as AddressInfo;
  const endClock = schedules ? startClock({ link, functions, ...schedules }) : () => {};
  const close = async () => {
    endClock();
    await new Promise((done) => {
      server.close(done);
      server.closeIdleConnections();
    });
    await link.close();
  };
  return {
    url: `http://127.0.0.1:${actual}`,
    functions: [...functions.keys()].sort(),
    routes: listRoutes(functions),
    schedules: [...functions.values()].flatMap((served) => served.schedules),
    close,
  };
}

function readFunctions(out: string): Map<string, ServedFunction> {
  const file = join(out, MANIFEST_FILE);
  const fix = 'Give the folder that `faasify <src> --target lambda` has made.';
  if (!existsSync(file)) throw new FaasifyError('not-an-output', `${out} is no output folder of faasify`, { fix });
  const manifest = parseManifest(readFileSync(file, 'utf8'), out);
  if ('problem' in manifest) {
    const fix = 'Build it again with this version of faasify.';
    throw new FaasifyError('not-an-output', `${file} cannot be understood: ${manifest.problem}`, { fix });
  }
  return new Map(manifest.units.map((unit) => [unit.name, describeFunction(unit, join(out, unit.bundle))]));
}

function describeListenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error;
  const fix = 'Choose another one with --port, or 0 for any that is free.';
  return new FaasifyError('port-taken', `Cannot listen on port ${port}`, { fix, cause: error });
}
