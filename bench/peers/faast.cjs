/** faast.js with its local provider: time to the first result, then calls in sequence. Prints one line of JSON. */
const started = performance.timeOrigin;
const { faast } = require('faastjs');
const functions = require('./functions.cjs');

async function main() {
  const remote = await faast('local', functions, { gc: 'off' });
  await remote.functions.weigh([1, 2, 3, 4], 2);
  const first = Date.now() - started;
  const calls = Number(process.argv[2]);
  for (let i = 0; i < calls / 10; i++) await remote.functions.weigh([1, 2, 3, i], 2);
  const begin = performance.now();
  for (let i = 0; i < calls; i++) await remote.functions.weigh([1, 2, 3, i], 2);
  const rate = (calls * 1000) / (performance.now() - begin);
  await remote.cleanup();
  process.stdout.write(`${JSON.stringify({ first, awaited: rate })}\n`);
}

main();
