/**
 * Functions run here as AWS Lambda runs them: processes that ask the Runtime API for their work, one invocation at a time,
 * frozen in between, ended by their timeout or when they have been idle for long.
 *
 *     const host = openRuntimeHost(findRuntimeClient({ … }));
 *     const runtime = host.start({ name: 'f', folder: '/unpacked/zip', handler: 'index.handler', env: {}, memory: 128, timeout: 3 });
 *     const { payload, isError, log } = await runtime.invoke({ event: '{"n":1}' });
 *     await host.close();
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { RuntimeClient } from './client-choice.ts';
import { type Guard, startGuard } from './guard.ts';
import { type Instance, type InstanceAnswer, startInstance } from './instance.ts';
import type { LogLine } from './log.ts';

/** What is run. */
export interface RuntimeFunction {
  name: string;
  /** The unpacked zip, absolute. */
  folder: string;
  /** `index.handler` */
  handler: string;
  /** Its own variables; nothing of the host's environment is there besides. */
  env: Record<string, string>;
  /** MB */
  memory: number;
  /** Seconds */
  timeout: number;
  /** MB that a file may have; 512 if it is not given. */
  storage?: number;
  version?: string;
  region?: string;
  logGroup?: string;
  /** `nodejs22.x`, as the function is told; what it runs in is the client's. */
  runtime?: string;
  /** Milliseconds after which an instance without work is let go. */
  idle?: number;
  /** Told of every line that its instances print, and of what Lambda writes around them. */
  log?: (line: LogLine) => void;
}

export interface RuntimeCall {
  /** JSON text. */
  event: string | Buffer;
  requestId?: string;
  /** `Root=1-…` */
  trace?: string;
  /** The name it was called by. */
  arn?: string | undefined;
  /** JSON text, as the caller gave it. */
  clientContext?: string | undefined;
  /** Takes what the function streams as it comes; without, it is the payload. */
  onChunk?: ((chunk: Buffer, contentType: string) => void) | undefined;
}

export interface RuntimeAnswer extends InstanceAnswer {
  requestId: string;
}

export interface Runtime {
  /** In an instance that is idle, or a new one. Rejects for nothing that the function does. */
  invoke(call: RuntimeCall): Promise<RuntimeAnswer>;
  /** How many instances there are. */
  count(): number;
  /** Ends all instances; calls in flight fail. */
  close(): Promise<void>;
}

export interface RuntimeHost {
  start(fn: RuntimeFunction): Runtime;
  /** Ends everything. What is not ended so ends with this process. */
  close(): Promise<void>;
}

export const LATEST = '$LATEST';

/** Milliseconds */
const IDLE_TIME = 60_000;

export function openRuntimeHost(client: RuntimeClient): RuntimeHost {
  const runtimes = new Set<Runtime>();
  let guard: Guard | undefined;
  return {
    start(fn) {
      guard ??= startGuard();
      const runtime = startRuntime(fn, client, guard);
      runtimes.add(runtime);
      return {
        ...runtime,
        async close() {
          runtimes.delete(runtime);
          await runtime.close();
        },
      };
    },
    async close() {
      await Promise.all([...runtimes].map((runtime) => runtime.close()));
      runtimes.clear();
      guard?.close();
      guard = undefined;
    },
  };
}

interface Pool {
  fn: RuntimeFunction;
  start(): Promise<Instance>;
  all: Set<Promise<Instance>>;
  /** The one that was used last comes last. */
  idle: { instance: Instance; entry: Promise<Instance>; timer: NodeJS.Timeout }[];
}

function startRuntime(fn: RuntimeFunction, client: RuntimeClient, guard: Guard): Runtime {
  const pool: Pool = { fn, start: () => startInstance({ fn, client, guard }), all: new Set(), idle: [] };
  return {
    invoke: (call) => invoke(pool, call),
    count: () => pool.all.size,
    close: async () => {
      for (const { timer } of pool.idle.splice(0)) clearTimeout(timer);
      const all = [...pool.all];
      pool.all.clear();
      await Promise.all(all.map(async (entry) => (await entry).stop()));
    },
  };
}

async function invoke(pool: Pool, call: RuntimeCall): Promise<RuntimeAnswer> {
  const requestId = call.requestId ?? randomUUID();
  const entry = takeIdle(pool) ?? startNew(pool);
  const instance = await entry;
  const answer = await instance.run({ ...call, requestId, trace: call.trace ?? createTrace() });
  if (instance.isOver() || !pool.all.has(entry)) pool.all.delete(entry);
  else putBack(pool, entry, instance);
  return { ...answer, requestId };
}

function startNew(pool: Pool): Promise<Instance> {
  const entry = pool.start();
  pool.all.add(entry);
  entry.catch(() => pool.all.delete(entry));
  return entry;
}

/** One that has ended meanwhile is none. */
function takeIdle(pool: Pool): Promise<Instance> | undefined {
  for (let found = pool.idle.pop(); found; found = pool.idle.pop()) {
    clearTimeout(found.timer);
    if (!found.instance.isOver()) return found.entry;
    pool.all.delete(found.entry);
  }
  return undefined;
}

function putBack(pool: Pool, entry: Promise<Instance>, instance: Instance): void {
  const timer = setTimeout(() => {
    pool.idle = pool.idle.filter((other) => other.entry !== entry);
    pool.all.delete(entry);
    void instance.stop();
  }, pool.fn.idle ?? IDLE_TIME);
  timer.unref();
  pool.idle.push({ instance, entry, timer });
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
function createTrace(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const random = (bytes: number) => randomBytes(bytes).toString('hex');
  return `Root=1-${seconds}-${random(12)};Parent=${random(8)};Sampled=0`;
}
