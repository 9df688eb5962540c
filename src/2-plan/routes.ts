/** `GET /price/{id}`: the address of a function. */

export interface Address {
  method: string;
  path: string;
  /** Those of the path, in order. */
  names: string[];
}

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const WITH_BODY = new Set(['DELETE', 'PATCH', 'POST', 'PUT']);
const SEGMENT = /^[\w.~-]+$/;
const PARAMETER = /^\{([A-Za-z_$][\w$]*)\}$/;

export function parseRoute(text: string): Address | { problem: string } {
  const [, method = '', path = ''] = /^(\S+) +(\S+)$/.exec(text.trim()) ?? [];
  if (method === '') return { problem: 'it has to be a method, a space and a path' };
  if (!METHODS.includes(method)) return { problem: `${method} is none of ${METHODS.join(', ')}` };
  if (!path.startsWith('/')) return { problem: `the path ${path} does not begin with /` };
  const segments = path === '/' ? [] : path.slice(1).split('/');
  const names = segments.flatMap((segment) => PARAMETER.exec(segment)?.[1] ?? []);
  const bad = segments.find((segment) => !SEGMENT.test(segment) && !PARAMETER.test(segment));
  if (bad === '') return { problem: 'the path has an empty part' };
  if (bad !== undefined) {
    return { problem: `${bad} is neither a word of letters, digits and -._~ nor the name of a parameter, like {id}` };
  }
  const twice = names.find((name, index) => names.indexOf(name) < index);
  return twice === undefined ? { method, path, names } : { problem: `{${twice}} is there twice` };
}

export function hasBody({ method }: Address): boolean {
  return WITH_BODY.has(method);
}

/** Two functions of the same form would get the same requests: `GET /price/{}`. */
export function formOf({ method, path }: Address): string {
  return `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
}

/** `GET /price/{id}` stands for `GET /price/best`, too. */
export function standsFor(wide: string, key: string): boolean {
  const [parts, wideParts] = [key.split('/'), wide.split('/')];
  if (key === wide || parts.length !== wideParts.length) return false;
  return wideParts.every((part, index) => part.startsWith('{') || part === parts[index]);
}
