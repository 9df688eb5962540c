import { degrees } from './angles.js';
import { askNumber, readColumn } from './input.js';
import { calculate, complextrig } from './trig.js';

async function scaled(values: number[]): Promise<number> {
  const factor = await askNumber('Factor? ');
  return factor * calculate(values);
}

async function main(): Promise<void> {
  console.log('complextrig(1.0) =', complextrig(1.0));
  console.log('calculate([1, 2]) =', calculate([1, 2]));

  const column = await readColumn(new URL('./values.csv', import.meta.url), 1);
  console.log('from the file:', column, column.map((value) => degrees(value).toFixed(1)));
  console.log('scaled =', await scaled(column));
}

await main();
