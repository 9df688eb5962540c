/** Functions as they are unpacked from zips, for tests of the runtime. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findRuntimeClient } from '../../../src/host/runtime/client-choice.ts';
import type { LogLine } from '../../../src/host/runtime/log.ts';
import {
  openRuntimeHost,
  type Runtime,
  type RuntimeAnswer,
  type RuntimeFunction,
  type RuntimeHost,
} from '../../../src/host/runtime/runtime.ts';
import { ROOT } from '../../harness/cases.ts';

export interface Stage {
  host: RuntimeHost;
  lines: LogLine[];
  /** A function of these files, `index.mjs` if it is one text. */
  add(files: string | Record<string, string>, settings?: Partial<RuntimeFunction>): Runtime;
  close(): Promise<void>;
}

export function openStage(client = findRuntimeClient('own', [], ROOT, process.env)): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'faasify-test-'));
  const host = openRuntimeHost(client);
  const lines: LogLine[] = [];
  let count = 0;
  return {
    host,
    lines,
    add(files, settings = {}) {
      const name = `f${count++}`;
      const task = join(folder, name);
      const all = typeof files === 'string' ? { 'index.mjs': files } : files;
      for (const [path, text] of Object.entries(all)) {
        mkdirSync(dirname(join(task, path)), { recursive: true });
        writeFileSync(join(task, path), text);
      }
      const log = (line: LogLine) => void lines.push(line);
      return host.start({
        ...{ name, folder: task, handler: 'index.handler', env: {}, memory: 256, timeout: 5, log },
        ...settings,
      });
    },
    async close() {
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a caller sees: the payload, and whether it is an error. */
export async function call(runtime: Runtime, event: unknown = {}): Promise<[unknown, boolean]> {
  const answer = await runtime.invoke({ event: JSON.stringify(event) });
  return [readPayload(answer), answer.isError];
}

export function readPayload({ payload }: RuntimeAnswer): unknown {
  return JSON.parse(payload.toString());
}
