import { join } from 'node:path';
import { type ProviderRuntime, startEach, startNode } from './runtime.ts';

const VERSION = '3.0.1';

/** What hook.io does with a request: the hook is made anew, in a context of its own. */
const SERVE = `
const runService = require('run-service');
const service = require('node:fs').readFileSync('index.js', 'utf8');
require('node:http').createServer((req, res) => {
  const errorHandler = (error) => res.headersSent ? res.end() : res.writeHead(500).end(error.message);
  runService({ service, env: { req, res, params: {} }, vm: { console, require, __dirname: '/' }, errorHandler })(() => {});
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

export const runtime: ProviderRuntime = {
  target: 'hookio',
  packages: [`run-service@${VERSION}`],
  start: ({ units, home }) =>
    startEach(units, `run-service ${VERSION}`, ({ folder }, port) =>
      startNode(['-e', SERVE], folder, { PORT: `${port}`, NODE_PATH: join(home, 'node_modules') }),
    ),
};
