import { describe, expect, it } from 'vitest';
import { plan } from '../../src/2-plan/plan.ts';
import { nameUnits } from '../../src/2-plan/unit-names.ts';
import type { Analysis, FunctionFacts, Settings, Shape } from '../../src/types.ts';
import {
  at,
  buildAnalysis,
  buildCall,
  buildClass,
  buildFunction,
  buildMethod,
  buildModule,
  buildParameter,
  buildStatement,
  buildVariable,
  defaults,
  primitive,
} from './build.ts';

function group(functions: FunctionFacts[], settings: Partial<Settings> = {}) {
  const classes = [buildClass('m#Cart')];
  const { units } = plan(buildAnalysis({ functions, classes }), { ...defaults, ...settings });
  return Object.fromEntries(units.map((unit) => [unit.name, unit.functions]));
}

function planUnit(parts: Partial<Analysis>) {
  const result = plan(buildAnalysis(parts), { ...defaults, calls: 'blocking' });
  const [unit] = result.units;
  const [cut] = result.cuts;
  const [module] = result.modules;
  if (!unit || !cut || !module) throw new Error('nothing moved');
  return { unit, cut, shares: module.shares };
}

const list: Shape = { kind: 'array', of: primitive };
const any: Shape = { kind: 'any' };

describe('units', () => {
  const functions = [buildFunction('m#f'), buildMethod('m#Cart.add'), buildMethod('m#Cart.total')];

  it('hold a function each, or the methods of a class', () => {
    expect(group(functions)).toEqual({ 'm-f': ['m#f'], 'm-cart': ['m#Cart.add', 'm#Cart.total'] });
  });

  it('hold a module each with --depth shallow', () => {
    expect(group(functions, { depth: 'shallow' })).toEqual({ m: ['m#Cart.add', 'm#Cart.total', 'm#f'] });
  });

  it('are split where functions want other resources', () => {
    const annotation = { at, off: false, settings: { memory: '1GB', timeout: '500ms' } };
    const own = buildMethod('m#Cart.big', { annotation });
    const analysis = buildAnalysis({ functions: [...functions, own], classes: [buildClass('m#Cart')] });
    const { units } = plan(analysis, { ...defaults, select: { kind: 'all' } });
    expect(units.map((unit) => [unit.name, unit.settings])).toEqual([
      ['m-cart', { memory: 256, timeout: 30 }],
      ['m-cart-big', { memory: 1024, timeout: 0.5 }],
      ['m-f', { memory: 256, timeout: 30 }],
    ]);
  });

  it('call each other, and themselves, with --nested remote, and name what any of them takes', () => {
    const shop = buildVariable('m#shop', { hasIdentity: true, shape: any });
    const parts = { touches: ['m#shop'], returns: any };
    const all = [
      buildFunction('m#leaf', parts),
      buildFunction('m#f', {
        calls: [buildCall('m#leaf', 10, { caller: 'm#f' }), buildCall('m#f', 20, { caller: 'm#f' })],
      }),
    ];
    const analysis = buildAnalysis({ functions: all, variables: [shop] });
    const nestedOf = (nested: Settings['nested']) =>
      plan(analysis, { ...defaults, nested }).units.map((unit) => [unit.name, unit.nested, unit.variables]);
    expect(nestedOf('local')).toEqual([
      ['m-f', [], []],
      ['m-leaf', [], ['m#shop']],
    ]);
    expect(nestedOf('remote')).toEqual([
      ['m-f', ['m#f', 'm#leaf'], ['m#shop']],
      ['m-leaf', [], ['m#shop']],
    ]);
  });

  it('have readable names: unique, short, of small letters and digits', () => {
    const long = `lib/${'deep/'.repeat(20)}cart#Cart`;
    const names = nameUnits(['lib/Cart#addItem', 'a/b#c', 'a#b-c', '#ü', long]);
    expect([...names.values()]).toEqual([
      'lib-cart-add-item',
      expect.stringMatching(/^a-b-c-[0-9a-f]{6}$/),
      expect.stringMatching(/^a-b-c-[0-9a-f]{6}$/),
      expect.stringMatching(/^unit-[0-9a-f]{6}$/),
      expect.stringMatching(/^[a-z0-9-]{1,60}$/),
    ]);
    expect(new Set(names.values()).size).toBe(5);
  });

  it('report annotations that nobody understands', () => {
    const annotation = { at, off: false, settings: { memori: '1', timeout: 'soon' } };
    const { problems } = plan(buildAnalysis({ functions: [buildFunction('m#f', { annotation })] }), defaults);
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([
      ['annotation-key', 'error'],
      ['annotation-value', 'error'],
    ]);
  });
});

describe('features', () => {
  const features = (fn: Partial<FunctionFacts>) => planUnit({ functions: [buildFunction('m#f', fn)] }).unit.features;

  it('are none for plain data', () => {
    const plain = { params: [buildParameter('values', list)], returns: primitive };
    expect(features(plain)).toEqual({
      rich: false,
      tables: false,
      output: false,
      restore: false,
      weak: false,
      generators: false,
      surroundings: false,
      zone: false,
      platform: false,
      exit: false,
      late: false,
      texts: false,
      lent: false,
      signals: false,
    });
  });

  it('are those that something needs', () => {
    expect(features({ returns: { kind: 'builtin', name: 'Map', of: [primitive, primitive] } }).rich).toBe(true);
    expect(features({ params: [buildParameter('x', any)] }).rich).toBe(true);
    const table: Shape = {
      kind: 'array',
      of: { kind: 'union', of: [primitive, { kind: 'object', fields: { list } }] },
    };
    expect(features({ returns: table })).toMatchObject({ rich: false, tables: true });
    expect(features({ params: [buildParameter('x', any)], returns: table })).toMatchObject({
      rich: true,
      tables: false,
    });
    expect(features({ effects: [{ kind: 'output', at, via: [] }] }).output).toBe(true);
    expect(features({ changes: { args: 'all', self: false } }).restore).toBe(true);
  });
});

describe('cuts', () => {
  it('carry state in where it may differ, and back where it is written', () => {
    const variables = [
      buildVariable('m#counter', { assigned: true }),
      buildVariable('m#config', { stable: false }),
      buildVariable('m#PI'),
    ];
    const effects = [{ kind: 'writes', subject: 'm#counter', at, via: [] }] satisfies FunctionFacts['effects'];
    const touches = ['m#PI', 'm#counter', 'm#config'];
    const { cut, shares, unit } = planUnit({ functions: [buildFunction('m#f', { touches, effects })], variables });
    expect(cut).toMatchObject({ stateIn: ['m#config', 'm#counter'], stateOut: ['m#counter'], repeatable: true });
    expect(shares.variables).toEqual(['m#config', 'm#counter']);
    expect(unit.features).toMatchObject({ rich: true, restore: true });
  });

  it('name constant objects only where objects cross', () => {
    const variables = [buildVariable('m#NIL', { kind: 'const', shape: any, hasIdentity: true })];
    const f = buildFunction('m#f', { touches: ['m#NIL'] });
    expect(planUnit({ functions: [f], variables }).unit.variables).toEqual([]);
    expect(planUnit({ functions: [{ ...f, returns: any }], variables }).unit.variables).toEqual(['m#NIL']);
  });

  it('say what the callee can see, reads and uses', () => {
    const effects = [
      { kind: 'env', subject: 'process.env.HOME', at, via: [] },
      { kind: 'random', subject: 'Math.random', at, via: [] },
      { kind: 'time', at, via: [] },
    ] satisfies FunctionFacts['effects'];
    const params = [buildParameter('a'), buildParameter('b')];
    expect(planUnit({ functions: [buildFunction('m#f', { effects, params })] }).cut).toMatchObject({
      arity: 2,
      params: ['a', 'b'],
      self: false,
      env: ['HOME'],
      ambient: ['Date', 'Date.now', 'Math.random', 'performance.now'],
      repeatable: true,
    });
    expect(planUnit({ functions: [buildFunction('m#f', { usesArguments: true })] }).cut.arity).toBe(null);
    const fetches = buildFunction('m#f', { isAsync: true, effects: [{ kind: 'net', at, via: [] }] });
    expect(planUnit({ functions: [fetches] }).cut.repeatable).toBe(false);
  });

  it('change their contract with shapes and classes, and only then', () => {
    const contract = (fn: Partial<FunctionFacts>, fields: string[] = []) => {
      const returns: Shape = { kind: 'class', id: 'm#Cart' };
      const span = { start: 0, end: 0 };
      const facts = fields.map((name) => ({ name, span, hasType: true, definite: false, nameEnd: 0 }));
      const classes = [buildClass('m#Cart', { fields: facts })];
      return planUnit({ functions: [buildFunction('m#f', { returns, ...fn })], classes }).cut.contract;
    };
    expect(contract({})).toMatch(/^[0-9a-f]{16}$/);
    expect(contract({ at: { ...at, line: 9 } })).toBe(contract({}));
    expect(contract({ params: [buildParameter('x')] })).not.toBe(contract({}));
    expect(contract({}, ['items'])).not.toBe(contract({}));
  });
});

describe('classes', () => {
  const shop = (returns: Shape, effects: FunctionFacts['effects'] = []) =>
    planUnit({
      functions: [buildFunction('m#f', { returns, effects })],
      classes: [
        buildClass('m#Base', { subclasses: ['m#Cart'] }),
        buildClass('m#Cart', { base: { kind: 'program', id: 'm#Base' } }),
        buildClass('lib#Item'),
        buildClass('m#Failure', { base: { kind: 'builtin', name: 'Error' } }),
        buildClass('m#Unrelated'),
      ],
      modules: [
        buildModule('m', {
          statements: [
            buildStatement({ kind: 'import', target: 'lib', bindings: [binding('Item')] }),
            buildStatement({ declares: ['f'], mentions: ['Cart', 'Failure'] }),
            buildStatement({ declares: ['Cart'], mentions: ['Base', 'Item'] }),
          ],
        }),
        buildModule('lib', { exports: { Item: { kind: 'local', name: 'Item' } } }),
      ],
    }).unit.classes;

  it('are none where only plain data crosses', () => {
    expect(shop(list)).toEqual([]);
  });

  it('are those of the shapes, their relatives and what their code mentions', () => {
    expect(shop({ kind: 'class', id: 'm#Base' })).toEqual(['lib#Item', 'm#Base', 'm#Cart', 'm#Failure']);
  });

  it('are those that the code mentions where something is thrown', () => {
    expect(shop(primitive, [{ kind: 'throws', at, via: [] }])).toEqual(['lib#Item', 'm#Base', 'm#Cart', 'm#Failure']);
  });
});

it('names functions that may be handed over', () => {
  const apply = buildFunction('m#apply', {
    params: [buildParameter('fn', { kind: 'function' })],
    calls: [buildCall('m#double', 1, { caller: 'm#apply', direct: false, targets: ['m#double', 'm#log', 'm#save'] })],
  });
  const use = { module: 'm', span: { start: 90, end: 91 }, kind: 'value' } as const;
  const valueUses = [use];
  const functions = [
    apply,
    buildFunction('m#double', { valueUses, isTrivial: true }),
    buildFunction('m#log', { valueUses, isTrivial: true, effects: [{ kind: 'output', at, via: [] }] }),
    buildFunction('m#save', { valueUses, isTrivial: true, effects: [{ kind: 'files', at, via: [] }] }),
    buildFunction('m#looped', { valueUses: [{ ...use, kind: 'callback' }], isTrivial: true }),
  ];
  const { unit, cut, shares } = planUnit({ functions });
  expect(unit).toMatchObject({ sites: ['m#double', 'm#log'], features: { rich: true, output: true } });
  expect(cut).toMatchObject({ repeatable: true, ambient: ['console.log'] });
  expect(shares.functions).toEqual(['m#double', 'm#log']);
});

function binding(name: string) {
  return { name, local: name, typeOnly: false, span: { start: 0, end: 0 } };
}
