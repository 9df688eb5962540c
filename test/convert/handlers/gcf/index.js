const functions = require('@google-cloud/functions-framework');

functions.http('echo', async (req, res) => {
  await new Promise((resolve) => setTimeout(resolve, 1));
  if (req.body.fail) throw new RangeError(`no luck: ${req.body.fail}`);
  res.status(201).set('X-Made', 'yes').json({ method: req.method, q: req.query.q, n: req.body.n * 2, id: typeof req.get('content-type') });
});
