module.exports = async (context) => {
  const { method, query, body } = context.request;
  if (body.fail) throw new RangeError(`no luck: ${body.fail}`);
  const said = { method, q: query.q, n: body.n * 2, id: typeof context.request.headers['content-type'] };
  return { status: 201, body: JSON.stringify(said), headers: { 'Content-Type': 'application/json', 'X-Made': 'yes' } };
};
