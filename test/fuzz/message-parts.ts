/** What hostile requests and replies are put together from. */
import fc from 'fast-check';
import { anyWire, record } from './wires.ts';

/** A message of such fields, some of them as they should be, some not. */
export function messageOf(fields: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<string> {
  const entries = Object.entries(fields).map(([name, value]) =>
    fc
      .option(fc.oneof({ weight: 4, arbitrary: value }, { weight: 1, arbitrary: anyWire }), { nil: undefined })
      .map((text) => [name, text] as const),
  );
  return fc
    .tuple(...entries)
    .map((all) => record(all.filter((entry): entry is [string, string] => entry[1] !== undefined)));
}

export function listOf(item: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.array(item, { maxLength: 3 }).map((items) => `[${items.join(',')}]`);
}

export function textsOf(...texts: unknown[]): fc.Arbitrary<string> {
  return fc.constantFrom(...texts.map((text) => JSON.stringify(text)));
}

export function recordOf(names: string[], value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 3 }).map(record);
}

/** Names that a message may give values for. */
export const IDS = ['w#counter', 'w#named', 'w#five', 'w#none', '__proto__', 'constructor'];

/** Null for what is no JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
