/** The symbols that both sides know: `Symbol.iterator`, `Symbol.for(key)`; and the text of a name. */
import { fail } from './decode.ts';
import { readPart } from './parts.ts';
import { read } from './registry.ts';

export function nameOfSymbol(value: symbol): string | undefined {
  const key = Symbol.keyFor(value);
  if (key !== undefined) return `Symbol.for(${key})`;
  const { description = '' } = value;
  return findSymbol(description) === value ? description : undefined;
}

/** `Symbol.iterator` and the like. */
function findSymbol(text: string): unknown {
  const name = /^Symbol\.(\w+)$/.exec(text)?.[1] ?? '';
  const value: unknown = Object.getOwnPropertyDescriptor(Symbol, name)?.value;
  return typeof value === 'symbol' ? value : undefined;
}

export function readAtom(text: string): unknown {
  if (text.startsWith('@')) return readPart(text.slice(1)) ?? read(text.slice(1));
  if (text.startsWith('Symbol.for(')) return Symbol.for(text.slice(11, -1));
  return findSymbol(text) ?? fail(text);
}
