interface Said {
  method: string;
  q?: string;
  n: number;
  id: string;
}

export default async (request: Request, context: { requestId: string }): Promise<Response> => {
  const text = await request.text();
  const body = text ? JSON.parse(text) : {};
  if (body.fail) throw new RangeError(`no luck: ${body.fail}`);
  const q = new URL(request.url).searchParams.get('q') ?? undefined;
  const said: Said = { method: request.method, ...(q !== undefined && { q }), n: body.n * 2, id: typeof context.requestId };
  return new Response(JSON.stringify(said), { status: 201, headers: { 'content-type': 'application/json', 'x-made': 'yes' } });
};
