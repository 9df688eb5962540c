exports.handle = async (event, context) => {
  const body = event.body ? JSON.parse(event.body) : {};
  if (body.fail) throw new RangeError(`no luck: ${body.fail}`);
  const said = { method: event.httpMethod, q: event.queryStringParameters?.q, n: body.n * 2, id: typeof context.functionName };
  return { statusCode: 201, headers: { 'Content-Type': 'application/json', 'X-Made': 'yes' }, body: JSON.stringify(said) };
};
