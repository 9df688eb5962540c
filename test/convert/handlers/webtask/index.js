'use strict';

module.exports = (ctx, req, res) => {
  const parts = [];
  req.on('data', (part) => parts.push(part));
  req.on('end', () => {
    const body = parts.length === 0 ? {} : JSON.parse(Buffer.concat(parts).toString());
    if (body.fail) {
      res.writeHead(500, { 'Content-Type': 'text/plain' });
      return res.end(`RangeError: no luck: ${body.fail}`);
    }
    res.writeHead(201, { 'Content-Type': 'application/json', 'X-Made': 'yes' });
    res.end(JSON.stringify({ method: req.method, q: ctx.query.q, n: body.n * 2, id: typeof ctx.headers['content-type'] }));
  });
};
