/** What the commands that talk to a provider print. Values of environment variables are no part of what they are given. */

import type { LogLine } from '../5-deploy/logs.ts';
import type { Pruned, RolledBack } from '../5-deploy/rollback.ts';
import type { DeployResult } from '../commands/deploy.ts';
import type { Destroyed } from '../commands/destroy.ts';
import type { DiffResult } from '../commands/diff.ts';
import type { LoggedAll } from '../commands/elsewhere.ts';
import type { ListResult } from '../commands/list.ts';
import type { StoreLogLine } from '../providers/api/function-store.ts';
import { formatCosts } from './cost-text.ts';
import type { Paint } from './paint.ts';

type Change = DiffResult['changes'][number];
type Resource = Destroyed['resources'][number];

export function formatJson(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

export function describeDeployed({ desired, changes, addresses }: DeployResult): object {
  return { app: desired.app, changes, addresses };
}

export function describeDiff({ desired, changes, costs }: DiffResult): object {
  return { app: desired.app, changes, costs };
}

export function formatDeployed({ desired, changes, seconds, addresses }: DeployResult, paint: Paint): string {
  const functions = desired.regions.reduce((sum, region) => sum + region.functions.length, 0);
  const where = desired.regions.map(({ region }) => region).join(', ');
  if (changes.length === 0)
    return `nothing has changed: ${functions} functions of ${desired.app} are live in ${where}\n${formatAddresses(addresses)}`;
  const { create, update, delete: removed } = countActions(changes);
  const summary = `${create} created, ${update} updated, ${removed} removed, ${functions - create - update} as they were`;
  return [
    formatChanges(changes, paint),
    formatPermissions(desired, changes, paint),
    formatAddresses(addresses),
    `${paint.bold(desired.app)}: ${functions} functions live in ${where} after ${seconds.toFixed(1)} s; ${summary}\n`,
  ].join('');
}

export function formatDiff({ desired, changes, costs }: DiffResult, paint: Paint): string {
  if (changes.length === 0) return `nothing to do: what is deployed of ${desired.app} is what was built\n`;
  const { create, update, delete: removed } = countActions(changes);
  const summary = `${create} functions to create, ${update} to update, ${removed} to remove\n`;
  return [formatChanges(changes, paint), formatPermissions(desired, changes, paint), formatCosts(costs), summary].join(
    '',
  );
}

function countActions(changes: readonly Change[]): Record<Change['action'], number> {
  const count = (action: Change['action']) =>
    changes.filter((change) => change.kind === 'function' && change.action === action).length;
  return { create: count('create'), update: count('update'), delete: count('delete') };
}

function formatChanges(changes: readonly Change[], paint: Paint): string {
  const colours = { create: paint.green, update: paint.yellow, delete: paint.red };
  const words = { create: 'create', update: 'update', delete: 'remove' };
  return changes
    .map((change) => {
      const what = `${change.kind} ${change.name}`;
      const line = `  ${colours[change.action](words[change.action])}  ${what} ${paint.dim(`(${change.region})`)}`;
      return [line, ...listDetails(change).map((detail) => `            ${detail}`)]
        .map((text) => `${text}\n`)
        .join('');
    })
    .join('');
}

/** Of what is new the name says enough. */
function listDetails(change: Change): string[] {
  const isNamed = change.kind !== 'api' && change.kind !== 'schedule';
  if (change.action === 'delete' || (change.action === 'create' && isNamed)) return [];
  const settings = change.settings.map(formatSetting);
  if (change.kind !== 'function') return settings;
  const isOnlyStale = change.isStale && !change.code && settings.length === 0;
  return [...(change.code ? ['code'] : []), ...settings, ...(isOnlyStale ? ['is not what callers reach yet'] : [])];
}

/** A value that must not be shown is absent on both sides. */
function formatSetting({ setting, from, to }: Change['settings'][number]): string {
  if (from === undefined && to === undefined) return `${setting} (value not shown)`;
  return `${setting}: ${from ?? 'not set'} → ${to ?? 'not set'}`;
}

/** Every permission with its reason, whenever one changes. */
function formatPermissions({ regions }: DiffResult['desired'], changes: readonly Change[], paint: Paint): string {
  return changes
    .map((change) => {
      if (change.kind !== 'role') return '';
      const { added, removed } = change.permissions;
      if (added.length + removed.length === 0) return '';
      const statements = regions.find(({ region }) => region === change.region)?.role?.policy.statements ?? [];
      const why = statements.map((statement) => `            it ${statement.why}\n`).join('');
      const lines = [
        ...added.map((permission) => `            ${paint.green('+')} ${permission}\n`),
        ...removed.map((permission) => `            ${paint.red('-')} ${permission}\n`),
      ];
      return `  permissions of role ${change.name}\n${lines.join('')}${why}`;
    })
    .join('');
}

/** One a line: `GET https://…/price/{id}  shop-price`. */
function formatAddresses(addresses: ListResult['addresses']): string {
  return addresses.map(({ method, url, function: fn }) => `  ${method} ${url}  ${fn}\n`).join('');
}

function formatTimetable(timetable: ListResult['timetable']): string {
  return timetable
    .map(({ expression, function: fn, isOn, isWarming }) => {
      return `  ${fn} ${isWarming ? 'is kept warm' : 'runs'} at ${expression}${isOn ? '' : ', switched off'}\n`;
    })
    .join('');
}

export function formatList({ app, functions, deployments, addresses, timetable }: ListResult, paint: Paint): string {
  if (functions.length === 0) return `nothing is deployed of ${app}\n`;
  const width = Math.max(...functions.map(({ name }) => name.length));
  const lines = functions.map(({ name, version, memory, timeout, runtime, architecture, region }) => {
    const live = version === undefined ? 'not live' : `version ${version}`;
    return `  ${name.padEnd(width)}  ${live}  ${memory} MB  ${timeout} s  ${runtime} ${architecture}  ${paint.dim(region)}\n`;
  });
  const known = deployments.map(({ id, time, isLive }) => `  ${id}  ${time}${isLive ? '  live' : ''}\n`);
  return `${paint.bold(app)}\n${lines.join('')}${formatAddresses(addresses)}${formatTimetable(timetable)}deployments that can be gone back to:\n${known.join('')}`;
}

export function formatRolledBack({ to, moves }: RolledBack): string {
  if (moves.length === 0) return `nothing to move: ${to} is live\n`;
  return `${moves.map(({ name, version }) => `  ${name} is version ${version}\n`).join('')}${to} is live again\n`;
}

export function formatPruned({ removed }: Pruned): string {
  const lines = removed.map(({ name, version }) => `  removed  ${name} version ${version}\n`).join('');
  return `${lines}${removed.length} versions removed\n`;
}

export function formatResources(resources: readonly Resource[]): string {
  return resources.map(({ kind, name, region }) => `  ${kind} ${name} (${region})\n`).join('');
}

export function formatDestroyed({ app, resources, isDone }: Destroyed): string {
  if (!isDone) return 'nothing has been removed\n';
  if (resources.length === 0) return `there is nothing of ${app}\n`;
  return `${formatResources(resources)}removed, and with it ${app}\n`;
}

/** `2026-11-26T08:30:00.000Z shop-trig[3] hello`; without a version where there are none. */
export function formatLogLine(line: LogLine | StoreLogLine, paint: Paint): string {
  const { time, fn = '', message } = line;
  const from = `${new Date(time).toISOString()} ${fn}${'version' in line ? `[${line.version}]` : ''}`;
  return `${paint.dim(from)} ${message}\n`;
}

export function formatUnknownLines({ lines, unknown, silent }: LoggedAll): string {
  if (silent.length > 0) return `what functions write at ${silent.join(', ')} cannot be read from here\n`;
  if (unknown > 0) return `${unknown} lines do not say which function they are of: without a function all are shown\n`;
  return lines === 0 ? 'nothing was written in that time\n' : '';
}
