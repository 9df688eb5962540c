/** Runs actions in processes of their own, as the functions are that were made by the Lambda API. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Runtime, RuntimeAnswer, RuntimeCall, RuntimeHost } from '../runtime/runtime.ts';
import type { Action } from './action.ts';
import type { LoadedAction } from './load.ts';

/** `answer`: an `ActionAnswer`, or the error of a process that has ended. */
export interface ActionReply {
  logs: string[];
  answer: object;
}

const MB = 1024 * 1024;

export interface ActionRuns {
  /** The payload is an `ActionReply`. */
  run(action: Action, call: RuntimeCall): Promise<RuntimeAnswer>;
  /** Of what is gone, or has changed; calls in flight come to their end. */
  release(action: Action): void;
}

export interface ActionRunsOptions {
  start: RuntimeHost['start'];
  /** The module in which processes begin: `load.ts`, built. */
  loader: string;
  /** Where code is unpacked. */
  open(): string;
  /** What actions find in their environment, whoever calls. */
  env(): Record<string, string>;
  /** Told of every line that an action prints. */
  print(name: string, text: string): void;
}

interface Printed {
  lines: string[];
  /** Bytes that may still come. */
  left: number;
}

interface Pool {
  runtime: Runtime;
  folder: string;
  /** What the calls that are under way have printed, by their ids. */
  printed: Map<string, Printed>;
  isRetired: boolean;
}

export function createActionRuns(options: ActionRunsOptions): ActionRuns {
  const pools = new Map<Action, Promise<Pool>>();
  const retire = async (pool: Pool) => {
    if (!pool.isRetired || pool.printed.size > 0) return;
    await pool.runtime.close();
    rmSync(pool.folder, { recursive: true, force: true });
  };
  return {
    async run(action, call) {
      const opening = pools.get(action) ?? openPool(action, options);
      pools.set(action, opening);
      opening.catch(() => pools.delete(action));
      const pool = await opening;
      const { requestId = randomUUID() } = call;
      const printed: Printed = { lines: [], left: action.limits.logs * MB };
      pool.printed.set(requestId, printed);
      try {
        const answer = await pool.runtime.invoke({ ...call, requestId });
        const payload = Buffer.from(`{"logs":${JSON.stringify(printed.lines)},"answer":${answer.payload}}`);
        return { ...answer, payload };
      } finally {
        pool.printed.delete(requestId);
        void retire(pool);
      }
    },
    release(action) {
      const pool = pools.get(action);
      pools.delete(action);
      void pool?.then((one) => retire(Object.assign(one, { isRetired: true }))).catch(() => {});
    },
  };
}

async function openPool(action: Action, { start, loader, open, env, print }: ActionRunsOptions): Promise<Pool> {
  const { name, limits } = action;
  const folder = join(open(), 'actions', randomUUID());
  const code = join(folder, 'code');
  mkdirSync(code, { recursive: true });
  const loaded = { ...describe(action, code), ...(await writeCode(action, code)) };
  const from = JSON.stringify(pathToFileURL(loader).href);
  const text = `import { loadAction } from ${from};\nexport const handler = loadAction(${JSON.stringify(loaded)});\n`;
  writeFileSync(join(folder, 'handler.mjs'), text);
  const printed: Pool['printed'] = new Map();
  const runtime = start({
    ...{ name, folder, handler: 'handler.handler', memory: limits.memory, timeout: limits.timeout / 1000 },
    env: { ...env(), ...readVariables(action) },
    log({ text, requestId = '' }) {
      if (/^(START|END|REPORT) RequestId: /.test(text)) return;
      print(name, text);
      keepLine(printed.get(requestId), text, limits.logs);
    },
  });
  return { runtime, folder, printed, isRetired: false };
}

function describe({ exec: { binary, main = 'main' } }: Action, folder: string): LoadedAction {
  return { folder, binary, main };
}

/** What cannot be unpacked is told by each call. */
async function writeCode({ exec: { code, binary } }: Action, folder: string): Promise<{ problem?: string }> {
  if (!binary) {
    writeFileSync(join(folder, 'action.js'), code);
    return {};
  }
  const { unzip } = await import('../control/unzip.ts');
  try {
    await unzip(Buffer.from(code, 'base64'), folder);
    return {};
  } catch {
    return { problem: 'There was an error uncompressing the action archive.' };
  }
}

function readVariables({ parameters }: Action): Record<string, string> {
  const given = parameters.filter(({ init }) => init);
  return Object.fromEntries(
    given.map(({ key, value }) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/** As the API tells it, no more than the action may print. */
function keepLine(printed: Printed | undefined, text: string, limit: number): void {
  if (!printed || printed.left < 0) return;
  printed.left -= Buffer.byteLength(text);
  const end = `Logs were truncated because the total bytes size exceeds the limit of ${limit * MB} bytes.`;
  printed.lines.push(printed.left < 0 ? end : `${new Date().toISOString()} stdout: ${text}`);
}
