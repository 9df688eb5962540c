/**
 * An action of OpenWhisk: an object in, an object out. A stub's call is carried as text, and so is its reply: OpenWhisk sorts the keys
 * of what it reads, adds default parameters, and takes a result with `error` for a failure of which it keeps nothing else.
 */
import { type Carried, toResult } from './carry.ts';

exports.main = async (params: Carried): Promise<object> => {
  const { handler } = await import('faasify:unit');
  const { 'faasify-call': call } = params;
  if (typeof call !== 'string') return Object(await handler(params));
  return toResult(JSON.stringify(await handler(JSON.parse(call))));
};
