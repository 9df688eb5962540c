import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRuntimeClient } from '../../../src/host/runtime/client-choice.ts';
import { ROOT } from '../../harness/cases.ts';
import { call, openStage, readPayload, type Stage } from './functions.ts';

/** Amazon's own client, where a folder is named that has it; ours has to do the same. */
const { FAASIFY_RIC: ric } = process.env;
const client = findRuntimeClient(ric ? 'ric' : 'own', ric ? [ric] : [], ROOT, process.env);

let stage: Stage;
beforeAll(() => {
  stage = openStage(client);
});
afterAll(() => stage.close());

const TSX = join(ROOT, 'node_modules/tsx/dist/loader.mjs');
const ID = '[0-9a-f-]{36}';

function failure(type: string, message: string): [unknown, boolean] {
  return [{ errorType: type, errorMessage: expect.stringMatching(message) }, true];
}

describe('a function under the Runtime API', () => {
  it('is called with its event and a context, and keeps what it has in memory', async () => {
    const runtime = stage.add(`
      let count = 0;
      export const handler = async (event, context) => ({
        event, count: ++count, name: context.functionName, memory: context.memoryLimitInMB,
        arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis() > 1000,
        id: context.awsRequestId.length,
      });`);
    const answer = await runtime.invoke({ event: '{"a":1}', arn: 'arn:x' });
    const common = { memory: '256', left: true, id: 36 };
    expect(readPayload(answer)).toMatchObject({ event: { a: 1 }, count: 1, ...common, arn: 'arn:x' });
    expect((await call(runtime, 'ä€😀'))[0]).toMatchObject({ event: 'ä€😀', count: 2, ...common });
    expect(runtime.count()).toBe(1);
  });

  it('has the environment of Lambda, and nothing of the host', async () => {
    process.env.PLANTED = 'secret';
    const runtime = stage.add('export const handler = async () => ({ ...process.env, cwd: process.cwd() });', {
      env: { OWN: 'value', LAMBDA_TASK_ROOT: 'elsewhere' },
      timeout: 7,
    });
    const [env] = (await call(runtime)) as [Record<string, string>, boolean];
    delete process.env.PLANTED;
    expect(env).toMatchObject({ OWN: 'value', _HANDLER: 'index.handler', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256' });
    expect(env).toMatchObject({ AWS_LAMBDA_FUNCTION_VERSION: '$LATEST', AWS_REGION: 'us-east-1', TZ: ':UTC' });
    expect(env.LAMBDA_TASK_ROOT).toBe(env.cwd);
    expect(env.AWS_EXECUTION_ENV).toBe(`AWS_Lambda_nodejs${client.major}.x`);
    expect(env.PLANTED).toBeUndefined();
  });

  it('says what it threw', async () => {
    const runtime = stage.add(`export const handler = async (what) => {
      if (what === 'error') throw new RangeError('bad');
      throw what;
    };`);
    expect(await call(runtime, 'error')).toEqual([
      { errorType: 'RangeError', errorMessage: 'bad', trace: expect.arrayContaining(['RangeError: bad']) },
      true,
    ]);
    expect(await call(runtime, null)).toMatchObject([{ errorMessage: 'null', trace: [] }, true]);
    expect(await call(runtime, 'text')).toMatchObject([{ errorType: 'string', errorMessage: 'text' }, true]);
    expect(runtime.count()).toBe(1);
  });

  it('answers null for nothing, and says what is no JSON', async () => {
    const runtime = stage.add('export const handler = async (n) => (n === 1 ? 1n : undefined);');
    expect(await call(runtime, 0)).toEqual([null, false]);
    expect(await call(runtime, 1)).toMatchObject([{ errorMessage: 'Unable to stringify response body' }, true]);
  });

  it('works in as many instances as there are calls', async () => {
    const runtime = stage.add(`export const handler = async () => {
      await new Promise((done) => setTimeout(done, 300));
      return process.pid;
    };`);
    const all = await Promise.all([call(runtime), call(runtime), call(runtime)]);
    expect(new Set(all.map(([pid]) => pid)).size).toBe(3);
    expect(runtime.count()).toBe(3);
  });
});

describe('a function that cannot be loaded', () => {
  it.each([
    ['a file that is not there', 'other.handler', 'Runtime.ImportModuleError', 'Cannot find module'],
    ['a name that is not there', 'index.other', 'Runtime.HandlerNotFound', 'index.other is undefined or not exported'],
    ['a name that is no function', 'index.value', 'Runtime.HandlerNotFound', 'index.value is not a function'],
    ['no name', 'index', 'Runtime.MalformedHandlerName', 'Bad handler'],
    ['a way out', '../index.handler', 'Runtime.MalformedHandlerName', 'not a valid handler name'],
    ['a syntax error', 'wrong.handler', 'Runtime.UserCodeSyntaxError', 'SyntaxError: '],
    ['an error', 'throws.handler', 'TypeError', 'at the top'],
  ])('as there is %s', async (_what, handler, errorType, message) => {
    const files = {
      'index.mjs': 'export const value = 1; export const handler = async () => 1;',
      'wrong.mjs': 'export const handler = async () => {',
      'throws.mjs': 'throw new TypeError("at the top");',
    };
    const runtime = stage.add(files, { handler });
    const [payload, isError] = await call(runtime);
    expect([payload, isError]).toMatchObject([{ errorType, errorMessage: expect.stringContaining(message) }, true]);
    expect(runtime.count()).toBe(0);
  });

  it('says so when it ends the process instead', async () => {
    const runtime = stage.add('process.exit(3);');
    expect(await call(runtime)).toEqual(
      failure('Runtime.ExitError', `^RequestId: ${ID} Error: Runtime exited with error: exit status 3$`),
    );
  });

  it('is looked for as on Lambda', async () => {
    const cjs = (value: string) => `exports.handler = async () => '${value}'; exports.a = { b: exports.handler };`;
    expect(await call(stage.add({ 'index.js': cjs('cjs') }))).toEqual(['cjs', false]);
    expect(await call(stage.add({ 'index.cjs': cjs('cjs') }))).toEqual(['cjs', false]);
    expect(await call(stage.add({ 'src/m.js': cjs('deep') }, { handler: 'src/m.a.b' }))).toEqual(['deep', false]);
    const module = { 'package.json': '{"type":"module"}', 'index.js': 'export const handler = async () => "esm";' };
    expect(await call(stage.add(module))).toEqual(['esm', false]);
    const both = { 'index.js': cjs('js'), 'index.mjs': 'export const handler = async () => "mjs";' };
    expect(await call(stage.add(both))).toEqual(['js', false]);
  });
});

describe('a function that ends badly', () => {
  it('is ended when its time is over', async () => {
    const runtime = stage.add(
      'export const handler = async (n) => n ? new Promise(() => setInterval(() => {}, 9)) : 1;',
      {
        timeout: 1,
      },
    );
    expect(await call(runtime, 0)).toEqual([1, false]);
    const answer = await runtime.invoke({ event: '1' });
    const message = `^RequestId: ${answer.requestId} Error: Task timed out after 1.00 seconds$`;
    expect([readPayload(answer), true]).toEqual(failure('Sandbox.Timedout', message));
    expect(answer.duration).toBeGreaterThan(900);
    expect(answer.log).toContain(`${answer.requestId} Task timed out after 1.00 seconds`);
    expect(runtime.count()).toBe(0);
    expect(await call(runtime, 0)).toEqual([1, false]);
  });

  it('is ended when it does not even wait', async () => {
    const runtime = stage.add('export const handler = async () => { for (;;); };', { timeout: 1 });
    expect(await call(runtime)).toEqual(failure('Sandbox.Timedout', 'Task timed out after 1.00 seconds'));
  });

  it.each([
    ['process.exit(0)', 'Runtime exited without providing a reason$'],
    ['process.exit(7)', 'Runtime exited with error: exit status 7$'],
    ['process.kill(process.pid, "SIGKILL"); await new Promise(() => {})', 'Runtime exited with error: signal: killed$'],
    [
      'setTimeout(() => { throw new Error("stray"); }); await new Promise(() => setInterval(() => {}, 9))',
      'exit status',
    ],
  ])('takes its process along: %s', async (what, message) => {
    const runtime = stage.add(`export const handler = async (n) => { if (n) { ${what}; } return 'fine'; };`);
    expect(await call(runtime, 1)).toEqual(failure('Runtime.ExitError', message));
    expect(await call(runtime, 0)).toEqual(['fine', false]);
  });

  it('needs more memory than it has', async () => {
    const runtime = stage.add(
      `export const handler = async () => {
        const all = [];
        for (;;) { all.push(Buffer.alloc(10_000_000, 1)); await new Promise((done) => setTimeout(done, 10)); }
      };`,
      { memory: 128 },
    );
    expect(await call(runtime)).toEqual(failure('Runtime.OutOfMemory', 'Runtime exited with error: signal: killed'));
  });

  it('leaves something that fails when the next call is in hand', async () => {
    const runtime = stage.add(`let count = 0; export const handler = async () => {
      if (++count === 1) setTimeout(() => Promise.reject(new Error('left behind')), 1000);
      else await new Promise((done) => setTimeout(done, 3000));
      return count;
    };`);
    expect(await call(runtime)).toEqual([1, false]);
    expect(await call(runtime)).toEqual(failure('Runtime.ExitError', 'exit status'));
    expect(stage.lines.some(({ text }) => text.includes('left behind'))).toBe(true);
    expect(await call(runtime)).toEqual([1, false]);
  });

  it('answers with too much, and can be called again', async () => {
    const runtime = stage.add('export const handler = async (size) => "x".repeat(size);');
    expect(await call(runtime, 7 * 1024 * 1024)).toEqual(
      failure('Function.ResponseSizeTooLarge', 'exceeded maximum allowed payload size \\(6291556 bytes\\)'),
    );
    expect((await call(runtime, 6 * 1024 * 1024))[1]).toBe(false);
    expect(runtime.count()).toBe(1);
  });
});

/** Talks to the Runtime API by itself. */
const BY_HAND = `
  const { AWS_LAMBDA_RUNTIME_API: api } = process.env;
  const post = async (path, body, headers) => {
    const response = await fetch('http://' + api + '/2018-06-01/runtime/' + path, { method: 'POST', body, headers });
    return [response.status, (await response.json()).errorType];
  };
  export const handler = async (what, { awsRequestId: id }) => {`;

describe('answers that nobody waits for', () => {
  it('are refused', async () => {
    const runtime = stage.add(`let last = []; ${BY_HAND}
      if (what === 'last') return last;
      last = [
        await post('invocation/' + id + '/other', '1'),
        await post('invocation/no-such-id/response', '1'),
        await post('invocation/' + id + '/response', '"first"'),
        await post('invocation/' + id + '/response', '"second"'),
        await post('invocation/' + id + '/error', '{}'),
        (await fetch('http://' + api + '/2018-06-01/runtime/invocation/next', { headers: { origin: 'http://a' } })).status,
      ];
      return 'third';
    };`);
    expect(await call(runtime, 'twice')).toEqual(['first', false]);
    expect(await call(runtime, 'last')).toEqual([
      [
        [404, 'InvalidRequest'],
        [400, 'InvalidRequestID'],
        [202, null],
        [403, 'InvalidStateTransition'],
        [403, 'InvalidStateTransition'],
        403,
      ],
      false,
    ]);
  });

  it('that are no JSON still name the error', async () => {
    const runtime = stage.add(`${BY_HAND} await post('invocation/' + id + '/error', 'what?',
      { 'Lambda-Runtime-Function-Error-Type': 'My.Error' }); };`);
    expect(await call(runtime)).toEqual([{ errorType: 'My.Error', errorMessage: 'what?' }, true]);
  });
});

describe('a function that streams', () => {
  const STREAMING = `export const handler = awslambda.streamifyResponse(async (what, stream) => {
    stream.setContentType('text/plain');
    stream.write('one,');
    await new Promise((done) => setTimeout(done, 100));
    stream.write('two');
    if (what === 'throw') throw new TypeError('half-way');
    if (what === 'exit') { await new Promise((done) => setTimeout(done, 100)); process.exit(4); }
    if (what === 'large') stream.write(Buffer.alloc(7 * 1024 * 1024));
    stream.end();
    await new Promise((done) => stream.once('finish', done));
  });`;

  it('is heard piece by piece, or answers with all of it', async () => {
    const runtime = stage.add(STREAMING);
    const pieces: string[] = [];
    const onChunk = (chunk: Buffer, type: string) => void pieces.push(`${chunk} ${type}`);
    expect(await runtime.invoke({ event: '1', onChunk })).toMatchObject({ isError: false, contentType: 'text/plain' });
    const texts = pieces.map((piece) => piece.replace(/ text\/plain$/, ''));
    expect([texts.join(''), texts.every((text, index) => `${text} text/plain` === pieces[index])]).toEqual([
      'one,two',
      true,
    ]);
    expect(`${(await runtime.invoke({ event: '1' })).payload}`).toBe('one,two');
  });

  it('may be larger than a reply', async () => {
    const runtime = stage.add(STREAMING);
    let size = 0;
    const answer = await runtime.invoke({
      event: '"large"',
      onChunk: (chunk) => {
        size += chunk.length;
      },
    });
    expect([answer.isError, size]).toEqual([false, 7 + 7 * 1024 * 1024]);
    expect(await call(runtime, 'large')).toEqual(failure('Function.ResponseSizeTooLarge', 'exceeded'));
  });

  it('fails half-way', async () => {
    const runtime = stage.add(STREAMING);
    const pieces: string[] = [];
    const answer = await runtime.invoke({ event: '"throw"', onChunk: (chunk) => void pieces.push(`${chunk}`) });
    expect(pieces.join('')).toBe('one,two');
    expect([readPayload(answer), answer.isError]).toMatchObject([
      { errorType: 'TypeError', errorMessage: 'half-way' },
      true,
    ]);
    expect(await call(runtime, 'exit')).toEqual(failure('Runtime.ExitError', 'exit status 4'));
  });
});

describe('between calls', () => {
  it('an instance is frozen, with all it has started', async () => {
    const runtime = stage.add(`
      import { spawn } from 'node:child_process';
      let ticks = 0; let child;
      export const handler = async () => {
        child ??= spawn('sleep', ['100']);
        if (ticks === 0) setInterval(() => ticks++, 10);
        await new Promise((done) => setTimeout(done, 100));
        return { ticks, pid: process.pid, child: child.pid };
      };`);
    const [first] = (await call(runtime)) as [{ ticks: number; pid: number; child: number }, boolean];
    await waitUntil(() => readState(first.pid) === 'T' && readState(first.child) === 'T');
    await pause(300);
    const [second] = (await call(runtime)) as [{ ticks: number; pid: number }, boolean];
    expect(second.pid).toBe(first.pid);
    expect(second.ticks).toBeLessThan(first.ticks + 30);
    await runtime.close();
    for (const pid of [first.pid, first.child]) expect(isThere(pid)).toBe(false);
  });

  it('an instance that is idle for long is let go, with its temporary files', async () => {
    const runtime = stage.add(
      `import { writeFileSync } from 'node:fs'; import { tmpdir } from 'node:os';
      export const handler = async () => { writeFileSync(tmpdir() + '/x', 'x'); return [process.pid, tmpdir()]; };`,
      { idle: 200 },
    );
    const [[pid, folder]] = (await call(runtime)) as [[number, string], boolean];
    expect(existsSync(`${folder}/x`)).toBe(true);
    await waitUntil(() => runtime.count() === 0 && !isThere(pid) && !existsSync(folder));
    expect((await call(runtime))[1]).toBe(false);
  });

  it('files have an end', async () => {
    const runtime = stage.add(
      `import { writeFileSync } from 'node:fs'; import { tmpdir } from 'node:os';
      export const handler = async (size) => writeFileSync(tmpdir() + '/x', Buffer.alloc(size));`,
      { storage: 2 },
    );
    expect(await call(runtime, 1024 * 1024)).toEqual([null, false]);
    expect(await call(runtime, 3 * 1024 * 1024)).toMatchObject([
      { errorMessage: expect.stringContaining('EFBIG') },
      true,
    ]);
  });
});

/** Has an idle instance and says which one. */
const HOST = `
  import { openStage, readPayload } from ${JSON.stringify(join(import.meta.dirname, 'functions.ts'))};
  const runtime = openStage().add('export const handler = async () => process.pid;');
  console.log(readPayload(await runtime.invoke({ event: '1' })));
`;

describe('a host that is killed', () => {
  it('takes its frozen instances along, and their files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'faasify-test-'));
    const host = spawn(process.execPath, ['--import', TSX, '--input-type=module', '-e', HOST], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [chunk] = (await once(host.stdout, 'data')) as [Buffer];
    const pid = Number(`${chunk}`);
    const list = () => readdirSync(folder).filter((name) => name.startsWith('faasify-runtime-'));
    await waitUntil(() => readState(pid) === 'T');
    const before = list();
    host.kill('SIGKILL');
    await once(host, 'exit');
    await waitUntil(() => !isThere(pid) && list().length === 0);
    rmSync(folder, { recursive: true });
    expect(before).toHaveLength(1);
  });
});

/** Only up to Node 22, and not by Amazon's newest client. */
describe.skipIf(ric)('a handler with a callback', () => {
  const HANDLER = `exports.handler = (what, context, callback) => {
    if (what === 'never') return 'not this';
    if (what === 'fail') return callback(new RangeError('called back'));
    if (what === 'at once') context.callbackWaitsForEmptyEventLoop = false;
    if (what === 'at once') setTimeout(() => {}, 10_000);
    setTimeout(callback, 10, null, what);
  };`;

  it('answers when nothing is left to do', async () => {
    const runtime = stage.add({ 'index.js': HANDLER }, { runtime: 'nodejs22.x' });
    for (const what of ['later', 'at once']) expect(await call(runtime, what)).toEqual([what, false]);
    const other = stage.add({ 'index.js': HANDLER }, { runtime: 'nodejs22.x' });
    expect(await call(other, 'never')).toEqual([null, false]);
    expect(await call(other, 'fail')).toMatchObject([{ errorType: 'RangeError', errorMessage: 'called back' }, true]);
    expect(await call(other, 'later')).toEqual(['later', false]);
  });

  it('is refused from Node 24 on', async () => {
    const runtime = stage.add({ 'index.js': HANDLER }, { runtime: 'nodejs24.x' });
    const errorType = 'Runtime.CallbackHandlerDeprecated';
    expect(await call(runtime, 'later')).toMatchObject([{ errorType }, true]);
  });
});

describe('the log', () => {
  it('has what was printed, by invocation', async () => {
    const runtime = stage.add(`console.log('loading'); export const handler = async (text) => {
      console.error(text, 'two\\nlines'); process.stdout.write('no end');
    };`);
    const [first, second] = [await runtime.invoke({ event: '"a"' }), await runtime.invoke({ event: '"b"' })];
    const { requestId: id } = first;
    const lines = first.log.slice(0, -1).split('\n');
    expect(lines).toEqual([
      `START RequestId: ${id} Version: $LATEST`,
      expect.stringMatching(/^\d{4}-\S+Z\t-\tINFO\tloading$|^\d{4}-\S+Z\tundefined\tINFO\tloading$/),
      expect.stringMatching(new RegExp(`^\\S+Z\\t${id}\\tERROR\\ta two\\rlines$`)),
      'no end',
      `END RequestId: ${id}`,
      expect.stringMatching(
        new RegExp(
          `^REPORT RequestId: ${id}\\tDuration: [\\d.]+ ms\\tBilled Duration: \\d+ ms\\tMemory Size: 256 MB\\tMax Memory Used: \\d+ MB\\tInit Duration: [\\d.]+ ms\\t$`,
        ),
      ),
    ]);
    expect(second.log).not.toContain(id);
    expect(second.log).not.toContain('Init Duration');
    expect(second.init).toBeUndefined();
    expect(stage.lines.filter(({ requestId }) => requestId === id).map(({ text }) => text)).toEqual(lines);
  });

  it('goes along as far as 4 kB', async () => {
    const runtime = stage.add('export const handler = async () => { console.log("€".repeat(100_000)); };');
    const { log } = await runtime.invoke({ event: '1' });
    expect(Buffer.byteLength(log)).toBeLessThanOrEqual(4096);
    expect(log).toContain('€€€');
    expect(log).toContain('REPORT RequestId');
  });
});

async function waitUntil(isSo: () => boolean): Promise<void> {
  for (let waited = 0; !isSo(); waited += 50) {
    if (waited > 10_000) throw new Error(`it has not come to this: ${isSo}`);
    await pause(50);
  }
}

function readState(pid: number): string | undefined {
  return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
}

function isThere(pid: number): boolean {
  try {
    return readState(pid) !== 'Z';
  } catch {
    return false;
  }
}
