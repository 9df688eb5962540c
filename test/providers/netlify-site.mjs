/** Serves the site in the working directory with `@netlify/dev`, on PORT of loopback. */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';

const { PORT, HOME_OF_NETLIFY } = process.env;
const main = join(HOME_OF_NETLIFY, 'node_modules/@netlify/dev/dist/main.js');
const { NetlifyDev } = await import(pathToFileURL(main).href);
const off = { enabled: false };
const serverAddress = `http://127.0.0.1:${PORT}`;
const site = new NetlifyDev({
  projectRoot: process.cwd(),
  serverAddress,
  skipGitignore: true,
  ...{ aiGateway: off, blobs: off, database: off, edgeFunctions: off, environmentVariables: off, geolocation: off },
  ...{ headers: off, images: off, redirects: off, staticFiles: off },
});
await site.start();

createServer(async (incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const body = !['GET', 'HEAD'].includes(method) ? { body: Readable.toWeb(incoming), duplex: 'half' } : {};
  try {
    const answer = await site.handle(new Request(`${serverAddress}${url}`, { method, headers, ...body }));
    outgoing.writeHead(answer?.status ?? 404, [...(answer?.headers ?? [])].flat());
    outgoing.end(answer ? Buffer.from(await answer.arrayBuffer()) : '');
  } catch (error) {
    outgoing.writeHead(502).end(`${error.stack}`);
  }
}).listen(Number(PORT), '127.0.0.1');
