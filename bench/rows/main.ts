/** A large table there and back, beside nothing but the JSON of that, in turn. Prints milliseconds of each, the lowest quarter's highest. */
import { type Row, raise } from './raise.ts';

const COUNT = 10_000;

/** @faas off */
function makeRows(): Row[] {
  return Array.from({ length: COUNT }, (_, id) => {
    const tags = ['all', `group ${id % 7}`];
    return { id, name: `row ${id}`, price: id * 1.25, tags, active: id % 2 === 0 };
  });
}

/** @faas off */
function copyTwice(rows: Row[]): void {
  const there = JSON.parse(JSON.stringify({ args: [rows, 1.1] })) as { args: [Row[], number] };
  JSON.parse(JSON.stringify({ ret: there.args[0] }));
}

/** @faas off */
function time(run: () => unknown): number {
  const begin = performance.now();
  run();
  return performance.now() - begin;
}

/** @faas off */
function quartile(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)] ?? Number.NaN;
}

/** @faas off */
function main(): void {
  const rows = makeRows();
  const calls = Number(process.argv[2]);
  const ours: number[] = [];
  const json: number[] = [];
  for (let i = 0; i < calls; i++) {
    ours.push(time(() => raise(rows, 1.1)));
    json.push(time(() => copyTwice(rows)));
  }
  const warm = Math.floor(calls / 4);
  console.log(quartile(ours.slice(warm)));
  console.log(quartile(json.slice(warm)));
}

main();
