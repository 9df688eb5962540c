/** Bytes from anywhere become values, or a `WireError`. */
import fc from 'fast-check';
import { commit, readChanges } from '../../templates/runtime/changes.ts';
import type { Extension } from '../../templates/runtime/codec.ts';
import { createDecoder, WireError } from '../../templates/runtime/codec.ts';
import type { Wire } from '../../templates/runtime/protocol.ts';
import { rich } from '../../templates/runtime/rich.ts';
import { type Fuzzer, fuzz } from './fuzzer.ts';
import { expectOnly, guarded } from './guard.ts';
import { anyWire, goodWire, mutated } from './wires.ts';
import { makeHolder, Point, Safe } from './world.ts';

function parse(text: string): Wire | undefined {
  try {
    return JSON.parse(text) as Wire;
  } catch {
    return undefined;
  }
}

function decode(text: string, extension: Extension | undefined, far = '[]', changes = '[]'): void {
  const wire = parse(text);
  if (wire === undefined) return;
  const known = [{}, [], new Map(), new Point(1), new Safe(), makeHolder(1)];
  const decoder = createDecoder({ extension, far: parse(far) as Wire[], known });
  decoder.decode(wire);
  readChanges(parse(changes) as [number, Wire][], decoder);
  commit(decoder);
}

const hostile = fc.record({ wire: mutated(anyWire), far: anyWire, changes: mutated(anyWire) });

export const decoding: Fuzzer[] = [
  fuzz('hostile values, far parts and changes', 300, hostile, ({ wire, far, changes }) =>
    guarded(() => expectOnly([WireError], () => decode(wire, rich(), far, changes))),
  ),
  fuzz('hostile values where only plain data is read', 150, hostile, ({ wire, far, changes }) =>
    guarded(() => expectOnly([WireError], () => decode(wire, undefined, far, changes))),
  ),
  fuzz('values of which parts are missing', 200, mutated(goodWire), (text) =>
    guarded(() => expectOnly([WireError], () => decode(text, rich()))),
  ),
];
