const http = require('http');

const server = http.createServer(async (req, res) => {
  const parts = [];
  for await (const part of req) parts.push(part);
  const body = parts.length === 0 ? {} : JSON.parse(Buffer.concat(parts).toString());
  if (body.fail) throw new RangeError(`no luck: ${body.fail}`);
  const q = new URL(req.url, 'http://localhost').searchParams.get('q') ?? undefined;
  res.writeHead(201, { 'Content-Type': 'application/json', 'X-Made': 'yes' });
  res.end(JSON.stringify({ method: req.method, q, n: body.n * 2, id: typeof req.headers['content-type'] }));
});

server.listen(process.env.PORT ?? 8080);
