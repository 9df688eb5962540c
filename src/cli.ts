import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addBuildCommand, addCheckCommand } from './cli-build.ts';
import { addConvertCommands } from './cli-convert.ts';
import { addDeployCommands } from './cli-deploy.ts';
import { addRunCommand, addVerifyCommand } from './cli-run.ts';
import { addServeCommand } from './cli-serve.ts';
import type { ServeShell, Shell } from './cli-shell.ts';
import { FaasifyError } from './errors.ts';
import { readVersion } from './installation.ts';
import type { Paint } from './report/paint.ts';
import { findNearest } from './suggest.ts';

/** Exit codes: everything as asked, findings in the user's program, could not run. */
const FINE = 0;
const FINDINGS = 1;
const COULD_NOT_RUN = 2;
const INTERRUPTED = 130;

function createProgram(): Command {
  const program = createRoot();
  const shell = createShell();
  addBuildCommand(program, shell);
  addCheckCommand(program, shell);
  addRunCommand(program, shell);
  addVerifyCommand(program, shell);
  addExplainCommand(program, shell);
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

function addExplainCommand(program: Command, shell: Shell): void {
  program
    .command('explain')
    .description('what a code of a verdict, an error or a warning means, and what helps')
    .argument('[code]', 'without it all codes are listed')
    .action((code: string | undefined) => runExplain(code, shell));
}

async function runExplain(code: string | undefined, shell: Shell): Promise<void> {
  const { DIAGNOSTICS } = await import('./report/diagnostics.ts');
  const { formatCodes, formatExplanation } = await import('./report/explain-text.ts');
  const paint = await shell.paint();
  if (code !== undefined && !Object.hasOwn(DIAGNOSTICS, code)) {
    const nearest = findNearest(code, Object.keys(DIAGNOSTICS));
    const hint = nearest === undefined ? '' : `Did you mean "${nearest}"? `;
    throw new FaasifyError('option-value', `"${code}" is not a known code`, {
      fix: `${hint}faasify explain lists all of them.`,
    });
  }
  shell.print(code === undefined ? formatCodes(paint) : formatExplanation(code, paint));
}

function createShell(): ServeShell {
  return {
    env: process.env,
    print: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
    paint: () => paintFor(process.stdout),
    paintNotes: () => paintFor(process.stderr),
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
