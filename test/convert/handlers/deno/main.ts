declare const Deno: { serve(handler: (request: Request) => Promise<Response>): void };

Deno.serve(async (request: Request) => {
  const text = await request.text();
  const body = text ? JSON.parse(text) : {};
  if (body.fail) throw new RangeError(`no luck: ${body.fail}`);
  const q = new URL(request.url).searchParams.get('q') ?? undefined;
  const said = { method: request.method, q, n: body.n * 2, id: typeof request.headers.get('content-type') };
  return Response.json(said, { status: 201, headers: { 'X-Made': 'yes' } });
});
