import { builtinModules } from 'node:module';
import { describe, expect, it } from 'vitest';
import type { ApiFacts } from '../../src/1-analyze/outside/api-facts.ts';
import {
  builtinEffects,
  globalEffects,
  isBuiltinModule,
  methodEffects,
  mutatingMethods,
} from '../../src/1-analyze/outside/builtins.ts';

function kinds(facts: ApiFacts | undefined): string {
  return facts === undefined ? 'unknown' : facts.effects.map((effect) => effect.kind).join(' ');
}

describe('modules', () => {
  it.each([
    ['node:path', ['join'], 'platform'],
    ['node:path', ['posix', 'join'], ''],
    ['path/posix', ['resolve'], 'cwd'],
    ['fs', ['default', 'readFileSync'], 'files'],
    ['fs', ['promises', 'readFile'], 'files'],
    ['fs', ['constants', 'R_OK'], 'platform'],
    ['crypto', ['createHash'], ''],
    ['crypto', ['Hash', 'update'], ''],
    ['crypto', ['randomUUID'], 'random'],
    ['child_process', ['spawn'], 'process'],
    ['http', ['get'], 'net'],
    ['http', ['createServer'], 'process net'],
    ['readline/promises', ['createInterface'], 'input output'],
    ['process', ['cwd'], 'cwd'],
    ['console', ['log'], 'output'],
    ['perf_hooks', ['performance', 'now'], 'time'],
    ['node:sqlite', ['x'], 'process'],
  ])('%s %j → %s', (name, path, expected) => {
    expect(kinds(builtinEffects(name, path))).toBe(expected);
  });
  it('are all known, or taken for the worst', () => {
    for (const name of builtinModules) {
      if (name.startsWith('_')) continue;
      expect(() => builtinEffects(name, ['anything'])).not.toThrow();
      expect(isBuiltinModule(`node:${name}`)).toBe(true);
    }
    expect(builtinEffects('node:sqlite', ['x']).known).toBe(false);
  });
});

describe('globals', () => {
  it.each([
    [['Math', 'random'], 'random'],
    [['Math', 'max'], ''],
    [['console', 'table'], 'output'],
    [['process', 'env', 'HOME'], 'env'],
    [['globalThis', 'setTimeout'], 'timers'],
    [['process', 'stdout', 'write'], 'output'],
    [['process', 'exit'], 'exit'],
    [['process', 'on'], 'process'],
    [['performance', 'now'], 'time'],
    [['Object', 'somethingNew'], 'unknown'],
    [['document'], 'unknown'],
    [['JSON', 'parse'], ''],
  ])('%j → %s', (path, expected) => {
    expect(kinds(globalEffects(path))).toBe(expected);
  });
  it('tell `new Date()` from `new Date(0)`', () => {
    expect(kinds(globalEffects(['Date'], 0))).toBe('dates time zone locale');
    expect(kinds(globalEffects(['Date'], 1))).toBe('dates zone');
    expect(kinds(globalEffects(['Date']))).toBe('dates time zone locale');
  });
  it('know every static function of the language that exists here', () => {
    const types = {
      Object,
      Array,
      Number,
      String,
      BigInt,
      Symbol,
      Math,
      JSON,
      Reflect,
      Promise,
      Map,
      Date,
      ArrayBuffer,
    };
    const more = { Uint8Array, Float64Array, Int8Array, Atomics, URL, RegExp, Error };
    const unknown = Object.entries({ ...types, ...more }).flatMap(([name, type]) =>
      Object.getOwnPropertyNames(type)
        .filter(
          (key) => key !== 'prototype' && typeof Reflect.get(type, key) === 'function' && !globalEffects([name, key]),
        )
        .map((key) => `${name}.${key}`),
    );
    expect(unknown).toEqual([]);
  });
  it('say which argument changes', () => {
    expect(globalEffects(['Object', 'assign'])?.changes).toEqual([0]);
    expect(globalEffects(['structuredClone'])?.returns).toBe('deep');
    expect(globalEffects(['Array', 'from'])?.callsBack).toBe('now');
  });
});

describe('methods', () => {
  it('say whether they change, return and call back', () => {
    expect(methodEffects('Array', 'sort')).toMatchObject({
      changesReceiver: true,
      callsBack: 'now',
      returns: 'receiver',
    });
    expect(methodEffects('Array', 'map')).toMatchObject({ changesReceiver: false, callsBack: 'now', returns: 'fresh' });
    expect(methodEffects('Map', 'get')).toMatchObject({ changesReceiver: false, returns: 'other' });
    expect(methodEffects('Float64Array', 'fill')?.changesReceiver).toBe(true);
    expect(methodEffects('Array', 'hasOwnProperty')?.changesReceiver).toBe(false);
    expect(methodEffects('Array', 'ownInvention')).toBeUndefined();
    expect(methodEffects('Generator', 'next')?.changesReceiver).toBe(true);
    expect(globalEffects(['Array', 'prototype', 'push'])?.changesReceiver).toBe(true);
  });
  it('know every method of the language that exists here', () => {
    const types = {
      Array,
      Map,
      Set,
      WeakMap,
      WeakSet,
      Date,
      RegExp,
      DataView,
      URLSearchParams,
      Promise,
      String,
      Uint8Array,
    };
    const unknown = Object.entries(types).flatMap(([name, type]) =>
      Object.getOwnPropertyNames(type.prototype)
        .filter((key) => key !== 'constructor' && !isAccessor(type.prototype, key))
        .filter((key) => typeof Reflect.get(type.prototype, key) === 'function' && !methodEffects(name, key))
        .map((key) => `${name}.${key}`),
    );
    expect(unknown).toEqual([]);
  });
  it('are listed by type when they change their receiver', () => {
    expect([...(mutatingMethods.get('Array') ?? [])].sort()).toEqual([
      'copyWithin',
      'fill',
      'pop',
      'push',
      'reverse',
      'shift',
      'sort',
      'splice',
      'unshift',
    ]);
    expect(mutatingMethods.get('Uint8Array')?.has('set')).toBe(true);
  });
});

function isAccessor(object: object, key: string): boolean {
  return Object.getOwnPropertyDescriptor(object, key)?.get !== undefined;
}
