const fdk = require('@fnproject/fdk');

fdk.handle(async (input, ctx) => {
  const gateway = ctx.httpGateway;
  if (input.fail) throw new RangeError(`no luck: ${input.fail}`);
  gateway.statusCode = 201;
  gateway.setResponseHeader('X-Made', 'yes');
  const q = new URL(gateway.requestURL, 'http://localhost').searchParams.get('q') ?? undefined;
  return { method: gateway.method, q, n: input.n * 2, id: typeof ctx.callID };
});
