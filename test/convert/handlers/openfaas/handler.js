'use strict';

module.exports = async (event, context) => {
  if (event.body.fail) throw new RangeError(`no luck: ${event.body.fail}`);
  const said = { method: event.method, q: event.query.q, n: event.body.n * 2, id: typeof event.headers['content-type'] };
  return context.status(201).headers({ 'content-type': 'application/json', 'X-Made': 'yes' }).succeed(said);
};
