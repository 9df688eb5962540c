export const handler = async (event, context) => {
  const body = event.body ? JSON.parse(event.body) : {};
  await new Promise((resolve) => setTimeout(resolve, 1));
  if (body.fail) throw new RangeError(`no luck: ${body.fail}`);
  const said = { method: event.requestContext.http.method, q: event.queryStringParameters?.q, n: body.n * 2, id: typeof context.awsRequestId };
  return { statusCode: 201, headers: { 'Content-Type': 'application/json', 'X-Made': 'yes' }, body: JSON.stringify(said) };
};
