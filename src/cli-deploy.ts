/** The commands of the command line that talk to a provider. */
import { type Command, Option } from 'commander';
import type { Shell } from './cli-shell.ts';
import type { Deployments } from './commands/deployments.ts';
import type { ProviderFlags, ProviderRequest } from './commands/provider.ts';
import type { ToolWay } from './commands/ways.ts';
import { FaasifyError } from './errors.ts';
import type { Paint } from './report/paint.ts';

type Flags = ProviderFlags & { json?: boolean };

const DEFAULT_OUT = 'faas';
const DEFAULT_KEEP = 5;
const DEFAULT_SINCE = '10m';

interface LogFlags extends Flags {
  out: string;
  follow?: boolean;
  since?: string;
}

interface InvokeFlags extends Flags {
  out: string;
  payload?: string;
  qualifier?: string;
}

export function addProviderOptions(command: Command): Command {
  return command
    .option('--profile <name>', 'the profile of the AWS configuration')
    .option('--endpoint-url <url>', 'another server that speaks the API of AWS (default: AWS_ENDPOINT_URL)');
}

function addCommonOptions(command: Command): Command {
  return addProviderOptions(command)
    .option('--region <name>', 'the region of units that name none')
    .option('--json', 'print one JSON document');
}

export function addDeployCommands(program: Command, shell: Shell): void {
  const target = () => new Option('--target <names>', 'only these of its targets, separated by commas');
  const role = () => new Option('--role <arn>', 'the role that functions run as (default: one is made for the app)');
  addCommonOptions(program.command('deploy'))
    .description('make the provider hold exactly what an output folder says')
    .argument('<out>')
    .addOption(role())
    .addOption(target())
    .option('--dry-run', 'say what would be done at each target; send nothing')
    .action((out: string, { dryRun, ...flags }: Flags & { dryRun?: boolean }) =>
      (dryRun ? runPlan : runDeploy)(out, flags, shell),
    );
  addCommonOptions(program.command('diff'))
    .description('what a deployment would change; exit code 1 if anything')
    .argument('<out>')
    .addOption(role())
    .addOption(target())
    .action((out: string, flags: Flags) => runDiff(out, flags, shell));
  const ofApp = (name: string, description: string) =>
    addCommonOptions(program.command(name))
      .description(description)
      .argument('[out]', 'an output folder of the app', DEFAULT_OUT)
      .option('--app <name>', 'the app (default: that of the output folder, or the name in package.json)');
  ofApp('list', 'what is deployed of an app')
    .addOption(target())
    .action((out: string, flags: Flags) => runList(out, flags, shell));
  ofApp('rollback', 'let all units be what they were after an earlier deployment')
    .addOption(target())
    .option('--to <deployment>', 'as `faasify list` names it (default: the one before what is live)')
    .action((out: string, flags: Flags & { to?: string }) => runRollback(out, flags, shell));
  ofApp('prune', 'remove versions that the last deployments do not need')
    .addOption(target())
    .option('--keep <n>', `how many deployments can still be gone back to (default: ${DEFAULT_KEEP})`)
    .action((out: string, flags: Flags & { keep?: string }) => runPrune(out, flags, shell));
  addCommonOptions(program.command('invoke'))
    .description('call one function where it is deployed, or where FAASIFY_ENDPOINT says; exit code 1 if it throws')
    .argument('<function>', 'its name')
    .argument(
      '[args...]',
      'its arguments: text, numbers and so on as they are, objects and lists as JSON; after -- what begins with -',
    )
    .option('--payload <file>', 'its arguments as JSON, a list or by name; - reads what comes in')
    .option('--qualifier <name>', 'an alias or a version (default: what callers reach)')
    .option('--target <name>', 'where, if it is at several providers (default: at AWS, or else at the first)')
    .option('--out <dir>', 'the output folder of the app', DEFAULT_OUT)
    .action((name: string, args: string[], flags: InvokeFlags) => runInvoke(name, args, flags, shell));
  addCommonOptions(program.command('logs'))
    .description('what a function has written, or all of an app')
    .argument('[function]', 'its name, or that of its unit')
    .addOption(target())
    .option('--follow', 'go on with what comes')
    .option('--since <time>', `how far back: 30s, 10m, 2h, 1d or a date (default: ${DEFAULT_SINCE})`)
    .option('--out <dir>', 'an output folder of the app', DEFAULT_OUT)
    .option('--app <name>', 'the app (default: that of the output folder, or the name in package.json)')
    .action((name: string | undefined, flags: LogFlags) => runLogs(name, flags, shell));
  ofApp('destroy', 'remove everything of an app')
    .addOption(target())
    .option('--yes', 'do not ask')
    .action((out: string, flags: Flags & { yes?: boolean }) => runDestroy(out, flags, shell));
}

function toRequest(out: string, flags: Flags, { env }: Shell): ProviderRequest {
  return { out, cwd: process.cwd(), flags, env };
}

export async function runDeploy(out: string, flags: Flags, shell: Shell): Promise<void> {
  const { deployAll } = await import('./commands/deployments.ts');
  const progress = (message: string) => shell.note(`${message}\n`);
  const deployed = await deployAll(toRequest(out, flags, shell), progress);
  const { describeDeployed, formatDeployed } = await import('./report/deploy-text.ts');
  const { formatTools } = await import('./report/stores-text.ts');
  const texts = { kind: 'deploy', describe: describeDeployed, format: formatDeployed, formatTools };
  await printTargets(deployed, texts, flags, shell);
  shell.end(deployed.tools.every(({ script }) => script === undefined));
}

/** How the results of a command are told. */
interface Texts<T> {
  kind: string;
  describe(aws: T): object;
  format(aws: T, paint: Paint): string;
  formatTools(tools: readonly ToolWay[]): string;
}

async function printTargets<T>(
  { aws, stores, tools }: Deployments<T>,
  { kind, describe, format, formatTools }: Texts<T>,
  { json }: Flags,
  shell: Shell,
): Promise<void> {
  const { describeTargets, formatStores } = await import('./report/stores-text.ts');
  if (json) {
    const { formatJson } = await import('./report/deploy-text.ts');
    shell.print(formatJson({ kind, ...(aws && describe(aws)), ...describeTargets(stores, tools) }));
  } else {
    const text = aws ? format(aws, await shell.paint()) : '';
    shell.print(`${formatStores(stores)}${text}${formatTools(tools)}`);
  }
}

async function runPlan(out: string, flags: Flags, shell: Shell): Promise<void> {
  const { planAll } = await import('./commands/deployments.ts');
  const planned = await planAll(toRequest(out, flags, shell));
  const { formatJson } = await import('./report/deploy-text.ts');
  const { describePlanned, formatPlanned } = await import('./report/stores-text.ts');
  shell.print(flags.json ? formatJson(describePlanned(planned)) : formatPlanned(planned, await shell.paint()));
  shell.end(planned.every(({ problem }) => problem === undefined));
}

async function runDiff(out: string, flags: Flags, shell: Shell): Promise<void> {
  const { diffAll } = await import('./commands/deployments.ts');
  const found = await diffAll(toRequest(out, flags, shell));
  const { describeDiff, formatDiff } = await import('./report/deploy-text.ts');
  const { formatUnknown: formatTools } = await import('./report/stores-text.ts');
  await printTargets(found, { kind: 'diff', describe: describeDiff, format: formatDiff, formatTools }, flags, shell);
  const { aws, stores } = found;
  shell.end([...stores, ...(aws ? [aws] : [])].every(({ changes }) => changes.length === 0));
}

async function runList(out: string, flags: Flags, shell: Shell): Promise<void> {
  const { listAll } = await import('./commands/elsewhere.ts');
  const { aws, stores, tools, unasked } = await listAll(toRequest(out, flags, shell));
  const { formatList, formatJson } = await import('./report/deploy-text.ts');
  const { describeTargets, formatStoreLists, formatUnasked, formatUnknown } = await import('./report/stores-text.ts');
  if (flags.json) shell.print(formatJson({ kind: 'list', ...aws, ...describeTargets(stores, tools, unasked) }));
  else {
    const text = aws ? formatList(aws, await shell.paint()) : '';
    shell.print(`${formatStoreLists(stores)}${text}${formatUnasked(unasked)}${formatUnknown(tools)}`);
  }
  shell.end(unasked.length === 0);
}

async function runRollback(out: string, { to, ...flags }: Flags & { to?: string }, shell: Shell): Promise<void> {
  const [{ rollback }, { refuseVersionless }] = await Promise.all([
    import('./commands/rollback.ts'),
    import('./commands/elsewhere.ts'),
  ]);
  const request = toRequest(out, flags, shell);
  await refuseVersionless(request);
  const result = await rollback({ ...request, ...(to !== undefined && { to }) });
  const { formatRolledBack, formatJson } = await import('./report/deploy-text.ts');
  shell.print(flags.json ? formatJson({ kind: 'rollback', ...result }) : formatRolledBack(result));
}

async function runPrune(out: string, { keep, ...flags }: Flags & { keep?: string }, shell: Shell): Promise<void> {
  const [{ prune }, { refuseVersionless }] = await Promise.all([
    import('./commands/prune.ts'),
    import('./commands/elsewhere.ts'),
  ]);
  const request = { ...toRequest(out, flags, shell), keep: readKeep(keep) };
  await refuseVersionless(request);
  const result = await prune(request);
  const { formatPruned, formatJson } = await import('./report/deploy-text.ts');
  shell.print(flags.json ? formatJson({ kind: 'prune', ...result }) : formatPruned(result));
}

function readKeep(text: string | undefined): number {
  if (text === undefined) return DEFAULT_KEEP;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new FaasifyError('option-value', `--keep: ${JSON.stringify(text)} is not a whole number above 0`, {
    fix: 'Write it like --keep 5.',
  });
}

type DestroyFlags = Flags & { yes?: boolean };

/** Nothing is removed anywhere before it has been confirmed, once for all targets. */
async function runDestroy(out: string, { yes, ...flags }: DestroyFlags, shell: Shell): Promise<void> {
  const request = toRequest(out, flags, shell);
  const [{ destroy }, { planRemoval }] = await Promise.all([
    import('./commands/destroy.ts'),
    import('./commands/deployments.ts'),
  ]);
  const { formatDestroyed, formatJson, formatResources } = await import('./report/deploy-text.ts');
  const { describeTargets, formatLeft, formatStores } = await import('./report/stores-text.ts');
  const { app, hasAws, planned, tools, run } = await planRemoval(request);
  const isAnything = planned.some(({ changes }) => changes.length > 0);
  const there = isAnything ? formatStores(planned) : '';
  let answer = yes ? true : undefined;
  const confirm = async (name: string, listed: string) => {
    answer ??= await askName(name, `${there}${listed}`, shell);
    return answer;
  };
  const aws = hasAws
    ? await destroy({ ...request, confirm: (name, resources) => confirm(name, formatResources(resources)) })
    : undefined;
  const isDone = aws?.isDone !== false && (!isAnything || (await confirm(app, '')));
  const stores = isDone && isAnything ? await run() : [];
  const result = aws ?? { app, resources: [], isDone };
  const text = stores.length > 0 && result.resources.length === 0 ? '' : formatDestroyed(result);
  shell.print(
    flags.json
      ? formatJson({ kind: 'destroy', ...result, ...describeTargets(stores, tools) })
      : `${formatStores(stores)}${text}${formatLeft(tools)}`,
  );
  shell.end(isDone && tools.length === 0);
}

async function askName(app: string, listed: string, shell: Shell): Promise<boolean> {
  const answer = await shell.ask(`${listed}Remove all this? Type the name of the app (${app}): `);
  if (answer !== undefined) return answer.trim() === app;
  throw new FaasifyError('not-confirmed', `Nobody is there to say whether all this of ${app} is to go:\n${listed}`, {
    fix: 'Nothing has been removed. Add --yes if it is.',
  });
}

/** What the function prints goes where it would have gone; its result is the last thing on stdout. */
async function runInvoke(name: string, args: string[], flags: InvokeFlags, shell: Shell): Promise<void> {
  const { out, payload, qualifier, json, ...others } = flags;
  const { invoke } = await import('./commands/invoke.ts');
  const given = { ...(payload !== undefined && { payload }), ...(qualifier !== undefined && { qualifier }) };
  const result = await invoke({ ...toRequest(out, others, shell), name, args, ...given });
  if (json) {
    const { formatJson } = await import('./report/deploy-text.ts');
    shell.print(formatJson({ kind: 'invoke', ...result }));
  } else {
    const { formatInvocation } = await import('./report/invoke-text.ts');
    for (const { stream, text } of result.printed) (stream === 'stdout' ? shell.print : shell.note)(text);
    if (result.result !== undefined) shell.print(`${result.result}\n`);
    shell.note(formatInvocation(result, await shell.paint()));
  }
  shell.end(result.error === undefined);
}

/** Every line as it comes; as JSON one document a line. */
async function runLogs(name: string | undefined, flags: LogFlags, shell: Shell): Promise<void> {
  const { out, follow = false, since = DEFAULT_SINCE, json, ...others } = flags;
  const { logsAll } = await import('./commands/elsewhere.ts');
  const { formatLogLine, formatUnknownLines } = await import('./report/deploy-text.ts');
  const paint = await shell.paint();
  const result = await logsAll({
    ...toRequest(out, others, shell),
    ...(name !== undefined && { name }),
    since: readSince(since, Date.now()),
    isFollowed: follow,
    print: (line) => shell.print(json ? `${JSON.stringify(line)}\n` : formatLogLine(line, paint)),
  });
  shell.note(formatUnknownLines(result));
}

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function readSince(text: string, now: number): number {
  const [, number, unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (number !== undefined) return now - Number(number) * (UNITS[unit] ?? 0);
  const date = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(date)) return date;
  throw new FaasifyError('option-value', `--since: ${JSON.stringify(text)} is neither a length of time nor a date`, {
    fix: 'Write it like --since 10m, 2h, 1d or 2026-11-26T08:00:00Z.',
  });
}
