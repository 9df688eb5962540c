/** What is asked of functions by the conventions of other providers. */
import fc from 'fast-check';
import { expectAnswer } from './api.ts';
import { type Fuzzer, fuzz } from './fuzzer.ts';
import { guarded } from './guard.ts';
import { anyWire, mutated } from './wires.ts';

const name = fc.constantFrom(
  'u',
  'U',
  'u/',
  '__proto__',
  '%00',
  '%',
  '..',
  '',
  'u:live',
  'constructor',
  'x'.repeat(300),
);
const place = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('_', 'guest', 'other', '__proto__', ''),
      fc.constantFrom('actions', 'activations', 'triggers', ''),
      name,
      fc.constantFrom('', '/result', '/logs', '/u', '/'),
    )
    .map(([namespace, what, name, rest]) => `/api/v1/namespaces/${namespace}/${what}/${name}${rest}`),
  fc
    .tuple(
      fc.constantFrom(
        '/fission-function',
        '/function',
        '/async-function',
        '/invoke',
        '/t/app',
        '/api',
        '/as/gcf',
        '/as/x',
        '/as',
        '',
      ),
      name,
    )
    .map(([prefix, name]) => `${prefix}/${name}`),
  fc.constantFrom('/api/v1/namespaces', '/.netlify/functions/u', '/', '//', '/u/u', '/u?code=', '*', 'http://[/u'),
);
const query = fc.constantFrom(
  ...[
    '',
    '?',
    '?blocking=true',
    '?blocking=true&result=true',
    '?blocking=true&timeout=-1',
    '?timeout=1e9&blocking=true',
  ],
  ...['?limit=0', '?limit=x', '?skip=-1', '?limit=200&skip=99999999', '?since=x', '?count=true', '?docs=true&name=%'],
);
const headers = fc.array(
  fc.constantFrom(
    ...[
      'Host: u.default.localhost',
      'Host: __proto__.localhost',
      'Host: .localhost',
      'Host: [',
      'Host: u.evil.example',
    ],
    ...[
      'Origin: null',
      'Authorization: Basic',
      'Authorization: Basic ====',
      'Authorization: Bearer \t',
      'X-Functions-Key: ',
    ],
    ...['Ce-Id: 1', 'Ce-Source: /', 'Ce-Type: t', 'Ce-Specversion: 1.0', 'Ce-Specversion: 2'],
    ...['Content-Type: application/cloudevents+json', 'Content-Type: application/cloudevents-batch+json'],
    ...[
      'Content-Type: ;',
      'Fn-Invoke-Type: detached',
      'Expect: 100-continue',
      'X-Faasify-Call: x',
      'X-Amzn-Trace-Id: ;',
    ],
    ...[
      'X-Callback-Url: http://127.0.0.1:1/',
      'X-Callback-Url: http://[',
      'X-Call-Id: \t',
      'X-Callback-Url: http://0/',
    ],
  ),
  { maxLength: 6 },
);
const event = fc
  .record({
    specversion: fc.constantFrom('1.0', '1', 1, null),
    id: fc.constantFrom('1', '', 1),
    source: fc.constant('/'),
    type: fc.constantFrom('t', {}),
    data: fc.jsonValue({ maxDepth: 1 }),
    data_base64: fc.constantFrom(undefined, '', 'e30=', 'x', 1),
  })
  .map((event) => JSON.stringify(event));

const call = fc
  .record({
    method: fc.constantFrom('POST', 'POST', 'GET', 'PUT', 'DELETE', 'OPTIONS'),
    place,
    query,
    headers,
    body: fc.oneof(anyWire, event, mutated(event)),
  })
  .map(({ method, place, query, headers, body }) => {
    const host = headers.some((text) => text.startsWith('Host:')) ? [] : ['Host: 127.0.0.1'];
    const length = `Content-Length: ${Buffer.byteLength(body)}`;
    return [`${method} ${place}${query} HTTP/1.1`, ...host, ...headers, length, 'Connection: close', '', body].join(
      '\r\n',
    );
  });

const CODE = 'function main() {}';
const usual: Record<string, unknown> = {
  exec: { kind: 'nodejs:20', code: CODE, binary: false, main: 'main' },
  ...{ parameters: [{ key: 'a', value: 1, init: true }], annotations: [{ key: 'final', value: true }] },
  ...{ limits: { timeout: 1000, memory: 256, logs: 1, concurrency: 1 }, version: '0.0.1', publish: false },
  ...{ namespace: '_', name: 'a' },
};
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('__proto__', '', 1e308, -1, null, [null], [{ key: '__proto__', value: {} }], { timeout: 'x' }),
  fc.constantFrom({ kind: 'python:3' }, { kind: 'nodejs:20', code: 1 }, { kind: 'nodejs:99', code: '====' }),
);
const action = fc
  .tuple(fc.subarray(Object.keys(usual)), fc.subarray(Object.keys(usual), { maxLength: 2 }), odd)
  .map(([left, strange, value]) => {
    const some = left.length % 3 === 0 ? left : Object.keys(usual);
    return JSON.stringify(Object.fromEntries(some.map((key) => [key, strange.includes(key) ? value : usual[key]])));
  });
const making = fc
  .record({
    method: fc.constantFrom('PUT', 'PUT', 'GET', 'POST', 'DELETE'),
    name: fc.constantFrom(
      'a',
      'b',
      'u',
      '..',
      '%2e%2e',
      '..%2Fa',
      'a%00',
      '__proto__',
      'a/b',
      '-',
      'x'.repeat(300),
      'ü',
      'a b',
    ),
    query: fc.constantFrom('', '?overwrite=true', '?overwrite=true', '?overwrite=x', '?code=false', '?blocking=true'),
    body: fc.oneof(action, mutated(action), anyWire),
  })
  .map(({ method, name, query, body }) => {
    const head = `${method} /api/v1/namespaces/_/actions/${encodeURI(name).replaceAll('%25', '%')}${query} HTTP/1.1`;
    const length = `Content-Length: ${Buffer.byteLength(body)}`;
    return [head, 'Host: 127.0.0.1', length, 'Connection: close', '', body].join('\r\n');
  });

export const conventions: Fuzzer[] = [
  fuzz('actions of OpenWhisk that are made, changed and called', 150, making, (bytes) =>
    guarded(() => expectAnswer(bytes)),
  ),
  fuzz('requests by the conventions of all providers', 150, call, (bytes) => guarded(() => expectAnswer(bytes))),
  fuzz('the same, broken', 60, mutated(call), (bytes) => guarded(() => expectAnswer(bytes))),
];
