import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { writeZip } from '../../src/4-package/zip.ts';
import { findPort } from '../harness/ports.ts';
import { describeCheckout } from './checkout.ts';
import {
  LOOPBACK,
  type ProviderRuntime,
  type StartedProcess,
  type StartedUnit,
  startNode,
  waitForServer,
} from './runtime.ts';

/**
 * `OPENWHISK_RUNTIME=<clone of apache/openwhisk-runtime-nodejs>/core/nodejsActionBase`: the containers of actions. What stands between
 * them and a caller is made here after the sources of OpenWhisk: one call at a time for each container, keys sorted, 1 MB each way,
 * of a result with `error` nothing else, and for calls of other actions the key of who has called (annotation `provide-api-key`).
 */
export const runtime: ProviderRuntime = {
  target: 'openwhisk',
  packages: [],
  variable: 'OPENWHISK_RUNTIME',
  async start({ units, home, scratch, env = {} }) {
    const made = units.map(
      async (unit) =>
        [unit.name, await createAction(unit, { home, scratch, host: env.FAASIFY_ENDPOINT_OPENWHISK })] as const,
    );
    const actions = new Map(await Promise.all(made));
    const server = createServer(async (incoming, outgoing) => {
      const { status, body } = await invoke(incoming, actions);
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(sortKeys(body)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const stop = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([...actions.values()].map((action) => action.stop()));
    };
    const version = describeCheckout('apache/openwhisk-runtime-nodejs', home);
    return { endpoint: `http://127.0.0.1:${port}`, key: KEY, version, stop };
  },
};

const KEY = 'someone:secret';
const LIMIT = 1024 * 1024;

interface Answer {
  status: number;
  body: unknown;
}

/** https://github.com/apache/openwhisk/blob/master/core/controller/src/main/scala/org/apache/openwhisk/core/controller/Actions.scala */
async function invoke(incoming: IncomingMessage, actions: ReadonlyMap<string, Action>): Promise<Answer> {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://localhost');
  const sent = await text(incoming);
  const [, name = ''] = /^\/api\/v1\/namespaces\/_\/actions\/([^/]+)$/.exec(pathname) ?? [];
  const action = actions.get(decodeURIComponent(name));
  if (incoming.headers.authorization !== `Basic ${Buffer.from(KEY).toString('base64')}`) return refuse(401, 'not you');
  if (!action) return refuse(404, 'The requested resource does not exist.');
  if (Buffer.byteLength(sent) > LIMIT) return refuse(413, 'Request larger than allowed');
  if (!/^\s*\{/.test(sent)) return refuse(400, 'The request content was malformed');
  const value: unknown = JSON.parse(sent);
  if (searchParams.get('blocking') !== 'true' || searchParams.get('result') !== 'true')
    return { status: 202, body: {} };
  return conclude(await action.run(sortKeys(value)));
}

function refuse(status: number, error: string): Answer {
  return { status, body: { error, code: '1' } };
}

/** https://github.com/apache/openwhisk/blob/master/common/scala/src/main/scala/org/apache/openwhisk/core/entity/ActivationResult.scala */
function conclude({ status, body, bytes }: Result): Answer {
  if (bytes > LIMIT) {
    const error = `The action produced a response that exceeded the allowed length: ${bytes} > ${LIMIT} bytes.`;
    return { status: 502, body: { error } };
  }
  const { error } = Object(body) as { error?: unknown };
  return status === 200 && error === undefined ? { status, body } : { status: 502, body: { error } };
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([key, field]) => [key, sortKeys(field)]));
}

interface Action {
  run(value: unknown): Promise<Result>;
  stop(): Promise<unknown>;
}

/** `host`: where actions reach others, as the container is told. */
interface Surroundings {
  home: string;
  scratch: string;
  host: string | undefined;
}

/** One with the first container, so that code which cannot be loaded shows. */
async function createAction(unit: StartedUnit, { home, scratch, host = '' }: Surroundings): Promise<Action> {
  const folder = join(scratch, 'containers', unit.name);
  mkdirSync(folder, { recursive: true });
  const code = await readCode(unit, folder);
  const all: StartedProcess[] = [];
  const open = async () => {
    const port = await findPort();
    const process = startNode(['--expose-gc', '-r', LOOPBACK, join(home, 'app.js')], folder, {
      LISTEN_PORT: `${port}`,
      FAASIFY_ENDPOINT_OPENWHISK: '',
      __OW_API_HOST: host,
    });
    all.push(process);
    await waitForServer(port, process);
    const address = `http://127.0.0.1:${port}`;
    const { status, body } = await post(`${address}/init`, {
      value: { main: 'main', binary: true, code, name: unit.name },
    });
    if (status !== 200) throw new Error(`${unit.name} cannot be initialised: ${JSON.stringify(body)}`);
    return address;
  };
  const idle = [await open()];
  return {
    async run(value) {
      const address = idle.pop() ?? (await open());
      const result = await post(`${address}/run`, { value, api_key: KEY });
      if (result.status === 200) idle.push(address);
      return result;
    },
    stop: () => Promise.all(all.map(({ stop }) => stop())),
  };
}

/** Its package, as `wsk` would send it. */
async function readCode(unit: StartedUnit, folder: string): Promise<string> {
  const files = readdirSync(unit.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  const zip = join(folder, 'action.zip');
  await writeZip(
    zip,
    paths.map((path) => ({ name: path.slice(unit.folder.length + 1), text: readFileSync(path) })),
  );
  return readFileSync(zip).toString('base64');
}

interface Result extends Answer {
  bytes: number;
}

async function post(url: string, message: object): Promise<Result> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(message) });
  const body = await response.text();
  return { status: response.status, body: JSON.parse(body), bytes: Buffer.byteLength(body) };
}
