import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { addConvertCommands } from './cli-convert.ts';
import { addDeployCommands, addProviderOptions, runDeploy } from './cli-deploy.ts';
import { addServeCommand, CLIENT_HELP, RUNTIME_HELP, readClient, type ServeShell } from './cli-serve.ts';
import { FaasifyError } from './errors.ts';
import { readVersion } from './installation.ts';
import { readCount } from './option-value.ts';
import type { Paint } from './report/paint.ts';
import { findNearest } from './suggest.ts';
import type { Problem } from './types.ts';

/** Exit codes: everything as asked, findings in the user's program, could not run. */
const FINE = 0;
const FINDINGS = 1;
const COULD_NOT_RUN = 2;
const INTERRUPTED = 130;

type Flags = Record<string, unknown>;

/** Options of everything that builds. Values are read, and wrong ones refused, in options.ts. */
function addBuildOptions(command: Command): Command {
  return command
    .option('--calls <how>', 'how sync functions are called: auto, async or blocking')
    .option('--include <glob>', 'only these functions: <file glob>[#<name glob>]; may be repeated', collect)
    .option('--exclude <glob>', 'not these functions; may be repeated', collect)
    .option('--select <which>', 'all, exported, annotated, or globs separated by commas')
    .option('--nested <where>', 'calls between units: local or remote')
    .option('--depth <depth>', 'a unit a module (shallow) or a unit a function or class (medium)')
    .option('--strict', 'a call that cannot cross throws; warnings count as findings')
    .option('--bodies <what>', 'keep or drop the bodies of moved functions in the app')
    .option('--fallback <where>', 'none, or local: calls that certainly did not get through run in the app')
    .option('--app <name>', 'what is deployed together (default: the name in package.json)')
    .option('--project <tsconfig>', 'the tsconfig to use instead of the nearest one');
}

function collect(value: string, values: string[] = []): string[] {
  return [...values, value];
}

function createProgram(): Command {
  const program = createRoot();
  addBuildCommand(program);
  addCheckCommand(program);
  addRunCommand(program);
  addVerifyCommand(program);
  addExplainCommand(program);
  const shell = createShell();
  addServeCommand(program, shell);
  addDeployCommands(program, shell);
  addConvertCommands(program, shell);
  for (const command of [program, ...program.commands]) command.exitOverride();
  return program;
}

function createRoot(): Command {
  return new Command('faasify')
    .description(
      'Turns an ordinary TypeScript program into functions-as-a-service without the program being able to tell',
    )
    .version(readVersion())
    .usage('<src> [options]\n       faasify <command> …')
    .enablePositionalOptions()
    .showHelpAfterError('(faasify --help lists commands and options)')
    .addHelpText(
      'after',
      '\nfaasify build --help lists the options of a build. Exit codes: 0 fine, 1 findings, 2 could not run.',
    );
}

function addBuildCommand(program: Command): void {
  addProviderOptions(addBuildOptions(program.command('build', { isDefault: true })))
    .description('rewrite a program (a folder, a file or a tsconfig) into an app and its units')
    .argument('<src>')
    .option('--target <name>', 'local, or providers, separated by commas: lambda, gcf, azure, …')
    .option('--out <dir>', 'the output folder (default: faas)')
    .option('--dry-run', 'print the changes and the handlers; write nothing')
    .option('--json', 'print one JSON document')
    .option('--watch', 'build again whenever something changes')
    .option('--deploy', 'make the provider hold exactly what was built')
    .option('--region <name>', 'the region of units that name none')
    .option('--role <arn>', 'the role that functions run as (default: one is made for the app)')
    .option('--verbose', 'print the verdict of every function')
    .action(runBuild);
}

function addCheckCommand(program: Command): void {
  addBuildOptions(program.command('check'))
    .description('the verdict of every function; exit code 1 if one that was asked for stays')
    .argument('<src>')
    .option('--target <name>', 'local, or providers, separated by commas: lambda, gcf, azure, …')
    .option('--json', 'print one JSON document')
    .action(runCheck);
}

function addRunCommand(program: Command): void {
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
    .action(runRun);
}

function addVerifyCommand(program: Command): void {
  addBuildOptions(program.command('verify'))
    .description('run a command in a project and in its faasified copy; exit code 0 only if equal')
    .argument('<dir>')
    .argument('<command...>', 'the command, after --')
    .option('--src <paths...>', 'folders or files whose functions move (default: what the tsconfig names)', collect)
    .option('--limit <n>', 'send the first n calls of each function and a sample of the rest over the cut')
    .option('--seed <seed>', 'seed of the sample')
    .option('--keep', 'leave the copy where it is')
    .option('--json', 'print one JSON document')
    .action(runVerify);
}

function addExplainCommand(program: Command): void {
  program
    .command('explain')
    .description('what a code of a verdict, an error or a warning means, and what helps')
    .argument('[code]', 'without it all codes are listed')
    .action(runExplain);
}

async function runExplain(code: string | undefined): Promise<void> {
  const { DIAGNOSTICS } = await import('./report/diagnostics.ts');
  const { formatCodes, formatExplanation } = await import('./report/explain-text.ts');
  const paint = await paintFor(process.stdout);
  if (code !== undefined && !Object.hasOwn(DIAGNOSTICS, code)) {
    const nearest = findNearest(code, Object.keys(DIAGNOSTICS));
    const hint = nearest === undefined ? '' : `Did you mean "${nearest}"? `;
    throw new FaasifyError('option-value', `"${code}" is not a known code`, {
      fix: `${hint}faasify explain lists all of them.`,
    });
  }
  process.stdout.write(code === undefined ? formatCodes(paint) : formatExplanation(code, paint));
}

async function runBuild(src: string, flags: Flags): Promise<void> {
  if (flags.deploy) return runBuildAndDeploy(src, flags);
  if (flags.watch) return runWatch(src, flags);
  if (flags.dryRun) return runDryRun(src, flags);
  const cwd = process.cwd();
  const { build } = await import('./commands/build.ts');
  const result = await build({ src, cwd, flags });
  if (flags.json) {
    const { formatJsonBuild } = await import('./report/json.ts');
    process.stdout.write(formatJsonBuild(result, cwd));
  } else {
    const { formatBuild } = await import('./report/build-text.ts');
    process.stdout.write(
      formatBuild(result, { cwd, verbose: flags.verbose === true, paint: await paintFor(process.stdout) }),
    );
  }
  endWith(result.manifest.problems);
}

/** Nothing is deployed of a build with errors. */
async function runBuildAndDeploy(src: string, { deploy: _deploy, ...flags }: Flags): Promise<void> {
  refuseConflict(flags);
  const cwd = process.cwd();
  const { build } = await import('./commands/build.ts');
  const result = await build({ src, cwd, flags });
  const { manifest, settings } = result;
  const isJson = flags.json === true;
  const hasErrors = manifest.problems.some(({ severity }) => severity === 'error');
  if (!isJson || hasErrors) {
    const { formatBuild } = await import('./report/build-text.ts');
    const { formatJsonBuild } = await import('./report/json.ts');
    const text = isJson
      ? formatJsonBuild(result, cwd)
      : formatBuild(result, {
          cwd,
          verbose: flags.verbose === true,
          paint: await paintFor(process.stdout),
          isStep: true,
        });
    process.stdout.write(text);
  }
  endWith(manifest.problems);
  const { target: _target, ...given } = flags;
  if (!hasErrors) await runDeploy(settings.out, given, createShell());
}

function refuseConflict(flags: Flags): void {
  const other = ['dryRun', 'watch'].find((key) => flags[key]);
  if (other === undefined) return;
  const name = other === 'dryRun' ? '--dry-run' : '--watch';
  throw new FaasifyError('option-conflict', `--deploy and ${name} do not go together`, {
    fix: 'Build first; `faasify deploy <out> --dry-run` says what a deployment would do.',
  });
}

function createShell(): ServeShell {
  return {
    env: process.env,
    print: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
    paint: () => paintFor(process.stdout),
    end: (isFine) => {
      process.exitCode = isFine ? FINE : FINDINGS;
    },
    ask: async (question) => {
      if (!process.stdin.isTTY) return undefined;
      const { createInterface } = await import('node:readline/promises');
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await terminal.question(question);
      } finally {
        terminal.close();
      }
    },
    input: () => process.stdin,
    openOutput: () => openOutput(process.stdout),
    onInterrupt: (end) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
    },
  };
}

/** For one write after the other: whether there was somebody to read it, when there is room for more. */
function openOutput(stream: NodeJS.WriteStream): (text: string) => Promise<boolean> {
  let isGone = false;
  let tell = () => {};
  stream.on('error', () => {
    isGone = true;
    tell();
  });
  return (text) =>
    new Promise((done) => {
      tell = () => done(false);
      if (isGone) done(false);
      else stream.write(text, (error) => done(!error));
    });
}

async function runDryRun(src: string, flags: Flags): Promise<void> {
  const cwd = process.cwd();
  const { dryRun } = await import('./commands/dry-run.ts');
  const result = await dryRun({ src, cwd, flags });
  if (flags.json) {
    const { formatJsonDryRun } = await import('./report/json.ts');
    process.stdout.write(formatJsonDryRun(result, cwd));
  } else {
    const { formatDryRun } = await import('./report/dry-run-text.ts');
    process.stdout.write(formatDryRun(result, cwd, await paintFor(process.stdout)));
  }
  endWith(result.problems);
}

async function runWatch(src: string, flags: Flags): Promise<void> {
  const cwd = process.cwd();
  const [{ watch }, { readOptions }, { formatBuild }, { formatError }, paint] = await Promise.all([
    import('./commands/watch.ts'),
    import('./options.ts'),
    import('./report/build-text.ts'),
    import('./report/problems.ts'),
    paintFor(process.stdout),
  ]);
  const { settings } = await readOptions(resolve(cwd, src), flags, cwd);
  const stop = new AbortController();
  process.on('SIGINT', () => stop.abort());
  await watch({
    src,
    cwd,
    flags,
    out: settings.out,
    signal: stop.signal,
    onBuild: (outcome) => {
      if ('error' in outcome && !(outcome.error instanceof FaasifyError)) throw outcome.error;
      const text =
        'result' in outcome
          ? formatBuild(outcome.result, { cwd, verbose: flags.verbose === true, paint })
          : formatError(outcome.error as FaasifyError, cwd, paint);
      process.stdout.write(`${text}${paint.dim('watching for changes, Ctrl-C to end')}\n\n`);
    },
  });
}

async function runCheck(src: string, flags: Flags): Promise<void> {
  const cwd = process.cwd();
  const { check } = await import('./commands/check.ts');
  const result = await check({ src, cwd, flags });
  if (flags.json) {
    const { formatJsonCheck } = await import('./report/json.ts');
    process.stdout.write(formatJsonCheck(result, cwd));
  } else {
    const { formatCheck } = await import('./report/check-text.ts');
    process.stdout.write(formatCheck(result, cwd, await paintFor(process.stdout)));
  }
  endWith(result.problems);
}

/** The streams and the exit code belong to the program: findings are only told when asked for, or when they are errors. */
async function runRun(entry: string, args: string[], given: Flags): Promise<void> {
  const { report, verbose, runtime, runtimeClient, ...flags } = given;
  const cwd = process.cwd();
  const client = await readClient({ runtime, runtimeClient }, [resolve(cwd, entry, '..'), cwd], process.env);
  const { run } = await import('./commands/run.ts');
  const { endLike } = await import('./run/launch.ts');
  const warn = verbose === true ? await createWarn(cwd) : undefined;
  const rest = { ...(typeof report === 'string' && { report }), ...(warn && { warn }), ...(client && { client }) };
  endLike(await run({ entry, args, cwd, flags, ...rest }));
}

async function createWarn(cwd: string): Promise<(problems: Problem[]) => void> {
  const { formatProblems } = await import('./report/problems.ts');
  const paint = await paintFor(process.stderr);
  return (problems) => void process.stderr.write(formatProblems(problems, { cwd, root: cwd }, paint));
}

async function runVerify(dir: string, command: string[], given: Flags): Promise<void> {
  const { src = [], limit, seed, keep, json, ...flags } = given;
  const { verify } = await import('./commands/verify.ts');
  const { formatVerification } = await import('./report/verify-text.ts');
  const result = await verify({
    dir,
    command,
    src: src as string[],
    flags,
    ...(limit !== undefined && { limit: readCount('--limit', limit) }),
    ...(typeof seed === 'string' && { seed }),
    keep: keep === true,
    progress: (message) => process.stderr.write(`${message}\n`),
  });
  process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : formatVerification(result));
  process.exitCode = result.comparison.equal ? FINE : FINDINGS;
}

function endWith(problems: Problem[]): void {
  process.exitCode = problems.some(({ severity }) => severity === 'error') ? FINDINGS : FINE;
}

async function paintFor(stream: NodeJS.WriteStream): Promise<Paint> {
  const { createPaint } = await import('./report/paint.ts');
  return createPaint(stream.isTTY === true, process.env);
}

/** A word that is no path, but nearly a command, was meant as one. */
function refuseMistypedCommand(program: Command, args: string[]): void {
  const [word = ''] = args;
  const names = program.commands.map((command) => command.name());
  if (!/^[a-z]+$/.test(word) || names.includes(word) || word === 'help' || existsSync(word)) return;
  const nearest = findNearest(word, names);
  const fix = nearest
    ? `Did you mean faasify ${nearest}?`
    : `Give a path, or one of the commands: ${names.join(', ')}.`;
  throw new FaasifyError('usage', `There is no command and no path "${word}"`, { fix });
}

async function fail(error: unknown, args: string[]): Promise<void> {
  process.exitCode = COULD_NOT_RUN;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) process.exitCode = FINE;
  } else if (!(error instanceof FaasifyError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${text}\nThis is a bug of faasify ${readVersion()}, please report it.\n`);
  } else if (args.slice(0, args.includes('--') ? args.indexOf('--') : undefined).includes('--json')) {
    const { formatJsonError } = await import('./report/json.ts');
    process.stdout.write(formatJsonError(error));
  } else {
    const { formatError } = await import('./report/problems.ts');
    process.stderr.write(formatError(error, process.cwd(), await paintFor(process.stderr)));
  }
}

/** The command line; `args` begin with the command or the path. Sets the exit code of the process. */
export async function main(args: string[]): Promise<void> {
  const interrupt = () => process.exit(INTERRUPTED);
  const handlesSignals = args[0] === 'run' || args[0] === 'serve' || args.includes('--watch');
  if (!handlesSignals) process.once('SIGINT', interrupt);
  try {
    const program = createProgram();
    refuseMistypedCommand(program, args);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    await fail(error, args);
  } finally {
    process.off('SIGINT', interrupt);
  }
}
