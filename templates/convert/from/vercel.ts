/** `export function GET(request)`, `export default { fetch }`, `export default (req, res) => …` */
import { callExpress, readCookies } from '../express.ts';
import { fromResponse, toRequest } from '../fetch.ts';
import {
  type Around,
  type HttpCall,
  type HttpResult,
  isRecord,
  type Module,
  type Run,
  type Settings,
} from '../form.ts';
import { readQuery, splitUrl } from '../headers.ts';
import { asHttp, readBody, readStatus } from '../meet.ts';
import { findExport, type Handler } from '../pick.ts';
import { openLater } from '../settle.ts';

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH'];

export function adapt(module: Module, { handler: name }: Settings): Run {
  const found = findExport(module, name);
  if (isRecord(found) && typeof found.fetch === 'function') {
    const { fetch } = found;
    return (call) => callWeb((request, context) => fetch.call(found, request, context), asHttp(call));
  }
  const byMethod = METHODS.filter((method) => typeof findExport(module, method) === 'function');
  if (byMethod.length > 0) return (call) => callMethod(module, asHttp(call), byMethod);
  if (typeof found !== 'function')
    throw new TypeError(`The handler exports no function ${name}, and none for a method`);
  const config = findExport(module, 'config');
  const isEdge = isRecord(config) && (config.runtime === 'edge' || config.runtime === 'experimental-edge');
  if (isEdge) return (call) => callWeb((request, context) => found(request, context), asHttp(call));
  return (call) => callNode(found, asHttp(call));
}

function callMethod(module: Module, call: HttpCall & Around, known: string[]): Promise<HttpResult> {
  const name = call.method === 'HEAD' && !known.includes('HEAD') ? 'GET' : call.method;
  const handler = findExport(module, name);
  if (typeof handler === 'function' && METHODS.includes(name))
    return callWeb((request, context) => handler(request, context), call);
  return Promise.resolve({
    kind: 'http',
    status: 405,
    headers: [['allow', known.join(', ')]],
    body: new Uint8Array(0),
  });
}

async function callWeb(
  handler: (request: Request, context: unknown) => unknown,
  call: HttpCall & Around,
): Promise<HttpResult> {
  const later = openLater(call.later);
  const result = await fromResponse(await handler(toRequest(call), { waitUntil: later.add }));
  await later.end();
  return result;
}

function callNode(handler: Handler, call: HttpCall & Around): Promise<HttpResult> {
  return callExpress(call, ({ req, res }) => {
    const query = readQuery(splitUrl(call.url).query);
    Object.assign(req, { query, cookies: readCookies(call), body: readBody(call) });
    const redirect = (first: number | string, second?: string) => {
      res.statusCode = typeof first === 'number' ? readStatus(first) : 307;
      res.setHeader('Location', typeof first === 'number' ? String(second) : first);
      return res.end();
    };
    Object.assign(res, { redirect });
    return handler(req, res);
  });
}
