module.exports = {
  echo: async (event) => {
    const { request, response } = event.extensions;
    const data = event.data === '' ? {} : event.data;
    if (data.fail) throw new RangeError(`no luck: ${data.fail}`);
    response.status(201).set('X-Made', 'yes');
    return { method: request.method, q: request.query.q, n: data.n * 2, id: typeof event['event-id'] };
  },
};
