import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/1-analyze/analyze.ts';
import { loadProgram } from '../../src/1-analyze/program/load.ts';
import { plan } from '../../src/2-plan/plan.ts';
import { isDue, parseSchedule } from '../../src/2-plan/schedules.ts';
import { writeFiles } from '../analyze/write-files.ts';
import { defaults } from './build.ts';

/** Functions that requests and the clock start: what is understood, and what is said of the rest. */

function planText(text: string) {
  const folder = writeFiles({
    'm.ts': text,
    'tsconfig.json': '{ "compilerOptions": { "strict": true, "target": "es2022", "types": [] } }',
  });
  return plan(analyze(loadProgram({ path: folder, cwd: folder })), defaults);
}

function findMessages(text: string): string[] {
  const { problems } = planText(text);
  return problems.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code}: ${message}`);
}

function findParams(head: string, address: string): Record<string, unknown> {
  const { units, problems } = planText(
    `/** @faas http="${address}" */\nexport function f(${head}) { return 'x'.repeat(3); }`,
  );
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const params = units.flatMap(({ routes }) => routes).flatMap((route) => route.params);
  return Object.fromEntries(params.map(({ name, ...rest }) => [name, rest]));
}

describe('parameters', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['id: string', 'GET /a/{id}', { id: { from: 'path', type: 'string' } }],
    [
      'n = 3, on?: boolean',
      'GET /a',
      { n: { from: 'query', type: 'number', optional: true }, on: { from: 'query', type: 'boolean', optional: true } },
    ],
    ["kind: 'a' | 'b' | undefined", 'GET /a', { kind: { from: 'query', type: { oneOf: ['a', 'b'] }, optional: true } }],
    ['when: Date | null', 'GET /a', { when: { from: 'query', type: { either: ['null', 'Date'] } } }],
    ['...tags: string[]', 'GET /a', { tags: { from: 'query', type: { list: 'string' }, rest: true } }],
    ["id: string & { brand: 'Id' }", 'GET /{id}', { id: { from: 'path', type: 'string' } }],
    [
      'o: { a: number; b?: string[] }',
      'POST /a',
      { o: { from: 'body', type: { fields: { a: 'number', b: { list: 'string' } }, optional: ['b'] } } },
    ],
    [
      'id: string, o: unknown, dry = false',
      'PUT /a/{id}',
      {
        id: { from: 'path', type: 'string' },
        o: { from: 'body', type: 'any' },
        dry: { from: 'query', type: 'boolean', optional: true },
      },
    ],
    ['{ a }: { a: number }', 'POST /a', { '{ a }': { from: 'body', type: { fields: { a: 'number' } } } }],
    [
      'a: { x: number }, b: Record<string, number>',
      'POST /a',
      { a: { from: 'field', type: { fields: { x: 'number' } } }, b: { from: 'field', type: { record: 'number' } } },
    ],
    [
      'name: string, age: number',
      'POST /a',
      { name: { from: 'field', type: 'string' }, age: { from: 'field', type: 'number' } },
    ],
  ])('%s of %s', (head, address, expected) => {
    expect(findParams(head, address)).toEqual(expected);
  });
});

describe('what is refused', () => {
  const f = (tag: string, head = '', body = "return 'x'.repeat(3);", more = '') =>
    `${more}\n/** @faas ${tag} */\nexport function f(${head}) { ${body} }`;

  it.each<[string, string, string]>([
    ['a method', f('http="FETCH /a"'), 'annotation-value: @faas http="FETCH /a" cannot be read: FETCH is none of'],
    ['a missing method', f('http=/a'), 'annotation-value: @faas http="/a" cannot be read: it has to be a method'],
    ['a path', f('http="GET a"'), 'the path a does not begin with /'],
    ['an empty part', f('http="GET /a//b"'), 'the path has an empty part'],
    ['a strange part', f('http="GET /a/{b+}"', 'b: string'), '{b+} is neither a word'],
    ['a parameter twice', f('http="GET /{a}/{a}"', 'a: string'), '{a} is there twice'],
    [
      'an unknown parameter',
      f('http="GET /a/{id}"', 'x = 1'),
      'http-path: f has no parameter id, which its path names',
    ],
    ['an object in a query', f('http="GET /a"', 'o: { a: number }'), 'http-parameter: f cannot be given o by a query'],
    ['a list in a path', f('http="GET /{l}"', 'l: string[]'), 'http-parameter: f cannot be given l by a path'],
    [
      'what text cannot tell',
      f('http="GET /a"', 'v: string | number'),
      'http-parameter: f cannot be given v by a query',
    ],
    [
      'a function',
      f('http="POST /a"', 'g: () => void'),
      'http-parameter: f cannot be given g by a request: () => void is a function',
    ],
    [
      'a map',
      f('http="POST /a"', 'g: Map<string, number>'),
      'http-parameter: f cannot be given g by a request: Map<string, number> has a function',
    ],
    ['a tuple', f('http="POST /a"', 'g: [number, string]'), 'is a tuple'],
    ['a big number', f('http="POST /a"', 'g: bigint'), 'bigint cannot be told'],
    [
      'a type that has itself in it',
      f('http="POST /a"', 'g: T', undefined, 'interface T { next?: T }'),
      'has too many levels',
    ],
    ['a parameter without a name', f('http="GET /a"', '{ a }: { a: number }'), 'http-parameter: f takes { a } apart'],
    ['a result that JSON loses', f('http="GET /a"', '', 'return new Map([["a", 1]]);'), 'http-result: f returns a Map'],
    [
      'state',
      f('http="GET /a"', '', 'return n++;', 'let n = 0;'),
      'entry-needs-caller: f cannot have an address: it needs m#n',
    ],
    ['a generator', '/** @faas http="GET /a" */\nexport function* f() { yield 1; }', 'it is a generator'],
    [
      'a method',
      'export class C { n = 1;\n/** @faas http="GET /a" */\nf() { return this.n + 1; } }',
      'C.f cannot have an address: it uses `this`',
    ],
    [
      'an address that is taken',
      `${f('http="GET /a/{x}"', 'x: string')}\n/** @faas http="GET /a/{y}" */\nexport function g(y: string) { return y + y; }`,
      'http-route: g has the address GET /a/{y}, which f has already',
    ],
    ['a rate', f('schedule="rate(1 minutes)"'), 'cannot be read: it is 1 minute.'],
    ['a rate of nothing', f('schedule="rate(0 minutes)"'), 'a rate is a whole number above 0'],
    ['a cron of five', f('schedule="cron(0 12 * * ?)"'), 'cron has 6 fields'],
    [
      'both days',
      f('schedule="cron(0 12 1 * MON *)"'),
      'one of the day of the month and the day of the week has to be ?',
    ],
    ['an hour', f('schedule="cron(0 25 * * ? *)"'), '25 is no hours'],
    ['a schedule of words', f('schedule="daily"'), 'it is neither rate(…) nor cron(…)'],
    [
      'a schedule without arguments',
      f('schedule="rate(5 minutes)"', 'day: string'),
      'schedule-parameter: f has a schedule, which gives it no day',
    ],
    ['being warm for seconds', f('warm=30s'), '@faas warm=30s cannot be read. Write it like warm=5m.'],
    [
      'one that stays',
      f('http="GET /a"', '', 'process.stdin; return 1;', 'declare const process: any;'),
      'entry-stays',
    ],
  ])('%s', (_name, text, expected) => {
    expect(findMessages(text).join('\n')).toContain(expected);
  });

  it('is nothing where all is well', () => {
    const own = `/** @faas http="GET /a/{id}" schedule="cron(0/15 8-17 ? * MON-FRI *)" warm=5m */
export function f(id = 'x'): { statusCode: number; body: string } { return { statusCode: 200, body: id + id }; }`;
    expect(findMessages(own)).toEqual([]);
    expect(planText(own).units[0]).toMatchObject({
      routes: [{ key: 'GET /a/{id}', raw: true }],
      schedules: [{ fn: 'm#f', expression: 'cron(0/15 8-17 ? * MON-FRI *)' }],
      settings: { warm: 5 },
    });
  });
});

describe('the clock', () => {
  const due = (expression: string, time: string) => {
    const parsed = parseSchedule(expression);
    return 'kind' in parsed && parsed.kind === 'cron' && isDue(parsed.fields, new Date(time));
  };

  it.each([
    ['cron(0 12 * * ? *)', '2026-11-26T12:00:30Z', true],
    ['cron(0 12 * * ? *)', '2026-11-26T12:01:00Z', false],
    ['cron(0/15 8-17 ? * MON-FRI *)', '2026-11-26T08:45:00Z', true],
    ['cron(0/15 8-17 ? * MON-FRI *)', '2026-11-28T08:45:00Z', false],
    ['cron(5,10 * 1 JAN ? 2027)', '2027-01-01T03:10:00Z', true],
  ])('%s at %s: %s', (expression, time, expected) => {
    expect(due(expression, time)).toBe(expected);
  });
});

describe('a watch', () => {
  const find = (head: string, watch = 'inbox/*') =>
    findMessages(`/** @faas watch="${watch}" */\nexport function f(${head}) { return 'x'.repeat(3); }`);

  it('gives what it can by name', () => {
    const { units } = planText(
      '/** @faas watch="*.csv" */\nexport function f(text: string, n = 1, path?: string) { return text.repeat(n) + path; }',
    );
    expect(units.flatMap(({ watches }) => watches)).toEqual([{ fn: 'm#f', glob: '*.csv', gives: ['text', 'path'] }]);
    expect(find("path: string, change: 'created' | 'changed' | 'removed'")).toEqual([]);
    expect(find('bytes: Uint8Array, text?: string')).toEqual([]);
  });

  it('gives nothing else', () => {
    expect(find('name: string')).toEqual([
      'watch-parameter: f has a watch, which gives path, text, bytes, change, and no name',
    ]);
    expect(find('path: number')).toEqual(['watch-parameter: f has a watch, whose path is a string']);
    expect(find("change: 'created'")).toEqual([
      "watch-parameter: f has a watch, whose change is a string, or 'created' | 'changed' | 'removed'",
    ]);
    expect(find('path: string', '../x')[0]).toContain('it leads out of the folder');
  });
});
