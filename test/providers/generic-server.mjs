// A server around a unit that no provider has.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , folder, port] = process.argv;
const { respond } = await import(pathToFileURL(join(folder, 'index.js')).href);

createServer(async (req, res) => {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  const { status, headers, body } = await respond(Buffer.concat(chunks).toString());
  res.writeHead(status, headers).end(body);
}).listen(Number(port), '127.0.0.1');
