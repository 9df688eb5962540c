/**
 * What requests may hold: `group({ FunctionName: text({ max: 64 }) }, { Timeout: whole({ min: 1, max: 900 }) })` reads what is given
 * and says, as AWS does, everything that is wrong with it. What is not named is left out, as it is there.
 */
import { ApiError } from './api-error.ts';

export interface Shape<T> {
  /** `at`: `environment.variables`. Constraints that are not kept are noted; what is of another kind is an error at once. */
  read(value: unknown, at: string, problems: string[]): T;
}

type Fields = Record<string, Shape<unknown>>;
type Read<F extends Fields> = { [K in keyof F]: F[K] extends Shape<infer T> ? T : never };

/** Characters of a wrong value that an error repeats. */
const LONGEST_ECHO = 200;

/** Throws everything that is wrong at once. */
export function readAs<T>(shape: Shape<T>, value: unknown): T {
  const problems: string[] = [];
  const result = shape.read(value, '', problems);
  if (problems.length === 0) return result;
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected`;
  throw new ApiError(400, 'ValidationException', `${count}: ${problems.join('; ')}`);
}

export function parseJson(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new ApiError(400, 'SerializationException', 'Could not parse request body into json.');
  }
}

interface TextLimits<V extends string> {
  min?: number;
  max?: number;
  pattern?: RegExp;
  values?: readonly V[];
  /** It is in no message. */
  secret?: boolean;
}

export function text<V extends string = string>(limits: TextLimits<V> = {}): Shape<V> {
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern, values, secret = false } = limits;
  const isValid = (value: string): value is V => values === undefined || values.some((one) => one === value);
  return {
    read(value, at, problems) {
      if (typeof value !== 'string') throw refuseKind(value, at, 'String');
      const note = (constraint: string) => problems.push(describe(secret ? undefined : value, at, constraint));
      if (value.length < min) note(`have length greater than or equal to ${min}`);
      if (value.length > max) note(`have length less than or equal to ${max}`);
      if (pattern && !pattern.test(value)) note(`satisfy regular expression pattern: ${pattern.source}`);
      if (isValid(value)) return value;
      note(`satisfy enum value set: [${values?.join(', ')}]`);
      return value as never;
    },
  };
}

export function whole({ min, max = Number.MAX_SAFE_INTEGER }: { min: number; max?: number }): Shape<number> {
  return {
    read(value, at, problems) {
      if (typeof value !== 'number' || !Number.isInteger(value)) throw refuseKind(value, at, 'Integer');
      if (value < min) problems.push(describe(`${value}`, at, `have value greater than or equal to ${min}`));
      if (value > max) problems.push(describe(`${value}`, at, `have value less than or equal to ${max}`));
      return value;
    },
  };
}

/** Between 0 and 1. */
export function fraction(): Shape<number> {
  return {
    read(value, at, problems) {
      if (typeof value !== 'number') throw refuseKind(value, at, 'Double');
      if (!(value >= 0 && value <= 1)) problems.push(describe(`${value}`, at, 'have value between 0 and 1'));
      return value;
    },
  };
}

export function flag(): Shape<boolean> {
  return {
    read(value, at) {
      if (typeof value !== 'boolean') throw refuseKind(value, at, 'Boolean');
      return value;
    },
  };
}

/** As base64. */
export function bytes(): Shape<Buffer> {
  return {
    read(value, at) {
      if (typeof value !== 'string') throw refuseKind(value, at, 'Blob');
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw refuseKind('text that is not base64', at, 'Blob');
      return Buffer.from(value, 'base64');
    },
  };
}

export function list<T>(item: Shape<T>, { min = 0, max = Number.POSITIVE_INFINITY } = {}): Shape<T[]> {
  return {
    read(value, at, problems) {
      if (!Array.isArray(value)) throw refuseKind(value, at, 'List');
      if (value.length < min) problems.push(describe(undefined, at, `have length greater than or equal to ${min}`));
      if (value.length > max) problems.push(describe(undefined, at, `have length less than or equal to ${max}`));
      return value.slice(0, max).map((one, index) => item.read(one, `${at}.${index + 1}.member`, problems));
    },
  };
}

/** Of names to values. */
export function map<T>(key: Shape<string>, item: Shape<T>): Shape<Record<string, T>> {
  return {
    read(value, at, problems) {
      const entries = Object.entries(getRecord(value, at));
      return Object.fromEntries(
        entries.map(([name, one]) => [key.read(name, at, problems), item.read(one, `${at}.member`, problems)]),
      );
    },
  };
}

/** Fields that must be there, and fields that may; `null` is as good as nothing. */
export function group<R extends Fields, O extends Fields>(required: R, optional: O): Shape<Read<R> & Partial<Read<O>>> {
  return {
    read(value, at, problems) {
      const given = getRecord(value, at);
      const found: Record<string, unknown> = {};
      for (const [name, shape] of Object.entries({ ...required, ...optional })) {
        const path = at === '' ? lowerFirst(name) : `${at}.${lowerFirst(name)}`;
        const one = Object.hasOwn(given, name) ? given[name] : undefined;
        if (one !== undefined && one !== null) found[name] = shape.read(one, path, problems);
        else if (Object.hasOwn(required, name)) problems.push(describe(null, path, 'not be null'));
      }
      return found as Read<R> & Partial<Read<O>>;
    },
  };
}

function getRecord(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuseKind(value, at, 'Structure');
  return { ...value };
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

/** `undefined`: a value that is not to be seen. */
function describe(value: string | null | undefined, at: string, constraint: string): string {
  const seen = value === undefined ? '' : value === null ? ' null' : ` '${value.slice(0, LONGEST_ECHO)}'`;
  return `Value${seen} at '${at}' failed to satisfy constraint: Member must ${constraint}`;
}

function refuseKind(value: unknown, at: string, wanted: string): ApiError {
  const kind =
    value === null ? 'NULL' : Array.isArray(value) ? 'LIST' : typeof value === 'object' ? 'MAP' : typeof value;
  const where = at === '' ? 'The request' : at;
  return new ApiError(
    400,
    'SerializationException',
    `${where}: ${kind.toUpperCase()} can not be converted to ${wanted}`,
  );
}
