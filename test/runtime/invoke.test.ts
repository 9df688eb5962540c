import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serveFolder } from '../../src/commands/serve.ts';
import { createProgram, type Program, writeManifest } from '../host/program.ts';

const UNIT = `
function double(x) { return x * 2; }
function fail(text) { throw new RangeError(text); }
function exit() { process.exit(1); }
export const handler = handle({ 'm#double': { run: double }, 'm#fail': { run: fail }, 'm#exit': { run: exit } }, rich);
`;

let program: Program;
let serving: Serving;
let server: Server | undefined;

beforeAll(async () => {
  const cuts = ['double', 'fail', 'exit'].map((name) => ({ fn: `m#${name}` }));
  const pure = { fn: 'm#pure', repeatable: true };
  program = await createProgram({
    target: 'lambda',
    units: {
      unit: { source: UNIT, cuts: [...cuts, pure] },
      missing: { source: UNIT, cuts: [{ fn: 'm#missing' }] },
    },
  });
  writeManifest(program.folder, [{ name: 'unit', functions: [], bundle: 'unit.mjs' }]);
  serving = await serveFolder({ out: program.folder, cwd: '/', port: 0 }, join(program.folder, 'host.cjs'));
});
afterAll(async () => {
  await serving.close();
  program.remove();
});
afterEach(() => {
  server?.close();
});

/** What a script prints as JSON. */
async function evaluate(endpoint: string | undefined, script: string): Promise<unknown> {
  const { code, stdout, stderr } = await program.run(
    `const show = (value) => console.log(JSON.stringify(value));
     const attempt = (id, ...args) => { try { return cut(id, args).ret; } catch (error) { return describe(error); } };
     const describe = ({ code, mayHaveRun }) => [code, mayHaveRun];
     ${script}`,
    endpoint === undefined ? {} : { FAASIFY_ENDPOINT: endpoint },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** A service that answers with what the test wants. */
async function startService(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a call over HTTP', () => {
  it('works blocking and not', async () => {
    expect(await evaluate(serving.url, `show([attempt('m#double', 1), await cutPromise('m#double', [2])])`)).toEqual([
      2, 4,
    ]);
  });

  it('can be many at once', async () => {
    const script = `show((await Promise.all(Array.from({ length: 50 }, (_, i) => cutPromise('m#double', [i])))).reduce((a, b) => a + b))`;
    expect(await evaluate(serving.url, script)).toBe(2450);
  });

  it('goes on with the trace that its caller is part of', async () => {
    const traces: unknown[] = [];
    const url = await startService((request, response) => {
      traces.push(request.headers['x-amzn-trace-id']);
      request.resume();
      response.end('{"ret":1}');
    });
    const of = (number: number) => `process.env._X_AMZN_TRACE_ID = 'Root=1-${number}'`;
    await evaluate(
      url,
      `cut('m#double', [1]); ${of(1)}; cut('m#double', [2]); ${of(2)}; await cutPromise('m#double', [3]); show(0)`,
    );
    expect(traces).toEqual([undefined, 'Root=1-1', 'Root=1-2']);
  });

  it('throws what the function throws', async () => {
    const script = `try { cut('m#fail', ['bad']); } catch (error) { show([error instanceof RangeError, error.message]); }`;
    expect(await evaluate(serving.url, script)).toEqual([true, 'bad']);
  });

  it('fails with what the provider says of a unit that ended', async () => {
    const script = `try { cut('m#exit', []); } catch (error) { show([error.code, error.mayHaveRun, error.message.includes('Runtime.ExitError')]); }`;
    expect(await evaluate(serving.url, script)).toEqual(['exit', true, true]);
  });

  it('fails before it runs where there is no unit of that name', async () => {
    expect(await evaluate(serving.url, `show(attempt('m#missing'))`)).toEqual(['not-found', false]);
  });

  it('stays here when it is more than the provider takes', async () => {
    expect(await evaluate(serving.url, `show(cut('m#double', ['x'.repeat(7 * 1024 * 1024)]) === undefined)`)).toBe(
      true,
    );
  });

  it('says what to set when it is not known where units are', async () => {
    const script = `try { cut('m#double', [1]); } catch (error) { show([error.code, error.message.includes('FAASIFY_ENDPOINT')]); }`;
    expect(await evaluate(undefined, script)).toEqual(['no-endpoint', true]);
  });
});

describe('a service', () => {
  it('that is not there was not reached', async () => {
    expect(await evaluate('http://127.0.0.1:1', `show(attempt('m#double', 1))`)).toEqual(['unreachable', false]);
  });

  it('that is busy is asked again', async () => {
    let calls = 0;
    const url = await startService((_request, response) => {
      response.writeHead(++calls < 3 ? 429 : 200).end('{"ret":5}');
    });
    expect(await evaluate(url, `show(attempt('m#double', 1))`)).toBe(5);
    expect(calls).toBe(3);
  });

  it('that fails is asked again only for functions without effects', async () => {
    let calls = 0;
    const url = await startService((_request, response) => {
      response.writeHead(++calls % 2 === 1 ? 502 : 200).end('{"ret":5}');
    });
    expect(await evaluate(url, `show([attempt('m#double', 1), attempt('m#double', 1), attempt('m#pure', 1)])`)).toEqual(
      [['service', true], 5, 5],
    );
    expect(calls).toBe(4);
  });

  it('that hangs up may have run the call', async () => {
    const url = await startService((request) => request.socket.destroy());
    expect(await evaluate(url, `show(attempt('m#double', 1))`)).toEqual(['unreachable', true]);
  });

  it('that never stops answering is left: what can be run again unseen runs here', async () => {
    const url = await startService((_request, response) => {
      const chunk = 'x'.repeat(1024 * 1024);
      let isLeft = false;
      response.on('close', () => {
        isLeft = true;
      });
      const more = (): void => void (isLeft || response.write(chunk, () => setImmediate(more)));
      more();
    });
    const script = `show([attempt('m#double', 1), cut('m#pure', [1]) === undefined])`;
    expect(await evaluate(url, script)).toEqual([['cannot-return', true], true]);
  });

  it('that answers something else does not break the program', async () => {
    const url = await startService((_request, response) => response.end('<html>'));
    expect(await evaluate(url, `show(attempt('m#double', 1))`)).toEqual(['bad-reply', true]);
  });
});
