/** The peers' loop as an ordinary program; faasify makes its calls blocking or awaited. */
import { weigh } from './weigh.ts';

/**
 * The loop stays, what it calls goes.
 * @faas off
 */
function main(): void {
  console.log(weigh([1, 2, 3, 4], 2));
  const calls = Number(process.argv[2]);
  for (let i = 0; i < calls / 10; i++) weigh([1, 2, 3, i], 2);
  const begin = performance.now();
  for (let i = 0; i < calls; i++) weigh([1, 2, 3, i], 2);
  console.log((calls * 1000) / (performance.now() - begin));
}

main();
