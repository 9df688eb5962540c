/** What the units of the matrix do, a function or more for each row. */
/** @faas */
export function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export class Point {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  get length(): number {
    return Math.hypot(this.x, this.y);
  }
}

export interface Everything {
  map: Map<string, unknown>;
  set: Set<number>;
  date: Date;
  big: bigint;
  bytes: Uint8Array;
  pattern: RegExp;
  point: Point;
  none: undefined;
  odd: number[];
  self?: Everything;
}

/** @faas */
export function touch(all: Everything): Everything {
  all.map.set('touched', all.point.length);
  all.set.add(4);
  all.bytes[0] = 255;
  return all;
}

export class OutOfRange extends RangeError {
  readonly limit: number;
  constructor(limit: number, options: ErrorOptions) {
    super(`more than ${limit}`, options);
    this.name = 'OutOfRange';
    this.limit = limit;
  }
}

/** @faas */
export function refuse(value: number): number {
  if (value > 10) throw new OutOfRange(10, { cause: new TypeError(`not ${value}`) });
  return value;
}

/** @faas */
export async function refuseLater(value: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return refuse(value);
}

/** @faas */
export function announce(name: string): string {
  console.log('to stdout:', name);
  console.error('to stderr:', name);
  process.stdout.write('without a newline, ');
  return name.toUpperCase();
}

/** @faas */
export async function wait(name: string, milliseconds: number): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return `${name} has waited`;
}

/** @faas */
export function* count(from: number, to: number): Generator<number, string, number | undefined> {
  let step = 1;
  for (let n = from; n < to; n += step) step = (yield n) ?? step;
  return 'done';
}

/** @faas */
export async function* pages(many: number): AsyncGenerator<string[]> {
  for (let page = 0; page < many; page++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    yield [`page ${page}`];
  }
}

/** @faas */
export function repeat(text: string, times: number): string {
  let all = '';
  for (let n = 0; n < times; n++) all += text;
  return all;
}
