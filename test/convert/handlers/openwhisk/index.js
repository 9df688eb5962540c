async function main(params) {
  if (params.fail) throw new RangeError(`no luck: ${params.fail}`);
  const said = { method: params.__ow_method.toUpperCase(), q: params.q, n: params.n * 2, id: typeof process.env.__OW_ACTIVATION_ID };
  return { statusCode: 201, headers: { 'content-type': 'application/json', 'X-Made': 'yes' }, body: said };
}
