/** Prints what each row of the matrix shows, behind a line with its name. */
import { inspect } from 'node:util';
import { average, check } from './nested.ts';
import {
  announce,
  count,
  type Everything,
  OutOfRange,
  Point,
  pages,
  refuse,
  refuseLater,
  repeat,
  sum,
  touch,
  wait,
} from './work.ts';

function describe(error: unknown): void {
  const known = error instanceof OutOfRange && error instanceof RangeError;
  console.log(known, String(error), known && error.limit, known && String(error.cause));
}

console.log('== call');
console.log(sum([1.5, 2.5]), sum([]));

console.log('== values');
const all: Everything = {
  map: new Map<string, unknown>([['a', 1]]),
  set: new Set([1, 2, 3]),
  date: new Date(0),
  big: 2n ** 70n,
  bytes: new Uint8Array([1, 2, 3]),
  pattern: /a+/gi,
  point: new Point(3, 4),
  none: undefined,
  odd: [Number.NaN, -0, Number.POSITIVE_INFINITY],
};
all.self = all;
const same = touch(all);
console.log(same === all, same.self === same, same.point instanceof Point, inspect(same));

console.log('== errors');
try {
  refuse(11);
} catch (error) {
  describe(error);
}
try {
  await refuseLater(12);
} catch (error) {
  describe(error);
}

console.log('== output');
console.log('before');
console.log('after', announce('somebody'));

console.log('== async');
console.log(await Promise.all([wait('the long one', 20), wait('the short one', 1)]));

console.log('== streaming');
const steps = count(0, 10);
console.log(steps.next(), steps.next(4), [...steps]);
for await (const page of pages(3)) {
  console.log(page);
  if (page[0] === 'page 1') break;
}

console.log('== nested');
console.log(average([1, 2, 6]), await check([5, 5]), await check([5, 6]));

console.log('== large');
console.log([200, 2_000, 20_000].map((size) => repeat('x'.repeat(1000), size).length));

console.log('== limits');
console.log(repeat('é'.repeat(8_000_000), 1).length);
