/** The floor: a bare worker thread, waited for with Atomics.wait. Prints a line after the first result, then the rate. */
const { Worker, MessageChannel, receiveMessageOnPort } = require('node:worker_threads');

const source = `
  const { workerData } = require('node:worker_threads');
  const { weigh } = require(${JSON.stringify(require.resolve('./functions.cjs'))});
  const { port, words } = workerData;
  port.on('message', ({ values, factor }) => {
    port.postMessage(weigh(values, factor));
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
  });`;
const { port1, port2 } = new MessageChannel();
const words = new Int32Array(new SharedArrayBuffer(4));
const worker = new Worker(source, { eval: true, workerData: { port: port2, words }, transferList: [port2] });

function call(values, factor) {
  port1.postMessage({ values, factor });
  Atomics.wait(words, 0, 0);
  Atomics.store(words, 0, 0);
  return receiveMessageOnPort(port1).message;
}

console.log(call([1, 2, 3, 4], 2));
const calls = Number(process.argv[2]);
for (let i = 0; i < calls / 10; i++) call([1, 2, 3, i], 2);
const begin = performance.now();
for (let i = 0; i < calls; i++) call([1, 2, 3, i], 2);
console.log((calls * 1000) / (performance.now() - begin));
worker.terminate();
