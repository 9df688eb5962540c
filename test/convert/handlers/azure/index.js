const { app } = require('@azure/functions');

app.http('echo', {
  methods: ['GET', 'POST'],
  handler: async (request, context) => {
    const text = await request.text();
    const body = text ? JSON.parse(text) : {};
    if (body.fail) throw new RangeError(`no luck: ${body.fail}`);
    const said = { method: request.method, q: request.query.get('q') ?? undefined, n: body.n * 2, id: typeof context.invocationId };
    return { status: 201, headers: { 'X-Made': 'yes' }, jsonBody: said };
  },
});
