import { join } from 'node:path';
import { type ProviderRuntime, startEach, startNode } from './runtime.ts';

const VERSION = '2.0.0';

/** What `wt serve` does. */
const SERVE = `
const { createServer } = require('webtask-runtime');
const code = require('node:fs').readFileSync('index.js', 'utf8');
const logger = { info() {}, warn: console.warn, error: console.error };
createServer(code, { logger }).listen(Number(process.env.PORT), '127.0.0.1');
`;

export const runtime: ProviderRuntime = {
  target: 'webtask',
  packages: [`webtask-runtime@${VERSION}`],
  start: ({ units, home }) =>
    startEach(units, `webtask-runtime ${VERSION}`, ({ folder }, port) =>
      startNode(['-e', SERVE], folder, { PORT: `${port}`, NODE_PATH: join(home, 'node_modules') }),
    ),
};
