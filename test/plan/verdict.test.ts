import { describe, expect, it } from 'vitest';
import { plan } from '../../src/2-plan/plan.ts';
import { listSome } from '../../src/2-plan/reasons.ts';
import type { EffectFact, FunctionFacts, Settings, Shape, SiteFacts } from '../../src/types.ts';
import {
  at,
  buildAnalysis,
  buildCall,
  buildClass,
  buildFunction,
  buildMethod,
  buildModule,
  buildParameter,
  buildVariable,
  defaults,
} from './build.ts';

function judge(functions: FunctionFacts[], parts = {}, settings: Partial<Settings> = {}) {
  const result = plan(buildAnalysis({ functions, ...parts }), { ...defaults, calls: 'blocking', ...settings });
  return Object.fromEntries(
    result.functions.map((fn) => [
      fn.id.replace('m#', ''),
      `${fn.verdict} ${fn.reasons.map((r) => r.code).join()}`.trim(),
    ]),
  );
}

function effect(kind: EffectFact['kind'], subject?: string): EffectFact {
  return { kind, at, via: [], ...(subject === undefined ? {} : { subject }) };
}

const stuck: Shape = { kind: 'unsupported', type: 'WeakMap', reason: 'nobody can list what it holds' };

describe('verdict', () => {
  it('repairs a sync function by blocking its caller, and moves an async one as it is', () => {
    const async = buildFunction('m#g', { isAsync: true, hasAwait: true });
    expect(judge([buildFunction('m#f'), async])).toEqual({ f: 'repair blocking', g: 'move' });
  });

  it('keeps by rule accessors, constructors, one-liners, tests and what is switched off', () => {
    const functions = [
      buildMethod('m#A.size', { kind: 'getter' }),
      buildMethod('m#A.constructor', { kind: 'constructor' }),
      buildFunction('m#one', { isTrivial: true }),
      buildFunction('m#off', { annotation: { at, off: true, settings: {} } }),
      buildFunction('t#test'),
    ];
    const result = plan(
      buildAnalysis({
        functions,
        classes: [buildClass('m#A')],
        modules: [buildModule('m'), buildModule('t', { isTest: true })],
      }),
      defaults,
    );
    expect(result.functions.map((fn) => fn.reasons.map((reason) => [reason.code, reason.byRule]))).toEqual([
      [['constructor', true]],
      [['accessor', true]],
      [['off', true]],
      [['trivial', true]],
      [['test', true]],
    ]);
  });

  it('keeps what is tied to this process, and says where and through whom', () => {
    const ask: EffectFact = {
      kind: 'input',
      subject: 'readline.question',
      at: { file: 'src/a.ts', line: 3, column: 4 },
      via: ['m#ask', 'lib/x#Form.read'],
    };
    const { functions } = plan(buildAnalysis({ functions: [buildFunction('m#main', { effects: [ask] })] }), defaults);
    expect(functions[0]?.reasons).toEqual([
      {
        code: 'input',
        message: 'reads input: readline.question at src/a.ts:3:4, through ask, Form.read',
        at: ask.at,
      },
    ]);
  });

  it.each(['files', 'place', 'argv', 'exit', 'process', 'global', 'package'] as const)('keeps for %s', (kind) => {
    expect(judge([buildFunction('m#f', { effects: [effect(kind, 'x')] })])).toEqual({ f: `keep ${kind}` });
  });

  it('lets named environment variables travel, but not all of them', () => {
    const functions = [
      buildFunction('m#one', { effects: [effect('env', 'process.env.HOME')] }),
      buildFunction('m#copy', { effects: [effect('env', 'process.env')] }),
      buildFunction('m#all', { effects: [effect('env', 'process.env.*')] }),
    ];
    expect(judge(functions)).toEqual({ one: 'repair blocking,env', all: 'keep env-all', copy: 'keep env-all' });
  });

  it('lets the working directory and a command line that is only read travel', () => {
    const functions = [
      buildFunction('m#folder', { effects: [effect('cwd', 'path.resolve')] }),
      buildFunction('m#option', { effects: [effect('argv', 'process.argv')] }),
      buildFunction('m#parse', { effects: [effect('argv', 'process.argv, handed on')] }),
    ];
    expect(judge(functions)).toEqual({
      folder: 'repair blocking,surroundings',
      option: 'repair blocking,surroundings',
      parse: 'keep argv',
    });
  });

  it('lets the process be ended from over there if nothing else is done there meanwhile', () => {
    const functions = [
      buildFunction('m#check', { effects: [effect('exit', 'process.exit'), effect('output', 'console.log')] }),
      buildFunction('m#save', { isAsync: true, effects: [effect('exit', 'process.exit'), effect('net', 'fetch')] }),
      buildFunction('m#set', { effects: [effect('exit', 'process.exitCode')] }),
    ];
    expect(judge(functions)).toEqual({
      check: 'repair blocking,output,exit-here',
      save: 'keep exit',
      set: 'keep exit',
    });
  });

  it('moves network and timers only with async functions that have no other state', () => {
    const variables = [buildVariable('m#n', { assigned: true })];
    const functions = [
      buildFunction('m#sync', { effects: [effect('net'), effect('timers')] }),
      buildFunction('m#async', { isAsync: true, hasAwait: true, effects: [effect('net'), effect('timers')] }),
      buildFunction('m#stateful', {
        isAsync: true,
        hasAwait: true,
        touches: ['m#n'],
        effects: [effect('net'), effect('writes', 'm#n')],
      }),
    ];
    expect(judge(functions, { variables })).toEqual({ sync: 'keep net,timers', async: 'move', stateful: 'keep net' });
  });

  it('names the machinery: state, write-back, instance, output, callbacks', () => {
    const variables = [buildVariable('m#n', { assigned: true })];
    const list: Shape = { kind: 'array', of: { kind: 'primitive' } };
    const functions = [
      buildFunction('m#count', { touches: ['m#n'], effects: [effect('reads', 'm#n'), effect('writes', 'm#n')] }),
      buildFunction('m#sort', { params: [buildParameter('items', list)], changes: { args: [0], self: false } }),
      buildMethod('m#A.add', { changes: { args: [], self: true } }),
      buildFunction('m#print', { effects: [effect('output', 'console.log')] }),
      buildFunction('m#each', { params: [buildParameter('fn', { kind: 'function' })] }),
    ];
    expect(judge(functions, { variables, classes: [buildClass('m#A')] })).toEqual({
      count: 'repair blocking,state',
      sort: 'repair blocking,restore',
      'A.add': 'repair blocking,self,restore',
      print: 'repair blocking,output',
      each: 'repair blocking,callback',
    });
  });

  it('keeps for shapes that cannot cross, unless an alternative or an omission can', () => {
    const functions = [
      buildFunction('m#required', { params: [buildParameter('m', stuck)] }),
      buildFunction('m#optional', { params: [{ ...buildParameter('m', stuck), optional: true }] }),
      buildFunction('m#either', {
        params: [buildParameter('m', { kind: 'union', of: [stuck, { kind: 'primitive' }] })],
      }),
      buildFunction('m#result', { returns: { kind: 'union', of: [stuck, { kind: 'primitive' }] } }),
    ];
    expect(judge(functions)).toEqual({
      required: 'keep shape',
      optional: 'repair blocking',
      either: 'repair blocking',
      result: 'keep shape',
    });
  });

  it('keeps what returns a function that cannot be made again, or that could not run again itself', () => {
    const next: Shape = { kind: 'object', fields: { next: { kind: 'function' } } };
    const build = (name: string, more: Partial<FunctionFacts>, made: Partial<FunctionFacts>) => [
      buildFunction(`m#${name}`, { returns: next, ...more }),
      buildFunction(`m#${name}.next`, {
        parent: `m#${name}`,
        reach: { kind: 'none', reason: 'it is written inside another function' },
        flows: { parametersOf: [], resultsOf: [], fields: ['next'], variables: [] },
        ...made,
      }),
    ];
    const site: SiteFacts = { tag: { kind: 'around' }, digest: '', captures: [], mentions: [] };
    const functions = [
      ...build('good', {}, { site }),
      ...build('stuck', {}, { siteless: 'it uses super' }),
      ...build('once', { effects: [effect('net', 'fetch')], isAsync: true, hasAwait: true }, { site }),
    ];
    expect(judge(functions)).toMatchObject({
      good: 'repair blocking',
      'good.next': 'repair inside',
      stuck: 'keep returns-function',
      once: 'keep returns-function',
    });
  });

  it('keeps for state that cannot travel', () => {
    const variables = [
      buildVariable('m#cache', { mutated: true, shape: stuck }),
      buildVariable('m#hook', { assigned: true, shape: { kind: 'function' } }),
      buildVariable('m#table', { kind: 'const', shape: { kind: 'function' } }),
    ];
    const effects = [effect('writes', 'm#hook')];
    const functions = [
      ...['cache', 'hook', 'table'].map((name) => buildFunction(`m#use-${name}`, { touches: [`m#${name}`] })),
      buildFunction('m#set-hook', { touches: ['m#hook'], effects }),
    ];
    expect(judge(functions, { variables })).toEqual({
      'set-hook': 'repair blocking,state,callback',
      'use-cache': 'keep state-shape',
      'use-hook': 'repair blocking,state,callback',
      'use-table': 'repair blocking',
    });
  });

  it('moves generators, unless what they need half-way may not cross, or what they do at once would come later', () => {
    const facts = { endsAtOnce: false, guarded: false, fresh: true, delegates: [] };
    const steps = { isGenerator: true, steps: facts };
    const functions = [
      buildFunction('m#walk', steps),
      buildFunction('m#stream', { ...steps, isAsync: true }),
      buildFunction('m#average', { ...steps, steps: { ...facts, sent: { kind: 'primitive' } } }),
      buildFunction('m#coroutine', { ...steps, steps: { ...facts, sent: { kind: 'any' } } }),
      buildFunction('m#brief', { ...steps, steps: { ...facts, endsAtOnce: true, sent: { kind: 'any' } } }),
      buildFunction('m#outer', { ...steps, steps: { ...facts, delegates: ['m#coroutine'] } }),
      buildFunction('m#timely', {
        ...steps,
        params: [{ ...buildParameter('at', { kind: 'primitive' }), impureDefault: true }],
      }),
      buildFunction('m#stuck', { ...steps, returns: stuck }),
    ];
    expect(judge(functions)).toEqual({
      walk: 'repair generator,blocking',
      stream: 'repair generator',
      average: 'repair generator,blocking',
      coroutine: 'keep generator',
      brief: 'repair generator,blocking',
      outer: 'keep generator',
      timely: 'keep generator',
      stuck: 'keep shape',
    });
  });

  it('keeps unreachable functions, `this` of plain objects, instances of foreign classes', () => {
    const classes = [buildClass('m#Base', { base: { kind: 'other', text: 'EventEmitter' } })];
    classes.push(buildClass('m#Sub', { base: { kind: 'program', id: 'm#Base' } }));
    const functions = [
      buildFunction('m#computed', { reach: { kind: 'none', reason: 'its name is computed' } }),
      buildFunction('m#api.inc', { kind: 'method', usesThis: true }),
      buildMethod('m#Sub.run'),
      buildMethod('m#Sub.create', { isStatic: true, usesThis: false }),
    ];
    expect(judge(functions, { classes })).toEqual({
      computed: 'keep unreachable',
      'api.inc': 'keep object-this',
      'Sub.run': 'keep foreign-class',
      'Sub.create': 'repair blocking',
    });
  });

  it('moves methods of an object that never changes', () => {
    const method = { kind: 'method', usesThis: true } as const;
    const reach = (expression: string) =>
      ({ kind: 'local', expression, root: expression.split('.')[0] ?? '' }) as const;
    const functions = [
      buildFunction('m#math.gcd', { ...method, reach: reach('math.gcd') }),
      buildFunction('m#count.next', { ...method, reach: reach('count.next') }),
    ];
    const object = { kind: 'const', hasIdentity: true, shape: { kind: 'object', fields: {} } } as const;
    const variables = [buildVariable('m#math', object), buildVariable('m#count', { ...object, mutated: true })];
    const analysis = buildAnalysis({ functions, variables });
    expect(judge(functions, { variables })).toEqual({
      'math.gcd': 'repair blocking,self',
      'count.next': 'keep object-this',
    });
    expect(plan(analysis, defaults).units.map((unit) => unit.variables)).toEqual([['m#math']]);
  });

  it('moves closures of functions that stay with what they only read', () => {
    const site = (name: string, parts: Partial<SiteFacts['captures'][number]> = {}): Partial<FunctionFacts> => ({
      reach: { kind: 'none', reason: 'nested' },
      parent: 'm#kept',
      site: {
        tag: { kind: 'around' },
        digest: 'd',
        captures: [{ name, uses: [], shape: { kind: 'primitive' }, functions: [], ...parts }],
        mentions: [],
      },
    });
    const functions = [
      buildFunction('m#kept', { effects: [effect('input')] }),
      buildFunction('m#kept.$1', site('rate')),
      buildFunction('m#kept.$2', site('count', { cell: { start: 0, end: 1 } })),
      buildFunction('m#kept.$3', site('socket', { shape: stuck })),
      buildFunction('m#kept.$4', site('helper', { functions: ['m#kept.$1'] })),
      buildFunction('m#kept.$5', { ...site('list'), changes: { args: [], self: false, captured: true } }),
      buildFunction('m#kept.$6', { ...site('late'), isAsync: true }),
      buildFunction('m#kept.$7', { ...site('me'), usesThis: true }),
      buildFunction('m#kept.$8', { ...site('this'), usesThis: true, kind: 'arrow' }),
      buildFunction('m#kept.$9', site('stuck', { functions: ['m#kept.$7', 'm#kept.$10'] })),
      buildFunction('m#kept.$10', { ...site('rate'), effects: [effect('files')] }),
      buildFunction('m#kept.$11', { ...site('rate'), isGenerator: true }),
    ];
    const result = judge(functions);
    expect(result['kept.$1']).toBe('repair blocking,captures');
    for (const name of ['$4', '$6', '$8']) expect(result[`kept.${name}`], name).toMatch(/^repair.* ?captures/);
    for (const name of ['$2', '$5']) expect(result[`kept.${name}`], name).toMatch(/^repair.*captures.*restore/);
    for (const name of ['$3', '$7', '$9', '$11']) expect(result[`kept.${name}`], name).toBe('keep nested');
    expect(judge(functions, {}, { bodies: 'drop' })['kept.$1']).toBe('keep nested');
    const inline = [...functions.slice(0, 1), buildFunction('m#kept.$1', { ...site('rate'), isInline: true })];
    expect(judge(inline)['kept.$1']).toBe('keep inline');
  });

  it('lets nested functions go, or stay, with the one they are written in', () => {
    const nested = { reach: { kind: 'none', reason: 'nested' } } as const;
    const functions = [
      buildFunction('m#moved'),
      buildFunction('m#moved.inner', { ...nested, parent: 'm#moved', effects: [effect('output')] }),
      buildFunction('m#moved.inner.most', { ...nested, parent: 'm#moved.inner' }),
      buildFunction('m#kept', { effects: [effect('exit')] }),
      buildFunction('m#kept.inner', { ...nested, parent: 'm#kept' }),
    ];
    expect(judge(functions)).toEqual({
      moved: 'repair blocking',
      'moved.inner': 'repair inside',
      'moved.inner.most': 'repair inside',
      kept: 'keep exit',
      'kept.inner': 'keep nested',
    });
  });

  it('keeps functions that give a promise and may throw, or give something else', () => {
    const promise = { returnsPromise: true };
    const functions = [
      buildFunction('m#early', { ...promise, effects: [effect('throws')] }),
      buildFunction('m#mixed', { ...promise, mixesPromises: 'some' }),
      buildFunction('m#fine', promise),
    ];
    expect(judge(functions)).toEqual({ early: 'keep promise-throws', mixed: 'keep promise-or-not', fine: 'move' });
  });
});

describe('async functions that share something', () => {
  const variables = [buildVariable('m#n', { assigned: true })];
  const state = { isAsync: true, touches: ['m#n'], effects: [effect('writes', 'm#n')] };
  const waiting = buildFunction('m#waiting', { ...state, hasAwait: true });
  const straight = buildFunction('m#straight', state);

  it('carry state when nothing else runs', () => {
    expect(judge([waiting, straight], { variables })).toEqual({
      waiting: 'repair state',
      straight: 'repair blocking,state',
    });
  });

  it('stay when something runs while they wait; without a wait they block', () => {
    expect(judge([waiting, straight], { variables, concurrency: [at] })).toEqual({
      waiting: 'keep shared-while-waiting',
      straight: 'repair blocking,state',
    });
  });

  it('share what they print', () => {
    const prints = { isAsync: true, effects: [effect('output', 'console.log')] };
    const functions = [buildFunction('m#a', { ...prints, hasAwait: true }), buildFunction('m#b', prints)];
    expect(judge(functions, { concurrency: [at] })).toEqual({
      a: 'keep shared-while-waiting',
      b: 'repair blocking,output',
    });
  });

  it('stay if they may read late what is changed elsewhere', () => {
    const list = { kind: 'array', of: { kind: 'primitive' } } as const;
    const point = { kind: 'object', fields: { x: { kind: 'primitive' } } } as const;
    const take = (id: string, shape: Shape, readLate: boolean) =>
      buildFunction(id, { isAsync: true, hasAwait: true, params: [{ ...buildParameter('p', shape), readLate }] });
    const functions = [
      take('m#list', list, true),
      take('m#early', list, false),
      take('m#point', point, true),
      take('m#any', { kind: 'any' }, true),
    ];
    const changed = { fields: { y: at }, builtins: { Array: at } };
    const kept = 'keep shared-while-waiting';
    expect(judge(functions, { changed, concurrency: [at] })).toEqual({
      list: kept,
      early: 'move',
      point: 'move',
      any: kept,
    });
    const outside = { fields: {}, builtins: {}, outside: at };
    expect(judge(functions, { changed: outside, concurrency: [at] })).toMatchObject({ list: kept, point: kept });
    expect(judge(functions, { changed })).toMatchObject({ list: 'move', point: 'move', any: 'move' });
  });

  it('wait if what they call does', () => {
    const outer = buildFunction('m#outer', { ...state, calls: [buildCall('m#waiting', 0, { caller: 'm#outer' })] });
    expect(judge([waiting, outer], { variables, concurrency: [at] })).toMatchObject({
      outer: 'keep shared-while-waiting',
    });
  });
});

describe('selection', () => {
  const annotated = buildFunction('m#a', { annotation: { at, off: false, settings: {} } });
  const other = buildFunction('m#b');
  const modules = [buildModule('m', { exports: { b: { kind: 'local', name: 'b' } } })];
  const select = (settings: Partial<Settings>) => judge([annotated, other], { modules }, settings);
  const kept = 'keep not-selected';
  const moved = 'repair blocking';

  it('is the annotated functions if there are any, else all', () => {
    expect(select({})).toEqual({ a: moved, b: kept });
    expect(judge([other], { modules })).toEqual({ b: moved });
    expect(select({ select: { kind: 'all' } })).toEqual({ a: moved, b: moved });
  });

  it('is by export, annotation or glob when asked for', () => {
    expect(select({ select: { kind: 'exported' } })).toEqual({ a: kept, b: moved });
    expect(select({ select: { kind: 'annotated' } })).toEqual({ a: moved, b: kept });
    expect(select({ select: { kind: 'globs', globs: ['*.ts#b'] } })).toEqual({ a: kept, b: moved });
  });

  it('takes --include and --exclude on top', () => {
    const all = { select: { kind: 'all' } } as const;
    expect(select({ ...all, include: ['#a'] })).toEqual({ a: moved, b: kept });
    expect(select({ ...all, exclude: ['m.ts#a'] })).toEqual({ a: kept, b: moved });
  });

  it('warns about a glob that matches nothing', () => {
    const { problems } = plan(buildAnalysis({ functions: [other] }), { ...defaults, exclude: ['src/**'] });
    expect(problems.map((problem) => problem.code)).toEqual(['glob-matches-nothing']);
  });
});

describe('demotion', () => {
  const demote = (id: string) => {
    const functions = [
      buildFunction('m#f'),
      buildFunction('m#f.g', { parent: 'm#f', reach: { kind: 'none', reason: 'it is nested' } }),
    ];
    const reason = { code: 'type-error', message: 'does not type-check', at };
    return plan(buildAnalysis({ functions }), defaults, { demoted: new Map([[id, reason]]) });
  };

  it('keeps the function, and those inside it', () => {
    const result = demote('m#f');
    expect(result.functions.map((fn) => fn.reasons[0]?.code)).toEqual(['type-error', 'nested']);
    expect(result.units).toEqual([]);
  });

  it('of a nested function keeps the one it goes with', () => {
    expect(demote('m#f.g').functions.map((fn) => fn.verdict)).toEqual(['keep', 'keep']);
  });
});

it('names each thing once, and says of many how many more there are', () => {
  expect(listSome(['Logs', 'Logs', 'Lang'])).toBe('Logs and Lang');
  expect(listSome(['a', 'b', 'c', 'd'])).toBe('a, b, c and d');
  expect(listSome(['a', 'b', 'c', 'd', 'a', 'e'])).toBe('a, b, c and 2 more');
});
