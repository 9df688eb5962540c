/** The commands of the command line that say what is to move, or make it so. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { addProviderOptions, runDeploy } from './cli-deploy.ts';
import type { Shell } from './cli-shell.ts';
import { FaasifyError } from './errors.ts';
import type { Problem } from './types.ts';

type Flags = Record<string, unknown>;

/** Options of everything that builds. Values are read, and wrong ones refused, in options.ts. */
export function addBuildOptions(command: Command): Command {
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

export function collect(value: string, values: string[] = []): string[] {
  return [...values, value];
}

export function addBuildCommand(program: Command, shell: Shell): void {
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
    .action((src: string, flags: Flags) => runBuild(src, flags, shell));
}

export function addCheckCommand(program: Command, shell: Shell): void {
  addBuildOptions(program.command('check'))
    .description('the verdict of every function; exit code 1 if one that was asked for stays')
    .argument('<src>')
    .option('--target <name>', 'local, or providers, separated by commas: lambda, gcf, azure, …')
    .option('--json', 'print one JSON document')
    .action((src: string, flags: Flags) => runCheck(src, flags, shell));
}

async function runBuild(src: string, flags: Flags, shell: Shell): Promise<void> {
  if (flags.deploy) return runBuildAndDeploy(src, flags, shell);
  if (flags.watch) return runWatch(src, flags, shell);
  if (flags.dryRun) return runDryRun(src, flags, shell);
  const cwd = process.cwd();
  const { build } = await import('./commands/build.ts');
  const result = await build({ src, cwd, flags });
  const verbose = flags.verbose === true;
  await report(result.manifest.problems, flags, shell, {
    json: async () => (await import('./report/json.ts')).formatJsonBuild(result, cwd),
    text: async () =>
      (await import('./report/build-text.ts')).formatBuild(result, { cwd, verbose, paint: await shell.paint() }),
  });
}

/** Nothing is deployed of a build with errors. */
async function runBuildAndDeploy(src: string, { deploy: _deploy, ...flags }: Flags, shell: Shell): Promise<void> {
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
          paint: await shell.paint(),
          isStep: true,
        });
    shell.print(text);
  }
  endWith(manifest.problems, shell);
  const { target: _target, ...given } = flags;
  if (!hasErrors) await runDeploy(settings.out, given, shell);
}

function refuseConflict(flags: Flags): void {
  const other = ['dryRun', 'watch'].find((key) => flags[key]);
  if (other === undefined) return;
  const name = other === 'dryRun' ? '--dry-run' : '--watch';
  throw new FaasifyError('option-conflict', `--deploy and ${name} do not go together`, {
    fix: 'Build first; `faasify deploy <out> --dry-run` says what a deployment would do.',
  });
}

async function runDryRun(src: string, flags: Flags, shell: Shell): Promise<void> {
  const cwd = process.cwd();
  const { dryRun } = await import('./commands/dry-run.ts');
  const result = await dryRun({ src, cwd, flags });
  await report(result.problems, flags, shell, {
    json: async () => (await import('./report/json.ts')).formatJsonDryRun(result, cwd),
    text: async () => (await import('./report/dry-run-text.ts')).formatDryRun(result, cwd, await shell.paint()),
  });
}

async function runWatch(src: string, flags: Flags, shell: Shell): Promise<void> {
  const cwd = process.cwd();
  const [{ watch }, { readOptions }, { formatBuild }, { formatError }, paint] = await Promise.all([
    import('./commands/watch.ts'),
    import('./options.ts'),
    import('./report/build-text.ts'),
    import('./report/problems.ts'),
    shell.paint(),
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
      shell.print(`${text}${paint.dim('watching for changes, Ctrl-C to end')}\n\n`);
    },
  });
}

async function runCheck(src: string, flags: Flags, shell: Shell): Promise<void> {
  const cwd = process.cwd();
  const { check } = await import('./commands/check.ts');
  const result = await check({ src, cwd, flags });
  await report(result.problems, flags, shell, {
    json: async () => (await import('./report/json.ts')).formatJsonCheck(result, cwd),
    text: async () => (await import('./report/check-text.ts')).formatCheck(result, cwd, await shell.paint()),
  });
}

/** Prints what has been found out, for programs or for people. */
async function report(
  problems: Problem[],
  flags: Flags,
  shell: Shell,
  formats: { json: () => Promise<string>; text: () => Promise<string> },
): Promise<void> {
  shell.print(await (flags.json ? formats.json() : formats.text()));
  endWith(problems, shell);
}

function endWith(problems: Problem[], shell: Shell): void {
  shell.end(problems.every(({ severity }) => severity !== 'error'));
}
