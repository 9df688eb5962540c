/** Headers and queries between the forms that conventions have for them. */
import type { Pairs } from './form.ts';
import { isRecord } from './form.ts';

export type Fields = Record<string, string>;

/** The first of that name, in lower case. */
export function findHeader(headers: Pairs, name: string): string | undefined {
  return headers.find(([key]) => key === name)?.[1];
}

/** Of what handlers write: `{ 'X-A': 1, 'Set-Cookie': ['a=1', 'b=2'] }`, `Headers`, a list of pairs. */
export function readHeaders(given: unknown): Pairs {
  if (given === undefined || given === null) return [];
  if (given instanceof Headers) return [...given.entries()];
  const entries: unknown[] = Array.isArray(given) ? given : isRecord(given) ? Object.entries(given) : [];
  return entries.flatMap((entry): Pairs => {
    if (!Array.isArray(entry)) return [];
    const [name, value]: unknown[] = entry;
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values
      .filter((one) => one !== undefined && one !== null)
      .map((one) => [String(name).toLowerCase(), String(one)]);
  });
}

/** As Node and the gateways show headers: those with one name in one string. */
export function joinHeaders(headers: Pairs): Fields {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`);
  }
  return Object.fromEntries(joined);
}

export function groupHeaders(headers: Pairs): Record<string, string[]> {
  const grouped = new Map<string, string[]>();
  for (const [name, value] of headers) grouped.set(name, [...(grouped.get(name) ?? []), value]);
  return Object.fromEntries(grouped);
}

/** One value as text, several as a list: what can be set on a response. */
export function foldHeaders(headers: Pairs): Record<string, string | string[]> {
  const folded = new Map<string, string | string[]>();
  for (const [name, values] of Object.entries(groupHeaders(headers))) {
    folded.set(name, name === 'set-cookie' || values.length > 1 ? values : (values[0] ?? ''));
  }
  return Object.fromEntries(folded);
}

export function hasHeader(headers: Pairs, name: string): boolean {
  return headers.some(([key]) => key === name);
}

/** With this type, unless there is one. */
export function withType(headers: Pairs, type: string): Pairs {
  return hasHeader(headers, 'content-type') ? headers : [...headers, ['content-type', type]];
}

export function splitUrl(url: string): { path: string; query: string } {
  const at = url.indexOf('?');
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) };
}

/** `a=1&b=2&b=3` → `{ a: '1', b: ['2', '3'] }` */
export function readQuery(query: string): Record<string, string | string[]> {
  const found = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = found.get(name);
    found.set(name, before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]);
  }
  return Object.fromEntries(found);
}

/** The reverse; of what gateways give, where values may be lists. */
export function writeQuery(fields: unknown): string {
  const params = new URLSearchParams();
  for (const [name, value] of isRecord(fields) ? Object.entries(fields) : []) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    for (const one of values) if (one !== undefined && one !== null) params.append(name, String(one));
  }
  return params.toString();
}

export function joinUrl(path: string, query: string): string {
  const from = path.startsWith('/') ? path : `/${path}`;
  return query === '' ? from : `${from}?${query}`;
}

/** The media type alone, in lower case. */
export function readType(headers: Pairs): string {
  return (findHeader(headers, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

export function isJsonType(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json');
}

/** Whose bytes are text. */
export function isTextType(type: string): boolean {
  return (
    type.startsWith('text/') ||
    isJsonType(type) ||
    /^application\/(javascript|xml|x-www-form-urlencoded|graphql|x-ndjson)$/.test(type) ||
    type.endsWith('+xml')
  );
}
