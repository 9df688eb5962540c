/** The commands of the command line that run a program, or what somebody runs in its folder. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { addBuildOptions, collect } from './cli-build.ts';
import { CLIENT_HELP, RUNTIME_HELP, readClient } from './cli-serve.ts';
import type { Shell } from './cli-shell.ts';
import { readCount } from './option-value.ts';
import type { Problem } from './types.ts';

type Flags = Record<string, unknown>;

export function addRunCommand(program: Command, shell: Shell): void {
  addBuildOptions(program.command('run'))
    .description('run a program with its functions in the embedded host')
    .argument('<entry>')
    .argument('[args...]', 'arguments of the program, after --')
    .option(
      '--target <name>',
      'local, or a provider (lambda, gcf, azure, …): calls go over HTTP, to FAASIFY_ENDPOINT or else to this machine',
    )
    .option('--runtime <where>', RUNTIME_HELP)
    .option('--runtime-client <which>', CLIENT_HELP)
    .option('--report <file>', 'write what moved and which calls crossed, as JSON')
    .option('--verbose', 'print what was found in the program')
    .action((entry: string, args: string[], flags: Flags) => runRun({ entry, args }, flags, shell));
}

export function addVerifyCommand(program: Command, shell: Shell): void {
  addBuildOptions(program.command('verify'))
    .description('run a command in a project and in its faasified copy; exit code 0 only if equal')
    .argument('<dir>')
    .argument('<command...>', 'the command, after --')
    .option('--src <paths...>', 'folders or files whose functions move (default: what the tsconfig names)', collect)
    .option('--limit <n>', 'send the first n calls of each function and a sample of the rest over the cut')
    .option('--seed <seed>', 'seed of the sample')
    .option('--keep', 'leave the copy where it is')
    .option('--json', 'print one JSON document')
    .action((dir: string, command: string[], flags: Flags) => runVerify({ dir, command }, flags, shell));
}

/** The streams and the exit code belong to the program: findings are only told when asked for, or when they are errors. */
async function runRun({ entry, args }: { entry: string; args: string[] }, given: Flags, shell: Shell): Promise<void> {
  const { report, verbose, runtime, runtimeClient, ...flags } = given;
  const cwd = process.cwd();
  const client = await readClient({ runtime, runtimeClient }, [resolve(cwd, entry, '..'), cwd], shell.env);
  const { run } = await import('./commands/run.ts');
  const { endLike } = await import('./run/launch.ts');
  const warn = verbose === true ? await createWarn(cwd, shell) : undefined;
  const rest = { ...(typeof report === 'string' && { report }), ...(warn && { warn }), ...(client && { client }) };
  endLike(await run({ entry, args, cwd, flags, ...rest }));
}

async function createWarn(cwd: string, shell: Shell): Promise<(problems: Problem[]) => void> {
  const { formatProblems } = await import('./report/problems.ts');
  const paint = await shell.paintNotes();
  return (problems) => shell.note(formatProblems(problems, { cwd, root: cwd }, paint));
}

async function runVerify(
  { dir, command }: { dir: string; command: string[] },
  given: Flags,
  shell: Shell,
): Promise<void> {
  const { src = [], limit, seed, keep, json, ...flags } = given;
  const { verify } = await import('./commands/verify.ts');
  const { formatVerification } = await import('./report/verify-text.ts');
  const { showsNothing } = await import('./verify/verification.ts');
  const result = await verify({
    dir,
    command,
    src: src as string[],
    flags,
    ...(limit !== undefined && { limit: readCount('--limit', limit) }),
    ...(typeof seed === 'string' && { seed }),
    keep: keep === true,
    progress: (message) => shell.note(`${message}\n`),
  });
  shell.print(json ? `${JSON.stringify(result, null, 2)}\n` : formatVerification(result));
  shell.end(result.comparison.equal && !showsNothing(result));
}
