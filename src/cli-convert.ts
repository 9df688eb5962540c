/** The commands of the command line for functions that people have written for a provider. */
import type { Command } from 'commander';
import type { Shell } from './cli-shell.ts';
import type { ConvertFlags } from './commands/convert.ts';
import type { PullFlags } from './commands/pull.ts';

type Json = { json?: boolean };

export function addConvertCommands(program: Command, shell: Shell): void {
  program
    .command('convert')
    .description('make a handler that was written for one provider a handler for another one')
    .argument('<handler>', 'its file, folder or zip, or a folder that `faasify pull` has made')
    .option('--from <convention>', 'what it is written for (default: what it was pulled from)')
    .requiredOption('--to <convention>', 'what it is to be')
    .option('--handler <file.export>', 'which function it is (default: the one that the convention names)')
    .option('--out <dir>', 'the output folder (default: <name>-<to>)')
    .option('--name <name>', 'what it is called at its new provider (default: the name of its file)')
    .option('--event <kind>', 'what events of Lambda are made of: http (requests) or json (what bodies say)')
    .option('--timeout <seconds>', 'how long a call may take, where the new provider does not tell it')
    .option('--json', 'print one JSON document')
    .action((path: string, flags: ConvertFlags & Json) => runConvert(path, flags, shell));
  program
    .command('pull')
    .description('write the code of a deployed function, and what is known of it, into a folder')
    .argument('<function>', 'its name at the provider')
    .option('--from <provider>', 'lambda, openwhisk, gcf, scaleway or workers (default: lambda)')
    .option('--out <dir>', 'the folder (default: its name)')
    .option('--qualifier <name>', 'an alias or a version (lambda)')
    .option('--region <name>', 'where it is (lambda)')
    .option('--profile <name>', 'the profile of the AWS configuration')
    .option('--endpoint-url <url>', 'another server that speaks the API of AWS or OpenWhisk')
    .option('--json', 'print one JSON document')
    .action((name: string, flags: PullFlags & Json) => runPull(name, flags, shell));
}

async function runConvert(path: string, { json, ...flags }: ConvertFlags & Json, shell: Shell): Promise<void> {
  const cwd = process.cwd();
  const { convert } = await import('./commands/convert.ts');
  const result = await convert({ path, cwd, flags });
  const { formatConverted, formatJsonConverted } = await import('./report/convert-text.ts');
  shell.print(json ? formatJsonConverted(result, cwd) : formatConverted(result, cwd, await shell.paint()));
  shell.end(result.problems.every(({ severity }) => severity !== 'error'));
}

async function runPull(name: string, { json, ...flags }: PullFlags & Json, shell: Shell): Promise<void> {
  const cwd = process.cwd();
  const { pull } = await import('./commands/pull.ts');
  const result = await pull({ name, cwd, flags, env: shell.env });
  const { formatPulled, formatJsonPulled } = await import('./report/convert-text.ts');
  shell.print(json ? formatJsonPulled(result, cwd) : formatPulled(result, cwd, await shell.paint()));
}
