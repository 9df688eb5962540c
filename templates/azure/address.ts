/** Addresses of functions as Azure has them: below `/api`, where nothing else is said in host.json. */
import type { UnitHandler } from '../runtime/respond.ts';
import { answerRoute, toJson } from '../runtime/web.ts';

/** `GET /price/{id}` */
export function toRoute(key: string): { methods: string[]; route: string } {
  const [method = '', path = ''] = key.split(' ');
  return { methods: [method], route: path.slice(1) };
}

export async function answerAddress(handler: UnitHandler, routes: readonly string[], request: Request) {
  const { method, url, headers: told } = request;
  const { pathname, search } = new URL(url);
  const asked = { method, target: pathname.replace(/^\/api(?=\/|$)/, '') + search, headers: Object.fromEntries(told) };
  const readBody = async () => new Uint8Array(await request.arrayBuffer());
  const answer = (await answerRoute(handler, routes, asked, readBody)) ?? toJson(404, { message: 'Not Found' });
  const { status, headers, body } = answer;
  const isCookie = ([name]: [string, string]) => name.toLowerCase() === 'set-cookie';
  const cookies = headers.filter(isCookie).map(([, line]) => toCookie(line));
  return { status, headers: headers.filter((one) => !isCookie(one)), cookies, body };
}

const WORDS: Record<string, string> = { 'max-age': 'maxAge', httponly: 'httpOnly', samesite: 'sameSite' };

/** `a=1; Path=/; HttpOnly`, as Azure wants it: lines would become one, which is none. */
function toCookie(line: string): Record<string, unknown> {
  const [first = '', ...attributes] = line.split(/; */);
  const cut = first.indexOf('=');
  const cookie: Record<string, unknown> = { name: first.slice(0, cut), value: first.slice(cut + 1) };
  for (const attribute of attributes) {
    const [, word = '', value] = /^([^=]*)(?:=(.*))?$/.exec(attribute) ?? [];
    const name = word.toLowerCase();
    if (name === 'expires' && value !== undefined) cookie.expires = new Date(value);
    else cookie[WORDS[name] ?? name] = name === 'max-age' ? Number(value) : (value ?? true);
  }
  return cookie;
}
