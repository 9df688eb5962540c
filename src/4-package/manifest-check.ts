/** Whether a manifest that was read from a file is one: it may have been cut short, edited, or be of another version. */
import { join } from 'node:path';
import { APP_NAME } from '../app-name.ts';
import { isTarget } from '../providers/index.ts';
import type { Manifest, ManifestUnit } from '../types.ts';
import { isWithin } from './files.ts';

/** What is wrong with a manifest of the output folder `out`; undefined if nothing is. */
export function findManifestProblem(value: unknown, out: string): string | undefined {
  if (!isRecord(value)) return 'it is not a JSON object';
  if (value.version !== 1) return `its version is ${JSON.stringify(value.version)}, not 1`;
  if (!isListOfTexts(value.targets) || value.targets[0] !== value.target || !value.targets.every(isTarget)) {
    return 'its target is unknown';
  }
  const list = ['entries', 'functions', 'cuts', 'units', 'runtime', 'problems'].find(
    (key) => !Array.isArray(value[key]),
  );
  if (list !== undefined) return `${list} is not a list`;
  if (value.app !== undefined && !isText(value.app, APP_NAME)) return 'app is not the name of an app';
  if (value.deploy !== undefined && !isDeploySettings(value.deploy)) return 'deploy is not a list of settings';
  const units = value.units as unknown[];
  const bad = units.findIndex((unit) => !isUnit(unit, out));
  if (bad >= 0) return `units[${bad}] is not the description of a unit`;
  const named = (units as ManifestUnit[]).flatMap(({ name, deployed }) => [...new Set([name, deployed?.name ?? name])]);
  const twice = named.find((name, i) => named.indexOf(name) !== i);
  return twice === undefined ? undefined : `there are two units of the name ${twice}`;
}

/** The manifest of a text, or what is wrong with it. */
export function parseManifest(text: string, out: string): Manifest | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: (error as Error).message };
  }
  const problem = findManifestProblem(value, out);
  return problem === undefined ? (value as Manifest) : { problem };
}

function isUnit(value: unknown, out: string): boolean {
  return (
    isRecord(value) &&
    isText(value.name, /^[A-Za-z0-9_-]{1,64}$/) &&
    Array.isArray(value.functions) &&
    value.functions.every((id) => isText(id)) &&
    ['source', 'bundle', 'map', 'zip'].every((key) => isPathIn(value[key], out)) &&
    isText(value.hash, /^[0-9a-f]{64}$/) &&
    isCount(value.bytes) &&
    isSettings(value.settings) &&
    (value.deployed === undefined || isDeployedName(value.deployed)) &&
    isListOf(value.places, (place) => isPlace(place, out)) &&
    [value.env, value.calls].every((list) => list === undefined || isListOfTexts(list)) &&
    isListOf(value.routes, isRoute) &&
    isListOf(value.schedules, isSchedule) &&
    isListOf(value.watches, isWatch)
  );
}

function isSettings(value: unknown): boolean {
  if (!isRecord(value) || !isPositive(value.memory) || !isPositive(value.timeout)) return false;
  if (value.storage !== undefined && !isPositive(value.storage)) return false;
  if (value.role !== undefined && !isText(value.role)) return false;
  return ['concurrency', 'hedge', 'warm', ...COUNTS].every((key) => value[key] === undefined || isNumber(value[key]));
}

/** Settings that are numbers of instances. */
const COUNTS = ['reservedConcurrency', 'provisionedConcurrency'];

function isNumber(value: unknown): boolean {
  return isCount(value) && value > 0;
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => isText(text));
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isOne));
}

function isPlace(value: unknown, out: string): boolean {
  if (!isRecord(value) || !isText(value.target) || !isText(value.name, /^[^\0/\\]{1,200}$/)) return false;
  const { package: own, payload } = value;
  if (payload !== undefined && !isCount(payload)) return false;
  return own === undefined || (isRecord(own) && isPathIn(own.zip, out) && isPathIn(own.folder, out));
}

function isRoute(value: unknown): boolean {
  return isRecord(value) && isText(value.key, /^[A-Z]+ \/\S*$/) && isText(value.fn) && Array.isArray(value.params);
}

function isSchedule(value: unknown): boolean {
  return isRecord(value) && isText(value.expression, /^(rate|cron)\([^()]+\)$/) && isText(value.fn);
}

function isWatch(value: unknown): boolean {
  return isRecord(value) && isText(value.fn) && isText(value.glob, /^[^\\]+$/) && isListOfTexts(value.gives);
}

function isDeployedName(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value.name, /^[A-Za-z0-9_-]{1,64}$/) &&
    isText(value.alias, /^(?!\d+$)[A-Za-z0-9_-]{1,128}$/)
  );
}

function isDeploySettings(value: unknown): boolean {
  return (
    isRecord(value) &&
    ['runtime', 'architecture'].every((key) => isText(value[key])) &&
    ['storage', 'logRetention'].every((key) => isPositive(value[key])) &&
    typeof value.tracing === 'boolean' &&
    ['role', 'deadLetter', 'bucket'].every((key) => value[key] === undefined || isText(value[key])) &&
    COUNTS.every((key) => value[key] === undefined || isNumber(value[key])) &&
    (value.claimCheck === undefined || typeof value.claimCheck === 'boolean') &&
    (value.vpc === undefined || isNetwork(value.vpc)) &&
    (value.environment === undefined || isTable(value.environment)) &&
    (value.permissions === undefined || (Array.isArray(value.permissions) && value.permissions.every(isPermission))) &&
    isTable(value.tags)
  );
}

function isNetwork(value: unknown): boolean {
  return isRecord(value) && isListOfTexts(value.subnets) && isListOfTexts(value.securityGroups);
}

function isPermission(value: unknown): boolean {
  return isRecord(value) && isListOfTexts(value.actions) && isListOfTexts(value.resources) && isText(value.from);
}

/** Of texts. */
function isTable(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((text) => isText(text));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, pattern = /^/): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function isPathIn(value: unknown, out: string): boolean {
  return isText(value, /^[^\0]+$/) && isWithin(out, join(out, value));
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isPositive(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) > 0;
}
