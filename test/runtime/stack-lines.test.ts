import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { continueStacks, continueThrown } from '../../templates/runtime/stack-lines.ts';

const ORIGIN = {
  stack: ['Error', '    at stub (app.ts:1:1)', '    at main (app.ts:9:1)', '    at run (C:\\app.ts:9:2)'].join('\n'),
};
const EDGE = '    at _t (file:///tmp/units/f/handler.mjs:1:4562)';
const INSTANCE = '    at run (/tmp/node_modules/faasify/runtime/instance.cjs:4:2)';
const CALLERS = ['    at main (app.ts:9:1)', '    at run (C:\\app.ts:9:2)'];

function continueIn(text: string): string {
  return JSON.parse(continueStacks(JSON.stringify(text), ORIGIN)) as string;
}

describe('frames at the edge of a unit become those of who called', () => {
  const far = '    at far (far.ts:3:1)';
  const cases: [what: string, text: string[], expected: string[]][] = [
    ['a stack', ['Error: x', far, EDGE, INSTANCE], ['Error: x', far, ...CALLERS]],
    [
      'what stands behind it',
      ['Error: x', far, EDGE, INSTANCE, 'From here'],
      ['Error: x', far, ...CALLERS, 'From here'],
    ],
    [
      'frames of a platform',
      ['Error: x', far, EDGE, '    at h (file:///var/runtime/index.mjs:1:2)'],
      ['Error: x', far, ...CALLERS],
    ],
    [
      'frames of Node below the edge',
      ['Error: x', far, EDGE, '    at f (node:net:1:2)'],
      ['Error: x', far, ...CALLERS],
    ],
    ['two stacks', ['a', EDGE, 'b', far, EDGE], ['a', ...CALLERS, 'b', far, ...CALLERS]],
    [
      'an indented one',
      ['[cause]: x', `  ${far}`, `  ${EDGE}`],
      ['[cause]: x', `  ${far}`, ...CALLERS.map((line) => `  ${line}`)],
    ],
    ['a bundle that is no module', ['Error: x', EDGE.replace('mjs', 'cjs')], ['Error: x', ...CALLERS]],
    ['a path of Windows', ['Error: x', '    at C:\\next\\handler.mjs:1:7'], ['Error: x', ...CALLERS]],
    ['frames of ours between the function and what it calls', ['x', far, EDGE, far, EDGE], ['x', far, far, ...CALLERS]],
    [
      'a stack that is as long as it may be',
      ['x', ...Array(9).fill(far), EDGE],
      ['x', ...Array(9).fill(far), CALLERS[0] as string],
    ],
  ];
  test.each(cases)('%s', (_what, text, expected) => {
    expect(continueIn(text.join('\n')).split('\n')).toEqual(expected);
  });
});

test.each([
  ['the name without a frame', 'see handler.mjs:1:7'],
  ['a stack that does not reach the edge', 'Error: x\n    at far (far.ts:3:1)'],
])('%s stays', (_what, text) => {
  expect(continueIn(text)).toBe(text);
});

test('a stack in a text that is JSON', () => {
  const log = (...lines: string[]) => JSON.stringify({ level: 'error', stack: lines.join('\n'), at: 7 });
  expect(continueIn(log('Error: "x"', EDGE, INSTANCE))).toBe(log('Error: "x"', ...CALLERS));
});

test('whatever a reply says, it can be read afterwards', () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom('\n', '\\', '\\n', '"', EDGE, `\n${EDGE}`, '    at '));
  const text = fc.array(piece).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const read = JSON.parse(continueStacks(JSON.stringify(texts), ORIGIN)) as string[];
      expect(read).toEqual(texts.map(continueIn));
    }),
  );
});

describe('what was thrown', () => {
  function throwWith(...frames: string[]): string[] {
    const error = Object.assign(new Error('x'), { stack: ['Error: x', ...frames].join('\n') });
    continueThrown(error, ORIGIN);
    return (error.stack ?? '').split('\n').slice(1);
  }

  test('goes on with the lines of who called', () => {
    expect(throwWith('    at async far (far.ts:3:1)')).toEqual(['    at async far (far.ts:3:1)', ...CALLERS]);
  });

  test('has no more lines than a stack has', () => {
    const frames = Array.from({ length: 9 }, (_, at) => `    at far (far.ts:${at}:1)`);
    expect(throwWith(...frames)).toEqual([...frames, CALLERS[0]]);
    expect(throwWith(...frames, ...frames)).toEqual([...frames, ...frames]);
  });

  test('goes on where a sleeping call was made', () => {
    function stub(error: Error): Error {
      continueThrown(error, stub);
      return error;
    }
    const error = stub(Object.assign(new Error('x'), { stack: 'Error: x\n    at far (far.ts:1:1)' }));
    expect((error.stack ?? '').split('\n').slice(0, 2)).toEqual(['Error: x', '    at far (far.ts:1:1)']);
  });
});
