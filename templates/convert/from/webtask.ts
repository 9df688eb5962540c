/** `module.exports = (callback) => …`, `(context, callback) => …`, `(context, req, res) => …`: told apart by their parameters */
import { decode } from '../bytes.ts';
import { failing, openExpress } from '../express.ts';
import { type Around, type HttpCall, isNamed, type Module, type Result, type Run, type Settings } from '../form.ts';
import { joinHeaders, readQuery, splitUrl } from '../headers.ts';
import { asHttp, jsonAnswer, readBody } from '../meet.ts';
import { getFunction, type Handler } from '../pick.ts';

export function adapt(module: Module, settings: Settings): Run {
  const handler = getFunction(module, settings.handler);
  return async (given) => {
    const call = asHttp(given);
    const context = makeContext(call, settings);
    if (handler.length < 3) return callBack(handler, context);
    const { req, res, answer } = openExpress(call);
    return Promise.race([answer, failing(() => handler(context, req, res))]);
  };
}

function callBack(handler: Handler, context: unknown): Promise<Result> {
  return new Promise((resolve, reject) => {
    const callback = (error: unknown, value: unknown) =>
      error ? reject(error) : resolve(jsonAnswer(200, value || {}));
    Promise.resolve()
      .then(() => (handler.length === 2 ? handler(context, callback) : handler(callback)))
      .catch(reject);
  });
}

function makeContext(call: HttpCall & Around, { name }: Settings) {
  const query = readQuery(splitUrl(call.url).query);
  const body = readBody(call);
  const secrets = { ...process.env };
  const named = isNamed(body) ? body : {};
  return {
    ...{ data: { ...named, ...query }, query, body, body_raw: decode(call.body), headers: joinHeaders(call.headers) },
    ...{ secrets, meta: {}, params: {}, id: call.id, container: name, token: undefined, storage: makeStorage() },
  };
}

/** There is none: the handler is told so where it asks. */
function makeStorage() {
  const fail = (callback: unknown) => {
    const error = new Error('context.storage belongs to Webtask: there is none here');
    if (typeof callback === 'function') callback(error);
    else throw error;
  };
  return { get: (callback: unknown) => fail(callback), set: (_data: unknown, ...rest: unknown[]) => fail(rest.at(-1)) };
}
