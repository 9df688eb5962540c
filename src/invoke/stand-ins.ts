/** Classes and functions of a program that are not here: what stands in for them when a reply is read, so that it can be shown. */
import { getBuiltin } from '../../templates/runtime/builtins.ts';
import type { Wire } from '../../templates/runtime/protocol.ts';
import { has, privates, share, sites } from '../../templates/runtime/registry.ts';

type Shown = new (...args: never[]) => object;

/** Makes everything that the wire names, under the names that the program gives it. */
export function standInFor(wire: unknown): void {
  if (typeof wire !== 'object' || wire === null) return;
  if (!Array.isArray(wire) && Object.keys(wire).length === 1 && '$' in wire) standInForToken(wire.$ as Wire);
  for (const part of Object.values(wire)) standInFor(part);
}

function standInForToken(token: Wire): void {
  if (typeof token === 'string' && token.startsWith('@')) standInForName(token.slice(1));
  if (!Array.isArray(token)) return;
  const [kind, second, , cls] = token;
  if (kind === 'named' && typeof second === 'string') standInForName(second);
  if (kind === 'site' && typeof second === 'string') standInForSite(second);
  if (typeof cls === 'string' && typeof kind === 'string') standInForClass(cls, kind, token[5]);
}

/** An object, a function or a class: nothing but its name is known. */
function standInForName(name: string): void {
  if (has(name)) return;
  const shown = named(name);
  share({ [name]: [() => shown] });
}

function standInForSite(site: string): void {
  sites({ [site]: () => [() => undefined, undefined, site.slice(site.lastIndexOf('#') + 1)] });
}

/** With as many levels of private fields as are sent; they are shown as `#1`, `#2` … */
function standInForClass(name: string, kind: string, fields: Wire | undefined): void {
  if (has(name)) return;
  let base = getBuiltin(kind).type as unknown as Shown;
  const levels = Array.isArray(fields) ? fields.toReversed() : [];
  const below = levels.slice(0, -1).map((values, index) => ({ id: `${name}~${index}`, values }));
  for (const { id, values } of [...below, { id: name, values: levels.at(-1) }]) {
    const cls = named(name, base);
    share({ [id]: [() => cls] });
    if (Array.isArray(values)) privates(id, cls, Object.fromEntries(values.map((_, index) => showField(index + 1))));
    base = cls;
  }
}

function named(name: string, base?: Shown): Shown {
  const short = name.slice(name.lastIndexOf('#') + 1);
  return base ? ({ [short]: class extends base {} }[short] as Shown) : ({ [short]: class {} }[short] as Shown);
}

function showField(index: number): [string, [(object: object) => unknown, (object: object, value: unknown) => void]] {
  const key = `#${index}`;
  return [key, [(object) => Reflect.get(object, key), (object, value) => void Reflect.set(object, key, value)]];
}
