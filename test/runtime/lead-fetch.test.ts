import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createFetchLink } from '../../templates/runtime/lead-fetch.ts';
import type { Outcome, Unit } from '../../templates/runtime/line.ts';
import { postJson, readJson } from '../../templates/runtime/provider-transport.ts';

const link = createFetchLink({ toRequest: (unit, text) => postJson(unit, text), readAnswer: readJson });
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<Unit> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const place = { target: 'workers', name: 'unit-there', key: 'k' };
  return { name: 'unit', bundle: '', endpoint, place, room: endpoint, memory: 128, timeout: 60, concurrency: 10 };
}

function send(unit: Unit, repeatable: boolean): Promise<Outcome> {
  return new Promise((resolve) => link.send({ unit, request: '{"args":[1]}', repeatable }, resolve));
}

describe('a call that is made with fetch', () => {
  it('is that of the transport', async () => {
    const unit = await serve(async ({ url, method, headers }, outgoing) => {
      outgoing.end(JSON.stringify({ ret: [method, url, headers.authorization] }));
    });
    expect(await send(unit, false)).toEqual({ reply: '{"ret":["POST","/unit-there","Bearer k"]}' });
  });

  it('is made again if it has not run, or nobody can see that it has', async () => {
    let count = 0;
    const unit = await serve((_, outgoing) => {
      count += 1;
      outgoing.writeHead(count < 3 ? ([0, 429, 503][count] ?? 0) : 200).end('{"ret":1}');
    });
    expect(await send(unit, true)).toEqual({ reply: '{"ret":1}' });
    expect(count).toBe(3);
    count = 1;
    expect(await send(unit, false)).toMatchObject({ failure: { code: 'service', mayHaveRun: true } });
  });

  it('may have run if there is no answer', async () => {
    const unit = await serve(({ socket }) => void socket.destroy());
    expect(await send(unit, false)).toMatchObject({ failure: { code: 'unreachable', mayHaveRun: true } });
  });

  it('cannot be slept for', async () => {
    const unit = await serve((_, outgoing) => void outgoing.end('{}'));
    expect(() => link.block({ unit, request: '{}', repeatable: false })).toThrow('no thread');
  });
});
