import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commit, readChanges } from '../../templates/runtime/changes.ts';
import { createDecoder, createEncoder, WireError } from '../../templates/runtime/codec.ts';
import type { Wire } from '../../templates/runtime/protocol.ts';
import { privates, restoring, share } from '../../templates/runtime/registry.ts';
import { rich } from '../../templates/runtime/rich.ts';

class Safe {
  #secret = restoring() ? 0 : 1;
  static {
    privates('h#Safe', this, {
      '#secret': [
        (o: Safe) => o.#secret,
        (o: Safe, v: number) => {
          o.#secret = v;
        },
      ],
    });
  }
  constructor() {
    if (!restoring()) throw new Error('constructor was run');
  }
}
class Open {
  a = 1;
}
class OwnMap extends Map {}
const named = { a: 1 };
share({
  'h#Safe': [() => Safe],
  'h#Open': [() => Open],
  'h#OwnMap': [() => OwnMap],
  'h#named': [() => named],
  'h#five': [() => 5],
  'h#late': [
    () => {
      throw new ReferenceError('not yet');
    },
  ],
});

function decode(wire: unknown, far?: unknown[]): unknown {
  return createDecoder({ extension: rich(), far: far as Wire[] }).decode(wire as Wire);
}

const BAD: [wire: unknown, far?: unknown[]][] = [
  [{ $: 0 }],
  [[{ $: 5 }]],
  [[{ $: -1 }]],
  [[{ $: 0.5 }]],
  [{ $: null }],
  [{ $: true }],
  [{ $: {} }],
  [{ $: 'nothing' }],
  [{ $: 'toString' }],
  [{ $: '__proto__' }],
  [{ $: '' }],
  [{ $: 'n' }],
  [{ $: '1.5n' }],
  [{ $: 'hole' }],
  [{ a: { $: 'hole' } }],
  [{ $: 'u', a: 1 }],
  [{ $: [] }],
  [{ $: ['constructor'] }],
  [{ $: ['__proto__', [], 0] }],
  [{ $: ['toString'] }],
  [{ $: ['Nothing', []] }],
  [{ $: ['object'] }],
  [{ $: ['object', 1] }],
  [{ $: ['far', 0] }],
  [{ $: ['far', -1] }, [1]],
  [{ $: ['far', 'length'] }, [[]]],
  [{ $: ['far', '__proto__'] }, [[]]],
  [[{ $: ['far', 0] }, { $: ['far', 0] }], [[]]],
  [{ $: ['far', 0] }, [{ $: ['far', 0] }]],
  [{ $: ['far', 0] }, [5]],
  [{ $: ['far', 0] }, [{ $: 0 }]],
  [{ $: ['Array', [-1]] }],
  [{ $: ['Array', [4294967296]] }],
  [{ $: ['Array', ['a']] }],
  [{ $: ['Map', 5] }],
  [{ $: ['Map', {}] }],
  [{ $: ['Map', [1]] }],
  [{ $: ['RegExp', ['(', '']] }],
  [{ $: ['RegExp', ['a', 'zz', 0]] }],
  [{ $: ['Uint8Array', [4_000_000_000]] }],
  [{ $: ['Uint8Array', [[1, 2, 3], 0, 3]] }],
  [{ $: ['Uint8Array', [{ $: ['ArrayBuffer', ['AAAA']] }, 0, 1e9]] }],
  [{ $: ['Uint32Array', [{ $: ['ArrayBuffer', ['AAAA']] }, 1, 1]] }],
  [{ $: ['Uint8Array', [{ $: ['Uint8Array', []] }, 0, 1]] }],
  [{ $: ['Uint8Array', [{ $: 0 }, 0, 1]] }],
  [{ $: ['ArrayBuffer', [1e9]] }],
  [{ $: ['DataView', [{}, 0, 1]] }],
  [{ $: ['Buffer', [1e9]] }],
  [{ $: ['URL', ['not a url']] }],
  [{ $: ['Number', ['1']] }],
  [{ $: ['Symbol', ['1']] }],
  [{ $: ['Object', 0, 5] }],
  [{ $: ['Object', 0, [5]] }],
  [{ $: ['Object', 0, [[{ $: 'u' }, 1]]] }],
  [
    {
      $: [
        'Object',
        0,
        [
          ['a', 1, 7],
          ['a', 1, 0],
          ['a', 2, 0],
        ],
      ],
    },
  ],
  [{ $: ['Object', 0, [['a', 1, 7, 2]]] }],
  [{ $: ['Object', 0, 0, 'h#nothing'] }],
  [{ $: ['Object', 0, 0, 'h#five'] }],
  [{ $: ['Object', 0, 0, 'constructor'] }],
  [{ $: ['Object', 0, 0, 5] }],
  [{ $: ['Object', 0, 0, {}] }],
  [{ $: ['Object', 0, 0, 'h#late'] }],
  [{ $: ['Object', 0, 0, 'h#OwnMap'] }],
  [{ $: ['Map', 0, 0, 'h#Open'] }],
  [{ $: ['Map', 0, 0, null] }],
  [{ $: ['Object', 0, 0, 'h#Safe'] }],
  [{ $: ['Object', 0, 0, 'h#Safe', 0, [5]] }],
  [{ $: '@h#nothing' }],
  [{ $: '@h#late' }],
  [{ $: '@' }],
  [{ $: '@__proto__' }],
  [{ $: ['named', 'h#nothing', {}] }],
  [{ $: ['named', 'h#five', {}] }],
  [{ $: ['named', 'h#named', 5] }],
  [{ $: ['named', 'h#named'] }],
  [{ $: ['site', 'nothing', []] }],
  [{ $: 'Symbol.prototype' }],
  [{ $: 'Symbol.for' }],
];

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

/** JSON that looks like ours. */
const token = fc.oneof(
  fc.constantFrom(...BAD.map(([wire]) => wire)),
  fc.constantFrom('u', 'Map', 'Set', 'Array', 'Object', 'Uint8Array', 'ArrayBuffer', 'far', 'named', 'site', 'object'),
  fc.constantFrom(
    'h#Safe',
    'h#Open',
    'h#named',
    '@h#named',
    '__proto__',
    'constructor',
    'Error',
    'Date',
    'RegExp',
    'URL',
  ),
  fc.constantFrom('Buffer', 'Number', 'String', 'Symbol.iterator', 'hole', '-0', 'AAAA'),
  fc.integer({ min: -1, max: 9 }),
  fc.constantFrom(null, true, 1e10, ''),
);
const { wire: hostile } = fc.letrec((tie) => ({
  wire: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    token,
    fc.array(tie('wire'), { maxLength: 4 }),
    fc.array(tie('wire'), { maxLength: 6 }).map(($) => ({ $ })),
    token.chain((tag) => fc.array(tie('wire'), { maxLength: 5 }).map((rest) => ({ $: [tag, ...rest] }))),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor', '$'), tie('wire'), { maxKeys: 3 }),
  ),
}));

test('random wires do no harm', () => {
  const before = describePrototypes();
  fc.assert(
    fc.property(hostile, fc.array(hostile, { maxLength: 3 }), (wire, far) => {
      const message = JSON.parse(JSON.stringify({ wire, far }));
      const decoder = createDecoder({ extension: rich(), far: message.far, known: [{}, [], new Map(), new Safe2()] });
      expectOnlyWireErrors(() => {
        decoder.decode(message.wire);
        readChanges(
          [
            [0, message.wire],
            [1, message.wire],
            [2, message.wire],
            [3, message.wire],
          ],
          decoder,
        );
        commit(decoder);
      });
    }),
    { numRuns: 3000 },
  );
  expect(describePrototypes()).toBe(before);
});

test('mutated messages do no harm', () => {
  const before = describePrototypes();
  const value = [new Map<unknown, unknown>([['a', { b: [1, undefined] }]]), new Date(0), /a/g, new Uint8Array([1, 2])];
  value.push(new Map([[value, Object.freeze({ $: 1 })]]), Object.assign(new Error('x'), { stack: '' }) as never);
  const text = JSON.stringify(createEncoder({ extension: rich() }).encode(value, 'v'));
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.nat(8), fc.string({ maxLength: 3 }), (at, length, insert) => {
      const mutated = text.slice(0, at) + insert + text.slice(at + length);
      let wire: Wire;
      try {
        wire = JSON.parse(mutated);
      } catch {
        return;
      }
      expectOnlyWireErrors(() => createDecoder({ extension: rich() }).decode(wire));
    }),
    { numRuns: 5000 },
  );
  expect(describePrototypes()).toBe(before);
});

class Safe2 {}

function expectOnlyWireErrors(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
}

/** All that could be changed of what every program shares. */
function describePrototypes(): string {
  const classes = [Object, Array, Map, Set, Date, RegExp, Error, Function, Symbol, Safe, Open, OwnMap];
  return classes
    .flatMap((cls) => [cls, cls.prototype])
    .map((object) => [
      Object.isExtensible(object),
      ...Reflect.ownKeys(object).map(String),
      typeof Object.getPrototypeOf(object),
    ])
    .join('|');
}
