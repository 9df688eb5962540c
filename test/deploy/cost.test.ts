import { expect, test } from 'vitest';
import { diffCosts, priceCall } from '../../src/5-deploy/cost.ts';
import type { Change } from '../../src/5-deploy/diff.ts';
import { readUsage } from '../../src/5-deploy/report-line.ts';
import type { FunctionContent, Scaling } from '../../src/5-deploy/state.ts';
import { formatCosts } from '../../src/report/cost-text.ts';
import { formatDollars } from '../../src/report/invoke-text.ts';

const LOG = [
  'START RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95 Version: 3',
  'REPORT RequestId: printed by the function, but no line of AWS',
  'END RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95',
  'REPORT RequestId: 8f507cfc-xmpl-4697-b07a-ac58fc914c95\tDuration: 15.74 ms\tBilled Duration: 147 ms\tMemory Size: 1024 MB\tMax Memory Used: 56 MB\tInit Duration: 130.49 ms\t',
  'XRAY TraceId: 1-5e34a66a-474xmpl7c2534a87870b4370\tSegmentId: 073cxmpl3e442861\tSampled: true',
].join('\n');

test('what a call has taken is read from the last lines of its log, as AWS writes them', () => {
  expect(readUsage(LOG)).toEqual({ duration: 15.74, billed: 147, init: 130.49, memory: 1024, used: 56 });
  expect(readUsage(LOG.replace(/\tInit Duration[^\n]*/, ''))).not.toHaveProperty('init');
  expect(readUsage('')).toBeUndefined();
});

test('the price is that of the call and of the memory for as long as is billed', () => {
  expect(priceCall({ billed: 1000, memory: 1024, architecture: 'x86_64' })).toBeCloseTo(0.0000168667, 12);
  expect(priceCall({ billed: 1000, memory: 512, architecture: 'arm64' })).toBeCloseTo(0.0000068667, 12);
  expect(formatDollars(0.00000021)).toBe('$0.00000021');
  expect(formatDollars(3.456)).toBe('$3.46');
});

const CONTENT: FunctionContent = {
  ...{ code: 'code', handler: 'handler.handler', runtime: 'nodejs22.x', architecture: 'x86_64', memory: 512 },
  ...{ timeout: 30, storage: 512, tracing: false, role: 'role', vpc: '', deadLetter: '', env: {} },
};
const NOT_SCALED: Scaling = { reservedConcurrency: 0, provisionedConcurrency: 0 };

interface Version extends Partial<FunctionContent> {
  provisionedConcurrency?: number;
}

/** What `faasify diff` prints of costs, for functions before and after. */
function formatChange(
  functions: Record<string, { before?: Version; after?: Version }>,
  measured: Record<string, number> = {},
): string {
  const about = (name: string, { provisionedConcurrency = 0, ...content }: Version) => ({
    ...{ region: 'eu-west-1', name, unit: name, tags: {}, scaling: { ...NOT_SCALED, provisionedConcurrency } },
    content: { ...CONTENT, ...content },
  });
  const all = Object.entries(functions);
  const desired = all.flatMap(([name, { after }]) => (after ? { ...about(name, after), zip: '' } : []));
  const actual = all.flatMap(([name, { before }]) => {
    const { content, ...fn } = about(name, before ?? {});
    return before ? { ...fn, arn: '', revision: '', latest: content, live: { version: '1', content } } : [];
  });
  const empty = { region: 'eu-west-1', logGroup: { name: '', retention: 30, tags: {} } };
  const changes = all.map(([name, { before, after }]): Change => {
    const action = before && after ? 'update' : after ? 'create' : 'delete';
    return {
      kind: 'function',
      action,
      region: 'eu-west-1',
      name,
      unit: name,
      code: false,
      settings: [],
      isStale: true,
    };
  });
  const costs = diffCosts(
    changes,
    { app: 'shop', alias: 'live', regions: [{ ...empty, functions: desired }] },
    { regions: [{ region: 'eu-west-1', functions: actual, foreign: [] }] },
    new Map(Object.entries(measured).map(([name, billed]) => [`eu-west-1/${name}`, billed])),
  );
  return formatCosts(costs);
}

test('what a setting changes of the price is told for a million calls, with what is assumed', () => {
  expect(formatChange({ a: { before: {}, after: { memory: 1024 } }, b: { before: {}, after: { timeout: 60 } } })).toBe(
    [
      '  costs without what is free (AWS, first tier; with more memory calls are mostly billed for less time)',
      '            a: $1.03 → $1.87 a million calls of 100 ms (assumed), $0.00025 → $0.00050 for one that takes all its time',
      '            b: $1.03 a million calls of 100 ms (assumed), $0.00025 → $0.00050 for one that takes all its time',
      '',
    ].join('\n'),
  );
});

test('what has been measured is taken; functions of one price share a line; those of the same price as before have none', () => {
  const functions = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, { after: {} }]));
  const text = formatChange({ ...functions, same: { before: {}, after: {} }, gone: { before: {} } }, { gone: 20 });
  expect(text).toContain('a, b and 2 more: nothing → $1.03 a million calls of 100 ms (assumed)');
  expect(text).toContain('gone: $0.37 → nothing a million calls of 20 ms (average of a day)');
  expect(text).not.toContain('same');
});

test('what is kept ready costs while nobody calls', () => {
  const text = formatChange({ a: { before: {}, after: { provisionedConcurrency: 2, architecture: 'arm64' } } });
  expect(text).toContain('$1.03 → $0.87 a million calls');
  expect(text).toContain('$0 → $0.012 an hour for instances that are kept ready');
});
