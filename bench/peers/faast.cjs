/** faast.js with its local provider. Prints a line after the first result, and one with the rate of calls in sequence. */
const { faast } = require('faastjs');
const functions = require('./functions.cjs');

async function main() {
  const remote = await faast('local', functions, { gc: 'off' });
  const { weigh } = remote.functions;
  console.log(await weigh([1, 2, 3, 4], 2));
  const calls = Number(process.argv[2]);
  for (let i = 0; i < calls / 10; i++) await weigh([1, 2, 3, i], 2);
  const begin = performance.now();
  for (let i = 0; i < calls; i++) await weigh([1, 2, 3, i], 2);
  console.log((calls * 1000) / (performance.now() - begin));
  await remote.cleanup();
}

main();
