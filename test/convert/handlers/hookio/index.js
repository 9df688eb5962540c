module['exports'] = function echo(hook) {
  const { params, req, res } = hook;
  if (params.fail) throw new RangeError('no luck: ' + params.fail);
  res.writeHead(201, { 'Content-Type': 'application/json', 'X-Made': 'yes' });
  res.end(JSON.stringify({ method: req.method, q: params.q, n: params.n * 2, id: typeof req.headers['content-type'] }));
};
