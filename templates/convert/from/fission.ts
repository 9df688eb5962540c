/** `module.exports = async (context) => ({ status, body, headers })`, or `(context, callback) => callback(status, body, headers)` */
import { openExpress } from '../express.ts';
import { isRecord, type Module, type Run, type Settings } from '../form.ts';
import { asHttp, readStatus } from '../meet.ts';
import { getFunction } from '../pick.ts';

export function adapt(module: Module, settings: Settings): Run {
  const handler = getFunction(module, settings.handler);
  return async (call) => {
    const { req, res, answer } = openExpress(asHttp(call));
    const send = (status: unknown, body: unknown, headers: unknown) => {
      if (isRecord(headers)) for (const [name, value] of Object.entries(headers)) res.set(name, toHeader(value));
      res.status(readStatus(status)).send(body);
    };
    const context = { request: req, response: res };
    if (handler.length >= 2) {
      handler(context, send);
      return answer;
    }
    const given: unknown = await handler(context);
    if (res.headersSent) return answer;
    if (!isRecord(given)) throw new TypeError('The handler has given no { status, body, headers }');
    send(given.status, given.body, given.headers);
    return answer;
  };
}

function toHeader(value: unknown): string | string[] {
  return Array.isArray(value) ? value.map(String) : String(value);
}
