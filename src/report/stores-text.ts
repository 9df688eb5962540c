import type { Planned } from '../commands/deployments.ts';
import type { Listed } from '../commands/elsewhere.ts';
import type { StoreList, StoreResult } from '../commands/stores.ts';
import type { ToolWay } from '../commands/ways.ts';
import type { FaasifyError } from '../errors.ts';
import { formatDiff } from './deploy-text.ts';
import type { Paint } from './paint.ts';

/**
 *     Apache OpenWhisk at https://whisk.example.com
 *       create  shop-price
 */
export function formatStores(results: readonly StoreResult[]): string {
  return toLines(results.flatMap(listStore));
}

function listStore({ title, address, changes, urls = {}, endpoint }: StoreResult): string[] {
  const lines = changes.map(({ kind, name, region, action }) => {
    const what = kind === 'function' ? name : `${kind} ${name}`;
    return `  ${action}  ${what}${region === undefined ? '' : ` (${region})`}`;
  });
  const each = Object.entries(urls).map(([name, url]) => `  ${name} is at ${url}`);
  const all = endpoint && [`  apps find them with ${endpoint}`];
  const where = changes.length > 0 ? all || each : [];
  return [`${title} at ${address}`, ...(lines.length > 0 ? lines : ['  nothing differs']), ...where];
}

/**
 *     Apache OpenWhisk at https://whisk.example.com
 *       shop-price
 */
export function formatStoreLists(lists: readonly StoreList[]): string {
  return toLines(
    lists.flatMap(({ title, address, functions }) => {
      const lines = functions.map(({ name, region, url, isUnfinished }) =>
        [name, region && `(${region})`, url, isUnfinished && 'not finished'].filter(Boolean).join('  '),
      );
      return [
        `${title} at ${address}`,
        ...(lines.length > 0 ? lines : ['nothing is there']).map((line) => `  ${line}`),
      ];
    }),
  );
}

/** What is there only somebody else knows. */
export function formatUnknown(tools: readonly ToolWay[]): string {
  return toLines(tools.map(({ title }) => `${title}: only its own tool tells what is there`));
}

/** What somebody else has to remove. */
export function formatLeft(tools: readonly ToolWay[]): string {
  return toLines(tools.map(({ title }) => `${title}: only its own tool can remove what is there`));
}

/** What is left to somebody else. */
export function formatTools(tools: readonly ToolWay[]): string {
  return toLines(tools.flatMap(listTool));
}

/**
 *     OpenFaaS is deployed with its own tool, by faas/openfaas/deploy.sh
 *       faas-cli deploy …
 */
function listTool({ title, script }: ToolWay): string[] {
  if (!script) return [`${title}: nothing deploys it, take what is in units/ from the output folder`];
  return [
    `${title} is deployed with its own tool, by ${script.path}`,
    ...script.commands.map((command) => `  ${command}`),
  ];
}

/** What a deployment would do at every target. */
export function formatPlanned(planned: readonly Planned[], paint: Paint): string {
  const texts = planned.map(({ way, aws, store, problem }) => {
    if (problem) return toLines(listProblem(way.title, way.names, problem));
    if (aws) return `${way.title}\n${formatDiff(aws, paint)}`;
    if (store) return formatStores([store]);
    return way.kind === 'tool' ? formatTools([way]) : '';
  });
  return [...texts, 'nothing has been sent: this was a dry run\n'].join('');
}

function listProblem(title: string, names: readonly string[], problem: FaasifyError): string[] {
  const head = `${title}: what is there is not known, so neither is what would change`;
  return [head, ...listReason(problem), ...(names.length > 0 ? [`  to be there: ${names.join(', ')}`] : [])];
}

function listReason({ message, fix, code }: FaasifyError): string[] {
  return [`  ${message} [${code}]`, ...(fix === undefined ? [] : [`  ${fix}`])];
}

/** What is there cannot be said, and why. */
export function formatUnasked(unasked: Listed['unasked']): string {
  return toLines(
    unasked.flatMap(({ way, problem }) => [`${way.title}: what is there is not known`, ...listReason(problem)]),
  );
}

function toLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Of a command that has done the same at several targets. */
export function describeTargets(
  stores: readonly (StoreResult | StoreList)[],
  tools: readonly ToolWay[],
  unasked: Listed['unasked'] = [],
): object {
  const all = [...stores, ...tools.map(describeTool), ...unasked.map(describeProblem)];
  return all.length === 0 ? {} : { providers: all };
}

function describeTool({ target, title, names, script }: ToolWay): object {
  return { target, title, names, ...(script && { script: script.path, commands: script.commands }) };
}

function describeProblem({ way: { target, title, names }, problem }: Listed['unasked'][number]): object {
  const { code, message, fix } = problem;
  return { target, title, names, problem: { code, message, ...(fix !== undefined && { fix }) } };
}

export function describePlanned(planned: readonly Planned[]): object {
  return {
    kind: 'dry-run',
    providers: planned.map(({ way, aws, store, problem }) => {
      const { target, title } = way;
      if (problem) return describeProblem({ way, problem });
      if (aws) return { target, title, app: aws.desired.app, changes: aws.changes, costs: aws.costs };
      return way.kind === 'tool' ? describeTool(way) : store;
    }),
  };
}
