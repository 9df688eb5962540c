/** What comes over HTTP, and what is read from files. */

import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import fc from 'fast-check';
import { parseManifest } from '../../src/4-package/manifest-check.ts';
import type { Executor } from '../../src/host/control/executor.ts';
import { openPlane } from '../../src/host/control/open.ts';
import type { Runtime } from '../../src/host/runtime/runtime.ts';
import { describeFunction } from '../../src/host/served.ts';
import { createHostServer } from '../../src/host/server.ts';
import type { Link } from '../../templates/runtime/link.ts';
import { type Fuzzer, fuzz } from './fuzzer.ts';
import { guarded } from './guard.ts';
import { anyWire, mutated, record } from './wires.ts';

const UNIT = {
  ...{ name: 'u', functions: ['w#first'], source: 'u.ts', bundle: 'u.mjs', map: 'u.map', zip: 'u.zip' },
  ...{ bytes: 1, unpackedBytes: 1, hash: 'ab'.repeat(32), inputs: '', settings: { memory: 128, timeout: 5 }, env: [] },
};
const LISTS = { entries: [], functions: [], cuts: [], units: [UNIT], runtime: [], problems: [] };
const MANIFEST = { version: 1, faasify: '0', target: 'lambda', ...LISTS };

const link: Link = {
  block: () => ({ reply: '{}' }),
  send({ request }, done) {
    JSON.parse(request);
    setImmediate(done, { reply: '{}' });
    return { wait() {}, tell() {} };
  },
  isFull: () => false,
  release() {},
  holdsMany: () => false,
  close: async () => {},
};

/** Answers what it is sent. */
const executor: Executor = {
  run: async (_target, { event }) => ({ payload: event, isError: false, duration: 1, billed: 1, log: '' }),
  release() {},
  close: async () => {},
};

const units = new Map([['u', describeFunction(UNIT, '/u.mjs')]]);
const run: Runtime = {
  invoke: async () => ({
    payload: Buffer.from('{"result":{}}'),
    isError: false,
    requestId: '',
    duration: 1,
    billed: 1,
    log: '',
  }),
  count: () => 0,
  close: async () => {},
};
const actions = { start: () => run, loader: '/loader.js', env: () => ({}) };
const { plane } = openPlane({ link, units, executor: () => executor, actions });

let port: Promise<number> | undefined;

function openPort(): Promise<number> {
  port ??= new Promise((done) => {
    const server = createHostServer({ plane });
    server.listen(0, '127.0.0.1', () => {
      server.unref();
      done((server.address() as AddressInfo).port);
    });
  });
  return port;
}

/** All that the server answers to these bytes before it hangs up. */
async function talk(bytes: string): Promise<string> {
  const socket = connect(await openPort(), '127.0.0.1');
  return new Promise((done) => {
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => done(answer));
    socket.setTimeout(2000, () => socket.destroy(new Error('no answer')));
    socket.end(bytes);
  });
}

const method = fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS', 'get', '');
const path = fc.oneof(
  fc.constantFrom('/', '//', '*', '/..', '/2015-03-31/functions', '/2015-03-31/functions/', 'http://[', '/%'),
  fc
    .tuple(
      fc.constantFrom('u', 'u:1', 'arn:aws:lambda:x:0:function:u', '__proto__', '%', '%00', '..', ''),
      fc.constantFrom('', '/', '/invocations', '/configuration', '/x/y'),
    )
    .map(([name, rest]) => `/2015-03-31/functions/${name}${rest}`),
  fc
    .constantFrom('MaxItems=0', 'MaxItems=1', 'MaxItems=x', 'Marker=__proto__')
    .map((query) => `/2015-03-31/functions/?${query}`),
);
const header = fc.constantFrom(
  ...[
    'Host: localhost',
    'Host: evil.example',
    'Host: ',
    'Origin: null',
    'Origin: http://localhost',
    'Expect: 100-continue',
  ],
  ...['Content-Length: 5', 'Content-Length: -1', 'Content-Length: 99999999999', 'Transfer-Encoding: chunked'],
  ...[
    'X-Amz-Invocation-Type: Event',
    'X-Amz-Invocation-Type: __proto__',
    'X-Amz-Invocation-Type: DryRun',
    'Connection: close',
  ],
);
const call = fc
  .record({ method, path, headers: fc.array(header, { maxLength: 4 }), body: mutated(anyWire) })
  .map(({ method, path, headers, body }) => {
    const length = headers.some((text) => /^(content-length|transfer)/i.test(text))
      ? []
      : [`Content-Length: ${Buffer.byteLength(body)}`];
    return [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, ...length, '', body].join('\r\n');
  });

const GOOD = 'GET /2015-03-31/functions/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

export async function expectAnswer(bytes: string): Promise<void> {
  const answer = await talk(bytes);
  const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
  if (statuses.some((status) => status >= 500)) throw new Error(answer);
  if (!(await talk(GOOD)).startsWith('HTTP/1.1 200')) throw new Error('the server does not answer any more');
}

/** What is understood can be served. */
function readHostile(text: string): void {
  const manifest = parseManifest(text, '/out');
  if ('problem' in manifest) return;
  for (const unit of manifest.units) JSON.stringify(describeFunction(unit, `/out/${unit.bundle}`));
}

const fields = Object.entries(MANIFEST).map(([key, value]) => [key, JSON.stringify(value)] as const);
const unitFields = Object.entries(UNIT).map(([key, value]) => [key, JSON.stringify(value)] as const);
const odd = fc.oneof(
  anyWire,
  fc.constantFrom('"../../x"', '"/etc/passwd"', '"a\\u0000b"', '-1', '1e400', '[{}]', '{"memory":-1}'),
);
const manifest = fc.tuple(fc.nat(unitFields.length), fc.nat(fields.length), odd).map(([inUnit, at, value]) => {
  const unit = record(unitFields.map(([key, text], i) => [key, i === inUnit ? value : text]));
  return record(fields.map(([key, text], i) => [key, i === at ? value : key === 'units' ? `[${unit}]` : text]));
});

export const api: Fuzzer[] = [
  fuzz('hostile requests over HTTP', 100, mutated(call), (bytes) => guarded(() => expectAnswer(bytes)), [
    'GET // HTTP/1.1\r\nHost: localhost\r\n\r\n',
  ]),
  fuzz('manifests that are none', 150, mutated(manifest), (text) => guarded(() => readHostile(text))),
];
