/** From the text and the JSON of a request to the values that a function is declared to take. */

/** What a value has to be, as the handler of a unit says it. */
export type InputType =
  | 'string'
  | 'number'
  | 'boolean'
  | 'Date'
  | 'null'
  | 'any'
  | { oneOf: (string | number | boolean)[] }
  | { either: InputType[] }
  | { list: InputType }
  | { record: InputType }
  | { fields: Record<string, InputType>; optional?: string[] };

/** What does not fit, in words for whoever has sent it: `id has to be a number`. */
export class Unfit extends Error {
  readonly status: number;
  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** `2026-11-26`, `2026-11-26T08:30:00.000Z`, `2026-11-26T08:30+01:00` */
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/** A part of the path, a value of the query or a field of a form. */
export function readText(type: InputType, text: string, name: string): unknown {
  const found = findText(type, text);
  if (found === undefined) throw new Unfit(`${name} has to be ${describe(type)}`);
  return found;
}

function findText(type: InputType, text: string): unknown {
  if (type === 'string' || type === 'any') return text;
  if (type === 'number') return findNumber(text);
  if (type === 'boolean') return text === 'true' || (text === 'false' ? false : undefined);
  if (type === 'Date') return findDate(text);
  if (typeof type === 'string') return undefined;
  if ('oneOf' in type) return type.oneOf.find((one) => one === text || one === findText(typeof one as InputType, text));
  if (!('either' in type)) return undefined;
  for (const one of type.either) {
    const found = findText(one, text);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Undefined also for a whole number that would become another one. */
function findNumber(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const number = Number(text);
  const isExact = !/^[+-]?\d+$/.test(text) || Number.isSafeInteger(number);
  return Number.isFinite(number) && isExact ? number : undefined;
}

/** The thirtieth of February is none. */
function findDate(text: string): Date | undefined {
  if (!DATE.test(text)) return undefined;
  const [date, day] = [new Date(text), new Date(text.slice(0, 10))];
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text.slice(0, 10));
  return isDay && !Number.isNaN(date.getTime()) ? date : undefined;
}

/** A value of parsed JSON. Objects are made anew of the fields that are declared: what else was sent is left out. */
export function readValue(type: InputType, value: unknown, name: string): unknown {
  const unfit = () => new Unfit(`${name} has to be ${describe(type)}`);
  if (type === 'any') return value;
  if (type === 'null') return must(value === null, value, unfit);
  if (type === 'Date') return must(typeof value === 'string', findDate(String(value)), unfit);
  if (type === 'number') return must(Number.isFinite(value), value, unfit);
  if (typeof type === 'string') return must(typeof value === type, value, unfit);
  if ('oneOf' in type) return must(type.oneOf.includes(value as string), value, unfit);
  if ('either' in type) return readEither(type.either, value, name, unfit);
  if ('list' in type) {
    if (!Array.isArray(value)) throw unfit();
    return value.map((one, index) => readValue(type.list, one, `${name}[${index}]`));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unfit();
  if ('record' in type) {
    const rows = Object.entries(value).map(([key, one]) => [key, readValue(type.record, one, `${name}.${key}`)]);
    return Object.fromEntries(rows);
  }
  const rows = Object.entries(type.fields).flatMap(([key, field]) => {
    if (Object.hasOwn(value, key)) {
      return [[key, readValue(field, (value as Record<string, unknown>)[key], `${name}.${key}`)]];
    }
    if (type.optional?.includes(key)) return [];
    throw new Unfit(`${name}.${key} is missing`);
  });
  return Object.fromEntries(rows);
}

function must(isFine: boolean, value: unknown, unfit: () => Unfit): unknown {
  if (!isFine || value === undefined) throw unfit();
  return value;
}

/** What is said of the only one that could have been meant says more than that none fits. */
function readEither(types: InputType[], value: unknown, name: string, unfit: () => Unfit): unknown {
  const errors: Unfit[] = [];
  for (const type of types) {
    try {
      return readValue(type, value, name);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      if (typeof type === 'object' && !('oneOf' in type)) errors.push(error);
    }
  }
  throw errors.length === 1 && typeof value === 'object' && value !== null ? errors[0] : unfit();
}

function describe(type: InputType): string {
  if (type === 'Date') return 'a date like 2026-11-26 or 2026-11-26T08:30:00Z';
  if (type === 'string') return 'a text';
  if (typeof type === 'string') return type === 'null' || type === 'any' ? type : `a ${type}`;
  if ('oneOf' in type) return type.oneOf.length === 1 ? `${type.oneOf[0]}` : `one of ${type.oneOf.join(', ')}`;
  if ('either' in type) return type.either.map(describe).join(' or ');
  return 'list' in type ? 'a list' : 'an object';
}
