import { describe, expect, test } from 'vitest';
import { createDecoder, WireError } from '../../templates/runtime/codec.ts';
import type { Wire } from '../../templates/runtime/protocol.ts';
import { rich } from '../../templates/runtime/rich.ts';
import '../fuzz/world.ts';
import { BAD } from './bad-wires.ts';

function decode(wire: unknown, far?: unknown[]): unknown {
  return createDecoder({ extension: rich(), far: far as Wire[] }).decode(wire as Wire);
}

describe('bad bytes are refused with a clear error', () => {
  test.each(BAD)('%j', (wire, far) => {
    expect(() => decode(JSON.parse(JSON.stringify(wire)), far)).toThrow(WireError);
  });

  test('nested too deep without the far list', () => {
    expect(() => decode(JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`))).toThrow(WireError);
    expect(() => decode(JSON.parse(`${'{"$":["Set",['.repeat(5000)}${']]}'.repeat(5000)}`))).toThrow(WireError);
    const inner = '{"$":["Uint8Array",['.repeat(5000) + ']]}'.repeat(5000);
    expect(() => decode(JSON.parse(inner))).toThrow(WireError);
  });

  test('an array may be long without taking memory', () => {
    const value = decode({ $: ['Array', [4_000_000_000]] }) as unknown[];
    expect([value.length, Object.keys(value)]).toEqual([4_000_000_000, []]);
  });

  test('keys that look dangerous are ordinary own properties', () => {
    const text = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const plain = decode(JSON.parse(text)) as object;
    const [strange] = [decode(JSON.parse(`{"$":["Object",0,${text},null]}`)) as object];
    for (const value of [plain, strange]) {
      expect(Reflect.ownKeys(value)).toEqual(['__proto__', 'constructor']);
      expect('polluted' in value).toBe(false);
    }
    expect('polluted' in {}).toBe(false);
  });
});
