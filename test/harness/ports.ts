/** Ports for servers that cannot be told to take any that is free. */
import { createServer } from 'node:net';

/** Below those that the system gives to connections and to servers that do not care: nobody else gets one between here and its use. */
const FIRST = 20_000;
/** Ports for each process that looks for some; those that run side by side have numbers near each other. */
const BLOCK = 200;
const BLOCKS = 60;

const first = FIRST + (process.pid % BLOCKS) * BLOCK;
let given = 0;

/** A port of loopback that nobody uses now, and that is not given again before many others were. */
export async function findPort(): Promise<number> {
  for (let tried = 0; tried < BLOCK; tried++) {
    const port = first + (given++ % BLOCK);
    if (await isFree(port)) return port;
  }
  throw new Error(`all ports from ${first} to ${first + BLOCK - 1} are in use`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
