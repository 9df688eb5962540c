/** `faasify serve`, and what else of the command line is about where units run. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ServeShell } from './cli-shell.ts';
import type { RuntimeOptions } from './commands/runtime-option.ts';
import type { Serving } from './commands/serve.ts';
import type { RuntimeClient } from './host/runtime/client-choice.ts';
import { readCount } from './option-value.ts';

export const RUNTIME_HELP = 'where units run: threads, or lambda: processes, each from its zip, as on AWS Lambda';
export const CLIENT_HELP = "what runs them there: ric, Amazon's aws-lambda-ric (default), or own";

interface ServeFlags extends RuntimeOptions {
  port?: string;
  accessKey?: string;
  accounts?: string;
  data?: string;
  log?: string;
  schedules?: boolean;
  watches?: string;
  stdin?: string;
}

export function addServeCommand(program: Command, shell: ServeShell): void {
  program
    .command('serve')
    .description(
      'answer calls on this machine, as all providers do, for an output folder and for what is deployed here',
    )
    .argument('[outdir]', 'an output folder of faasify')
    .option('--port <n>', 'the port to listen on (default: any free one)')
    .option('--runtime <where>', RUNTIME_HELP)
    .option('--runtime-client <which>', CLIENT_HELP)
    .option('--schedules', 'let functions with a schedule run when their time has come')
    .option('--watches <folder>', 'let functions with a watch run when files in this folder change')
    .option('--stdin <function>', 'call it with each line that comes in; results go out as lines of JSON')
    .option('--access-key <id>', 'only who has this key and the secret in AWS_SECRET_ACCESS_KEY may call')
    .option('--accounts <file>', 'only these may call: JSON, { "ana": { "id": "…", "secret": "…" } }')
    .option('--data <folder>', 'keeps what is deployed here; without it that ends with the server')
    .option('--log <file>', 'notes every invocation, as a line of JSON')
    .action((out: string | undefined, flags: ServeFlags) => runServe(out, flags, shell));
}

export async function readClient(
  options: RuntimeOptions,
  folders: string[],
  env: NodeJS.ProcessEnv,
): Promise<RuntimeClient | undefined> {
  if (options.runtime === undefined && options.runtimeClient === undefined) return undefined;
  const { readRuntimeOptions } = await import('./commands/runtime-option.ts');
  return readRuntimeOptions(options, folders, env);
}

/** Serves until it is interrupted, or all that came in has come to its end; calls in flight do, too. */
async function runServe(out: string | undefined, flags: ServeFlags, shell: ServeShell): Promise<void> {
  const { serve } = await import('./commands/serve.ts');
  const port = flags.port === undefined ? 0 : readCount('--port', flags.port);
  const { accessKey, accounts, data, log, schedules = false, watches, stdin } = flags;
  const failed = (fn: string, why: string) => shell.note(`${fn} has failed: ${why}\n`);
  const cwd = process.cwd();
  const client = await readClient(flags, out === undefined ? [cwd] : [resolve(cwd, out), cwd], shell.env);
  // what goes out line by line are results, and nothing else
  const tell = stdin === undefined ? shell.print : shell.note;
  const serving = await serve({
    ...{ cwd, port, env: shell.env },
    ...(client && { client }),
    ...(out !== undefined && { out }),
    ...(accessKey !== undefined && { accessKey }),
    ...(accounts !== undefined && { accounts }),
    ...(data !== undefined && { data }),
    ...(log !== undefined && { log }),
    ...(schedules && { schedules: { failed } }),
    ...(watches !== undefined && { watches: { folder: watches, failed } }),
    print: (line) => tell(`${line}\n`),
    warn: (message) => shell.note(`${message}\n`),
  });
  const { formatServing } = await import('./report/serve-text.ts');
  if (stdin === undefined || flags.port !== undefined)
    tell(formatServing(serving, { schedules, watches: watches !== undefined }));
  shell.onInterrupt(() => void serving.close());
  if (stdin !== undefined) await runFeed(serving, stdin, shell);
}

/** Nobody who reads what comes out is the end of it. */
async function runFeed({ openFunction, close }: Serving, name: string, shell: ServeShell): Promise<void> {
  const { feed } = await import('./commands/feed.ts');
  const print = shell.openOutput();
  let isRead = true;
  try {
    const { failed } = await feed({
      fn: openFunction(name),
      input: shell.input(),
      note: shell.note,
      async write(line) {
        isRead = await print(line);
        if (!isRead) throw new Error('nobody reads what comes out');
      },
    });
    shell.end(failed === 0);
  } catch (error) {
    if (isRead) throw error;
  } finally {
    await close();
  }
}
