export default async function handler(req, res) {
  const body = req.body ?? {};
  if (body.fail) throw new RangeError(`no luck: ${body.fail}`);
  res.setHeader('X-Made', 'yes');
  res.status(201).json({ method: req.method, q: req.query.q, n: body.n * 2, id: typeof req.headers['content-type'] });
}
