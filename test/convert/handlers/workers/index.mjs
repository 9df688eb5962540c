export default {
  async fetch(request) {
    const url = new URL(request.url);
    const text = await request.text();
    const body = text ? JSON.parse(text) : {};
    if (body.fail) throw new RangeError(`no luck: ${body.fail}`);
    const said = { method: request.method, q: url.searchParams.get('q') ?? undefined, n: body.n * 2, id: typeof request.headers.get('content-type') };
    return Response.json(said, { status: 201, headers: { 'X-Made': 'yes' } });
  },
};
