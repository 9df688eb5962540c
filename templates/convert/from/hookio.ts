/** `module['exports'] = function (hook, res, callback) { hook.res.end(…) }` */
import { failing, openExpress } from '../express.ts';
import type { Result } from '../form.ts';
import { isNamed, type Module, type Run, type Settings } from '../form.ts';
import { readQuery, splitUrl } from '../headers.ts';
import { asHttp, jsonAnswer, readBody } from '../meet.ts';
import { getFunction } from '../pick.ts';
import { openSettling } from '../settle.ts';

export function adapt(module: Module, settings: Settings): Run {
  const handler = getFunction(module, settings.handler);
  return async (given) => {
    const call = asHttp(given);
    const { req, res, answer } = openExpress(call);
    const body = readBody(call);
    const named = isNamed(body) ? body : {};
    const params = { ...readQuery(splitUrl(call.url).query), ...named };
    const settling = openSettling<Result>();
    const callback = (error: unknown, value: unknown) =>
      error ? settling.fail(error) : settling.succeed(jsonAnswer(200, value));
    const env = { ...process.env };
    Object.assign(req, { params, env });
    const hook = { req, res, params, env, input: req, output: res, streaming: false, debug: console.log };
    return Promise.race([answer, settling.done, failing(() => handler(hook, res, callback))]);
  };
}
