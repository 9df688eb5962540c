/** `module.exports = { name: async (event, context) => value }`; requests are in `event.extensions` */
import { decode, toBytes } from '../bytes.ts';
import { openExpress } from '../express.ts';
import type { Module, Run, Settings } from '../form.ts';
import { findHeader, isJsonType, readType } from '../headers.ts';
import { parseJson } from '../json.ts';
import { asHttp } from '../meet.ts';
import { getFunction } from '../pick.ts';

export function adapt(module: Module, { handler: name, timeout, ...settings }: Settings): Run {
  const handler = getFunction(module, name);
  return async (given) => {
    const call = asHttp(given);
    const { req, res, answer } = openExpress(call);
    const text = decode(call.body);
    const isJson = isJsonType(readType(call.headers)) && text !== '';
    const event = {
      ...{
        'event-id': findHeader(call.headers, 'event-id') ?? call.id,
        'event-type': findHeader(call.headers, 'event-type'),
      },
      ...{
        'event-time': findHeader(call.headers, 'event-time'),
        'event-namespace': findHeader(call.headers, 'event-namespace'),
      },
      ...{ data: isJson ? parseJson(text) : text, extensions: { request: req, response: res } },
    };
    const context = {
      ...{ 'function-name': settings.name, timeout: String(timeout), runtime: 'nodejs' },
      'memory-limit': process.env.FUNC_MEMORY_LIMIT ?? '128M',
    };
    const value: unknown = await handler(event, context);
    if (res.headersSent) return answer;
    if (typeof value === 'object') res.json(value);
    else res.end(toBytes(typeof value === 'string' ? value : JSON.stringify(value)));
    return answer;
  };
}
