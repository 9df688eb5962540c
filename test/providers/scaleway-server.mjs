// What Scaleway's documentation puts at the end of a handler to try it: serveHandler(handle, port).
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , home, folder, port, name = 'handle'] = process.argv;
const { serveHandler } = createRequire(join(home, 'package.json'))('@scaleway/serverless-functions');
const functions = await import(pathToFileURL(join(folder, 'handler.js')).href);

const server = serveHandler(functions[name], Number(port));
server.removeContentTypeParser('application/json');
const limit = { parseAs: 'string', bodyLimit: 6 * 1024 * 1024 };
server.addContentTypeParser('application/json', limit, (_request, body, done) => done(null, body));
