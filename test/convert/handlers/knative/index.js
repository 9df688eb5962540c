const handle = async (context, body = {}) => {
  if (body.fail) throw new RangeError(`no luck: ${body.fail}`);
  const said = { method: context.method, q: context.query.q, n: body.n * 2, id: typeof context.headers['content-type'] };
  return { statusCode: 201, headers: { 'content-type': 'application/json', 'X-Made': 'yes' }, body: said };
};

module.exports = { handle };
