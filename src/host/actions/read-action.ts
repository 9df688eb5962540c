/**
 * What `PUT …/actions/<name>` says, read as OpenWhisk's controller reads it, with its messages:
 * https://github.com/apache/openwhisk/blob/master/common/scala/src/main/scala/org/apache/openwhisk/core/entity/Exec.scala
 */
import { Refused } from '../conventions/convention.ts';
import { type Action, type ActionCode, type ActionLimits, type Annotation, PROVIDE_KEY } from './action.ts';

const MB = 1024 * 1024;
/** Bytes of code and the name of its function, and of parameters or annotations. */
const MAX_CODE = 48 * MB;
const MAX_PARAMETERS = MB;
/** Bytes of a request: code as base64, parameters and annotations. */
export const MAX_ACTION = 72 * MB;
/** What `nodejs:default` is. */
const DEFAULT_KIND = 'nodejs:20';

/** What is said; the rest stays as it is. */
export interface ActionChange {
  exec?: ActionCode;
  parameters?: Action['parameters'];
  annotations?: Action['annotations'];
  limits?: Partial<ActionLimits>;
  version?: string;
  publish?: boolean;
}

const STANDARD: ActionLimits = { timeout: 60_000, memory: 256, logs: 10, concurrency: 1 };

/** Throws a `Refused`. */
export function makeAction(place: Pick<Action, 'namespace' | 'name'>, change: ActionChange): Action {
  const { exec, parameters = [], annotations = [], version = '0.0.1', publish = false } = change;
  if (!exec) throw new Refused('malformed', 'exec undefined');
  const own = annotations.some(({ key }) => key === PROVIDE_KEY);
  const known = own ? annotations : [...annotations, { key: PROVIDE_KEY, value: false }];
  return {
    ...{ ...place, version, publish, updated: Date.now(), exec, parameters },
    annotations: tellExec(known, exec),
    limits: { ...STANDARD, ...change.limits },
  };
}

export function changeAction(action: Action, change: ActionChange): Action {
  const { exec = action.exec, annotations = action.annotations, version = countUp(action.version) } = change;
  return {
    ...action,
    ...{ exec, version, updated: Date.now(), annotations: tellExec(annotations, exec) },
    parameters: change.parameters ?? action.parameters,
    publish: change.publish ?? action.publish,
    limits: { ...action.limits, ...change.limits },
  };
}

function tellExec(annotations: readonly Annotation[], { kind }: ActionCode): Annotation[] {
  return [...annotations.filter(({ key }) => key !== 'exec'), { key: 'exec', value: kind }];
}

function countUp(version: string): string {
  return version.replace(/\d+$/, (patch) => `${Number(patch) + 1}`);
}

/** Letters, digits, `_`, and inside also `@`, `.`, `-` and spaces. */
export function checkName(name: string): void {
  if (Buffer.byteLength(name) > 256)
    throw malformed(`EntityName longer than allowed: ${Buffer.byteLength(name)} > 256.`);
  if (!/^(\w|\w[\w@ .-]*[\w@.-]+)$/.test(name)) throw malformed('The name of the entity contains illegal characters.');
}

export function readChange(body: Buffer): ActionChange {
  const given = readObject(parse(body), 'the content is no JSON object');
  const { exec, parameters, annotations, limits, version, publish } = given;
  if (publish !== undefined && typeof publish !== 'boolean') throw malformed("'publish' must be a boolean");
  return {
    ...(exec !== undefined && { exec: readExec(exec) }),
    ...(parameters !== undefined && { parameters: readPairs(parameters, 'parameters') }),
    ...(annotations !== undefined && { annotations: readPairs(annotations, 'annotations') }),
    ...(limits !== undefined && { limits: readLimits(limits) }),
    ...(version !== undefined && { version: readVersion(version) }),
    ...(publish !== undefined && { publish }),
  };
}

function malformed(message: string): Refused {
  return new Refused('malformed', `The request content was malformed:\n${message}`);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch (error) {
    throw malformed((error as Error).message);
  }
}

function readObject(value: unknown, problem: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(problem);
  return { ...value };
}

function readExec(value: unknown): ActionCode {
  const { kind: given, code, main } = readObject(value, "'exec' must be an object");
  if (typeof given !== 'string') throw malformed("'kind' must be a string defined in 'exec'");
  const kind = readKind(given.trim().toLowerCase());
  if (typeof code !== 'string')
    throw malformed(`'code' must be a string or attachment object defined in 'exec' for '${kind}' actions`);
  if (main !== undefined && typeof main !== 'string') {
    throw malformed(`if defined, 'main' be a string in 'exec' for '${kind}' actions`);
  }
  checkSize('exec', Buffer.byteLength(code) + Buffer.byteLength(main ?? ''), MAX_CODE);
  return { kind, code, binary: isBinary(code.trim()), ...(main !== undefined && { main }) };
}

function readKind(kind: string): string {
  if (kind === 'nodejs' || kind === 'nodejs:default') return DEFAULT_KIND;
  if (/^nodejs:\d{1,2}$/.test(kind)) return kind;
  throw malformed(`kind '${kind.slice(0, 100)}' not in Set(nodejs:default, nodejs:20, nodejs:22, nodejs:24)`);
}

/** Whole groups of four, as the API decides it. */
function isBinary(code: string): boolean {
  return code.length > 0 && code.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(code);
}

function checkSize(field: string, size: number, allowed: number): void {
  if (size <= allowed) return;
  throw new Refused('too-large', `${field} larger than allowed: ${size} > ${allowed} bytes.`);
}

function readPairs(value: unknown, field: 'parameters' | 'annotations'): Action['parameters'] {
  if (!Array.isArray(value)) throw malformed(`${field} malformed!`);
  const pairs = new Map<string, Action['parameters'][number]>();
  for (const one of value) {
    const { key, value: content = null, init } = readObject(one, `${field} malformed!`);
    if (typeof key !== 'string' || key.trim() === '') throw malformed(`${field} malformed!`);
    pairs.set(key, { key, value: content, ...(init === true && { init }) });
  }
  const all = [...pairs.values()];
  checkSize(field, Buffer.byteLength(JSON.stringify(all)), MAX_PARAMETERS);
  return all;
}

/** Of `docs/reference.md`; `unit` as its messages write it. */
const RANGES: Record<keyof ActionLimits, { name: string; min: number; max: number; unit: string }> = {
  timeout: { name: 'duration', min: 100, max: 300_000, unit: ' milliseconds' },
  memory: { name: 'memory', min: 128, max: 512, unit: ' MB' },
  logs: { name: 'logs', min: 0, max: 10, unit: ' MB' },
  concurrency: { name: 'concurrency', min: 1, max: 1, unit: '' },
};

function readLimits(value: unknown): Partial<ActionLimits> {
  const given = readObject(value, 'limits malformed');
  const limits: Partial<ActionLimits> = {};
  for (const key of ['timeout', 'memory', 'logs', 'concurrency'] as const) {
    if (given[key] !== undefined && given[key] !== null) limits[key] = readLimit(RANGES[key], given[key]);
  }
  return limits;
}

function readLimit({ name, min, max, unit }: (typeof RANGES)['memory'], value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw malformed(`${name} limit must be whole number`);
  const about = `requirement failed: ${name} ${value}${unit}`;
  if (value < min) throw malformed(`${about} below allowed threshold of ${min}${unit}`);
  if (value > max) throw malformed(`${about} exceeds allowed threshold of ${max}${unit}`);
  return value;
}

function readVersion(value: unknown): string {
  if (typeof value === 'string' && /^\d{1,9}\.\d{1,9}\.\d{1,9}$/.test(value)) return value;
  throw malformed('semantic version malformed');
}
