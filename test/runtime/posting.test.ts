import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { post } from '../../templates/runtime/posting.ts';

let server: Server;
let connections = 0;

beforeEach(async () => {
  connections = 0;
  server = createServer((incoming, outgoing) => void incoming.resume().on('end', () => outgoing.end('{}')));
  server.on('connection', () => {
    connections++;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.useFakeTimers({ toFake: ['Date'] });
});

afterEach(async () => {
  vi.useRealTimers();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function call(): Promise<void> {
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await post({ url, headers: {}, body: Buffer.from('{}'), timeout: undefined, maxAnswer: 100, onSent() {} });
  await new Promise(setImmediate); // only then is the connection free
}

/** Whether a call of `later` milliseconds after another goes over the same connection, at a server that keeps it for so many seconds. */
async function isReused(seconds: number, later: number): Promise<boolean> {
  server.keepAliveTimeout = seconds * 1000;
  await call();
  vi.setSystemTime(Date.now() + later);
  await call();
  return connections === 1;
}

test.each([
  [5, 2_400, true],
  [5, 2_600, false],
  [600, 19_900, true],
  [600, 20_100, false],
  [0, 19_900, true], // it does not say
  [0, 20_100, false],
])('a connection that a server keeps for %i s is used again after %i ms: %s', async (seconds, later, expected) => {
  expect(await isReused(seconds, later)).toBe(expected);
});

test('answers that came in time make it usable for longer', async () => {
  server.keepAliveTimeout = 5000;
  for (let n = 0; n < 5; n++) {
    await call();
    vi.setSystemTime(Date.now() + 2_000);
  }
  expect(connections).toBe(1);
});
