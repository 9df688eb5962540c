/** Addresses of functions as `Request → Response`, where the same function is called with a key. */
import { answer, type Endpoint, refuse } from './answer-fetch.ts';
import type { Run } from './one-by-one.ts';
import { refuseReplaced } from './parsed-body.ts';
import { answerRoute, type WebAnswer } from './web.ts';

export interface WebEndpoint extends Endpoint {
  /** `GET /price/{id}` */
  routes: readonly string[];
  /** Somebody may have decoded a body as text before it came here, and encoded it again. */
  isDecoded?: true;
}

/** Who brings the key calls; everybody else asks for an address, or is refused. */
export async function answerWeb(run: Run, request: Request, endpoint: WebEndpoint): Promise<Response> {
  const isCall = refuse(request, endpoint.key) === undefined;
  const routed = isCall ? undefined : await route(run, request, endpoint);
  return routed ? toResponse(routed) : answer(run, request, endpoint);
}

function route(run: Run, request: Request, { routes, isDecoded }: WebEndpoint): Promise<WebAnswer | undefined> {
  const { method, headers, url } = request;
  const { pathname, search } = new URL(url);
  const asked = { method, target: pathname + search, headers: Object.fromEntries(headers) };
  return answerRoute(run, routes, asked, async () => {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return isDecoded ? refuseReplaced(bytes, headers.get('content-length')) : bytes;
  });
}

const WITHOUT_BODY = [204, 205, 304];

function toResponse({ status, headers, body }: WebAnswer): Response {
  return new Response(WITHOUT_BODY.includes(status) ? null : new Uint8Array(body), { status, headers });
}
