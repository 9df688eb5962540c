/** Runs functions that were made here as Lambda does: each version in processes of its own. */
import type { Runtime, RuntimeHost } from '../runtime/runtime.ts';
import type { CodeStore } from './code.ts';
import type { Executor } from './executor.ts';
import type { Made } from './lookup.ts';
import { toFunctionArn } from './names.ts';
import { formatTrace } from './trace.ts';

export interface ExecutorOptions {
  host: RuntimeHost;
  unpack: CodeStore['unpack'];
  /** What functions find in their environment if they are not told otherwise: where this server is, and keys for it. */
  env(region: string): Record<string, string>;
  /** Told of every line that a function prints. */
  print(line: PrintedLine): void;
}

export interface PrintedLine {
  region: string;
  name: string;
  group: string;
  /** `2026/11/26/shop-trig[3]5f0c…` */
  stream: string;
  text: string;
}

/** One state of a version, and the calls that are under way in it. */
interface Pool {
  revision: string;
  runtime: Runtime;
  calls: number;
  isRetired: boolean;
}

export function createExecutor(options: ExecutorOptions): Executor {
  const pools = new Map<string, Pool>();
  const retire = (key: string, pool: Pool) => {
    pools.delete(key);
    pool.isRetired = true;
    if (pool.calls === 0) void pool.runtime.close();
  };
  const findPool = async ({ record, version }: Pick<Made, 'record' | 'version'>): Promise<Pool> => {
    const key = toFunctionArn(record.region, record.name, version.version);
    const known = pools.get(key);
    if (known?.revision === version.revision) return known;
    const folder = await options.unpack(version.code);
    const other = pools.get(key);
    if (other?.revision === version.revision) return other;
    if (other) retire(key, other);
    const runtime = options.host.start(describe({ record, version }, folder, options));
    const pool = { revision: version.revision, runtime, calls: 0, isRetired: false };
    pools.set(key, pool);
    return pool;
  };
  return {
    async run(target, { id, event, trace, clientContext }) {
      const { record, qualifier } = target;
      const pool = await findPool(target);
      pool.calls++;
      try {
        const arn = toFunctionArn(record.region, record.name, qualifier);
        return await pool.runtime.invoke({ event, requestId: id, arn, clientContext, trace: formatTrace(trace) });
      } finally {
        pool.calls--;
        if (pool.isRetired && pool.calls === 0) void pool.runtime.close();
      }
    },
    release(arn) {
      for (const [key, pool] of pools) if (key.startsWith(`${arn}:`)) retire(key, pool);
    },
    close: () => options.host.close(),
  };
}

function describe(
  { record, version }: Pick<Made, 'record' | 'version'>,
  folder: string,
  { env, print }: ExecutorOptions,
): Parameters<RuntimeHost['start']>[0] {
  const { region, name } = record;
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  const stream = `${day}/${name}[${version.version}]${version.revision.replaceAll('-', '')}`;
  const { Runtime, Handler, Timeout, MemorySize, EphemeralStorage, LoggingConfig, Environment } = version.settings;
  return {
    ...{ name, region, folder, handler: Handler, version: version.version, runtime: Runtime },
    ...{ memory: MemorySize, timeout: Timeout, storage: EphemeralStorage.Size, logGroup: LoggingConfig.LogGroup },
    env: { ...env(region), ...Environment?.Variables },
    log: ({ text }) => print({ region, name, group: LoggingConfig.LogGroup, stream, text }),
  };
}
