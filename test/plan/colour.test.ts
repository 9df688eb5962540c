import { describe, expect, it } from 'vitest';
import { plan } from '../../src/2-plan/plan.ts';
import type { Analysis, CallPosition, FunctionFacts, Settings } from '../../src/types.ts';
import { at, buildAnalysis, buildCall, buildFunction, buildLoop, buildMethod, buildModule, defaults } from './build.ts';

const exit = { effects: [{ kind: 'exit', at, via: [] }] } satisfies Partial<FunctionFacts>;
const blocked: CallPosition = { kind: 'blocked', why: 'a default value' };

/** `main` (kept) calls `f` (moved); the top level calls `main`. */
function build(f: Partial<FunctionFacts> = {}, main: Partial<FunctionFacts> = {}, parts: Partial<Analysis> = {}) {
  const call = buildCall('m#f', 10, { caller: 'm#main' });
  const functions = [buildFunction('m#f', f), buildFunction('m#main', { ...exit, calls: [call], ...main })];
  return buildAnalysis({ functions, topCalls: [buildCall('m#main', 50)], ...parts });
}

function paint(analysis: Analysis, settings: Partial<Settings> = {}) {
  const result = plan(analysis, { ...defaults, ...settings });
  const [module] = result.modules;
  return {
    coloured: module?.coloured,
    awaits: module?.awaits.map((span) => span.start),
    forms: Object.fromEntries(result.cuts.map((cut) => [cut.fn, cut.form])),
  };
}

const uncoloured = { coloured: [], awaits: [], forms: { 'm#f': 'blocking' } };

describe('colour', () => {
  it('spreads from a moved function to all that call it, up to the top level of the entry', () => {
    expect(paint(build())).toEqual({
      coloured: ['m#f', 'm#main'],
      awaits: [10, 50],
      forms: { 'm#f': 'coloured' },
    });
  });

  it('is not used with --calls blocking', () => {
    expect(paint(build(), { calls: 'blocking' })).toEqual(uncoloured);
  });

  it('ends at a function that is async already, and leaves an await alone', () => {
    const calls = [10, 20].map((start) => buildCall('m#f', start, { caller: 'm#main', awaited: start === 20 }));
    const result = paint(build({}, { isAsync: true, hasAwait: true, calls }));
    expect(result).toMatchObject({ coloured: ['m#f'], awaits: [10] });
  });

  it.each<[string, Partial<FunctionFacts>]>([
    ['a function that escapes', { escapes: true }],
    ['a method whose type is given', { overrides: true }],
    ['a type predicate', { signature: 'f(x: unknown): x is string' }],
    ['a function used as a value', { valueUses: [{ module: 'm', span: at0(5), kind: 'value' }] }],
    ['a function whose type is used', { valueUses: [{ module: 'm', span: at0(5), kind: 'type' }] }],
  ])('is not given to %s', (_, f) => {
    expect(paint(build(f))).toEqual(uncoloured);
  });

  it.each<[string, Partial<FunctionFacts>]>([
    ['blocked', { calls: [buildCall('m#f', 10, { caller: 'm#main', position: blocked })] }],
    ['dispatched', { calls: [buildCall('m#f', 10, { caller: 'm#main', direct: false })] }],
    ['a tagged template', { calls: [buildCall('m#f', 10, { caller: 'm#main', kind: 'tag' })] }],
    ['in a generator', { isGenerator: true }],
    ['in a constructor', { kind: 'constructor' }],
    ['in a function that escapes', { escapes: true }],
  ])('is not used when a call is %s', (_, main) => {
    expect(paint(build({}, main))).toEqual(uncoloured);
  });

  it('needs a top level that nobody waits for', () => {
    expect(paint(build({}, {}, { modules: [buildModule('m', { format: 'commonjs' })] }))).toEqual(uncoloured);
    expect(paint(build({}, {}, { modules: [buildModule('m', { isEntry: false })] }))).toEqual(uncoloured);
  });

  it('is not given to a function that does not compile as an async one', () => {
    expect(plan(build(), defaults, { pinned: new Set(['m#f']) }).cuts).toMatchObject([{ form: 'blocking' }]);
  });

  it('includes recursion', () => {
    const calls = [buildCall('m#f', 5, { caller: 'm#f' })];
    expect(paint(build({ calls }))).toMatchObject({ coloured: ['m#f', 'm#main'], awaits: [5, 10, 50] });
  });

  it('is undone downwards when one caller cannot become async', () => {
    const calls = [buildCall('m#g', 5, { caller: 'm#f' })];
    const analysis = build({ calls }, { escapes: true });
    analysis.functions.push(buildFunction('m#g'));
    expect(paint(analysis)).toEqual({
      coloured: [],
      awaits: [],
      forms: { 'm#f': 'blocking', 'm#g': 'blocking' },
    });
  });

  it('does not touch callers of functions that stay', () => {
    const analysis = build(exit, {});
    expect(paint(analysis)).toEqual({ coloured: [], awaits: [], forms: {} });
  });

  it('includes methods', () => {
    const calls = [buildCall('m#A.run', 10, { caller: 'm#main' })];
    const functions = [
      buildMethod('m#A.run', { usesThis: false, isStatic: true }),
      buildFunction('m#main', { ...exit, calls }),
    ];
    expect(paint(buildAnalysis({ functions, topCalls: [buildCall('m#main', 50)] }))).toMatchObject({
      coloured: ['m#A.run', 'm#main'],
    });
  });
});

describe('loops over a coloured function', () => {
  const use = { module: 'm', span: { start: 21, end: 22 }, kind: 'callback' } as const;
  const implicit = buildCall('m#f', 10, { caller: 'm#main', kind: 'implicit', direct: false });
  const call = { ...implicit, span: { start: 10, end: 23 } };
  const loop = buildLoop('m#f', 10, { caller: 'm#main' });

  function loops(f: Partial<FunctionFacts>, method = 'map') {
    const analysis = build({ valueUses: [use], ...f }, { calls: [call] }, { loops: [{ ...loop, method }] });
    const [module] = plan(analysis, defaults).modules;
    return { coloured: module?.coloured, awaits: module?.awaits.length, modes: module?.loops.map((one) => one.mode) };
  }

  it('run in parallel if nobody can see it', () => {
    expect(loops({})).toEqual({ coloured: ['m#f', 'm#main'], awaits: 1, modes: ['parallel'] });
  });

  it('run in sequence if it prints or sets a variable around it', () => {
    const written = { name: 'sum', owner: 'm#main', written: true, shape: { kind: 'primitive' } } as const;
    expect(loops({ effects: [{ kind: 'output', at, via: [] }] })).toMatchObject({ modes: ['sequence'] });
    expect(loops({ captures: [written] })).toMatchObject({ modes: ['sequence'] });
  });

  it('block when the method has no asynchronous form', () => {
    expect(loops({}, 'sort')).toEqual({ coloured: [], awaits: 0, modes: [] });
  });
});

describe('a program that starts things it does not wait for', () => {
  const analysis = build({}, {}, { concurrency: [{ file: 'm.ts', line: 7, column: 3 }] });

  it('blocks, so that nothing runs in between', () => {
    expect(paint(analysis)).toEqual(uncoloured);
    expect(plan(analysis, defaults).problems).toMatchObject([
      { code: 'calls-block', severity: 'note', at: { line: 7 } },
    ]);
  });

  it('is awaited with --calls async, with a warning', () => {
    expect(paint(analysis, { calls: 'async' })).toMatchObject({ coloured: ['m#f', 'm#main'] });
    const { problems } = plan(analysis, { ...defaults, calls: 'async' });
    expect(problems).toMatchObject([{ code: 'calls-interleave', severity: 'warning' }]);
  });
});

it('keeps with --calls async what cannot be awaited, and says why', () => {
  const calls = [buildCall('m#f', 10, { caller: 'm#main', position: blocked })];
  const { functions, modules } = plan(build({}, { calls }), { ...defaults, calls: 'async' });
  expect(functions[0]).toMatchObject({
    verdict: 'keep',
    reasons: [{ code: 'no-await', message: 'has to be awaited, but its call at m.ts:1:11 cannot be: a default value' }],
  });
  expect(modules[0]?.coloured).toEqual([]);
});

function at0(start: number) {
  return { start, end: start + 1 };
}
