/** Whose key a request has. */
import { type Caller, findHolder, type Keys } from '../control/authorization.ts';
import { type Asked, type KeyPlace, Refused } from './convention.ts';

/** Undefined where everybody may call. */
export function findCaller(keys: Keys | undefined, places: readonly KeyPlace[], asked: Asked): Caller | undefined {
  if (!keys) return undefined;
  const given = places.map((place) => readKey(place, asked)).find((one) => one !== undefined);
  if (!given) throw new Refused('no-key', 'A key is needed.');
  const caller = findHolder(keys, given);
  if (caller) return caller;
  throw new Refused('wrong-key', 'This key is not known here.');
}

function readKey(place: KeyPlace, { headers, query }: Asked): { id?: string; secret: string } | undefined {
  if (place === 'basic') return readBasic(headers.authorization);
  const text =
    place === 'bearer'
      ? /^bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1]
      : 'header' in place
        ? headers[place.header]
        : query.get(place.query);
  return typeof text === 'string' ? { secret: text.trim() } : undefined;
}

/** `Basic base64(id:secret)` */
export function readBasic(authorization = ''): { id: string; secret: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return { id: text.slice(0, Math.max(0, colon)), secret: text.slice(colon + 1) };
}
