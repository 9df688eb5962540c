/** From what somebody has typed, or written into a file, to the arguments of a function. */
import { type InputType, readText, readValue, Unfit } from '../../templates/runtime/input.ts';
import { FaasifyError } from '../errors.ts';
import type { ParameterPlan } from '../types.ts';

/** A function and what it takes. */
export interface Callee {
  id: string;
  params: readonly ParameterPlan[];
}

/** One text an argument, the rest for a parameter that takes all that follows. */
export function readTextArguments(callee: Callee, texts: readonly string[]): unknown[] {
  const { params } = callee;
  const last = params.at(-1);
  if (texts.length > params.length && !last?.rest) {
    refuse(callee, `it takes ${count(params.length)}, not ${texts.length}`);
  }
  const given = texts.map((text, index) => {
    const param = params[index] ?? last;
    return param && check(callee, () => readOne(param, text));
  });
  refuseMissing(callee, given);
  return given;
}

/** `{ "args": […] }`, a list, or an object with arguments by the names of parameters. */
export function readPayload(callee: Callee, payload: unknown): unknown[] {
  const list = isRecord(payload) && Array.isArray(payload.args) ? payload.args : payload;
  const { params } = callee;
  const values = Array.isArray(list) ? list : listNamed(callee, list);
  const last = params.at(-1);
  if (values.length > params.length && !last?.rest) {
    refuse(callee, `it takes ${count(params.length)}, not ${values.length}`);
  }
  const given = values.map((value, index) => {
    const param = params[index] ?? last;
    return value === undefined || !param ? undefined : check(callee, () => readWhole(param, value));
  });
  refuseMissing(callee, given);
  return given;
}

function listNamed(callee: Callee, payload: unknown): unknown[] {
  const { params } = callee;
  if (!isRecord(payload)) refuse(callee, 'the payload is neither a list nor an object');
  const unknown = Object.keys(payload).find((key) => !params.some(({ name }) => name === key));
  if (unknown !== undefined) refuse(callee, `it has no parameter ${unknown}`);
  return params.flatMap(({ name, rest }) => {
    const value = payload[name];
    return rest && Array.isArray(value) ? value : [value];
  });
}

function readOne(param: ParameterPlan, text: string): unknown {
  const { name, refused } = param;
  if (refused !== undefined) throw new Unfit(`${name} cannot be given as text (${refused}): write it into a --payload`);
  const type = typeOf(param);
  if (type !== 'any' && !isStructure(type)) return readText(type, text, name);
  const json = tryParse(text);
  if (json === undefined) return type === 'any' ? text : readText(type, text, name);
  return readWhole(param, json.value);
}

/** What a type cannot say is taken as it is. Nothing that was given is left out unseen. */
function readWhole(param: ParameterPlan, value: unknown): unknown {
  const { name, refused } = param;
  if (refused !== undefined) return value;
  const read = readValue(typeOf(param), value, name);
  const left = findLeftOut(value, read, name);
  if (left !== undefined) throw new Unfit(`${left} is not declared`);
  return read;
}

function typeOf({ type, rest }: ParameterPlan): InputType {
  return rest && typeof type === 'object' && 'list' in type ? type.list : type;
}

/** What is written as JSON. */
function isStructure(type: InputType): boolean {
  if (typeof type !== 'object') return false;
  return 'either' in type ? type.either.some(isStructure) : !('oneOf' in type);
}

function findLeftOut(given: unknown, read: unknown, path: string): string | undefined {
  if (!isRecord(given) && !Array.isArray(given)) return undefined;
  for (const [key, value] of Object.entries(given)) {
    const at = Array.isArray(given) ? `${path}[${key}]` : `${path}.${key}`;
    if (typeof read !== 'object' || read === null || !Object.hasOwn(read, key)) return at;
    const inner = findLeftOut(value, Reflect.get(read, key), at);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function refuseMissing(callee: Callee, given: readonly unknown[]): void {
  const missing = callee.params.find(({ optional, rest }, index) => !optional && !rest && given[index] === undefined);
  if (missing) refuse(callee, `${missing.name} is missing`);
}

function check<T>(callee: Callee, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unfit) refuse(callee, error.message);
    throw error;
  }
}

function refuse({ id, params }: Callee, problem: string): never {
  throw new FaasifyError('argument', `${id}: ${problem}`, {
    fix: `Nothing has been called. It takes (${params.map(formatParam).join(', ')}).`,
  });
}

function formatParam({ name, optional, rest, type }: ParameterPlan): string {
  return `${rest ? '...' : ''}${name}${optional ? '?' : ''}: ${formatType(type)}`;
}

function formatType(type: InputType): string {
  if (typeof type === 'string') return type;
  if ('oneOf' in type) return type.oneOf.map((one) => JSON.stringify(one)).join(' | ');
  if ('either' in type) return type.either.map(formatType).join(' | ');
  if ('list' in type) return `${formatType(type.list)}[]`;
  if ('record' in type) return `Record<string, ${formatType(type.record)}>`;
  const fields = Object.entries(type.fields).map(([key, field]) => {
    return `${key}${type.optional?.includes(key) ? '?' : ''}: ${formatType(field)}`;
  });
  return `{ ${fields.join('; ')} }`;
}

function tryParse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function count(number: number): string {
  return `${number} argument${number === 1 ? '' : 's'}`;
}
