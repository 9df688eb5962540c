import { expect, test } from 'vitest';
import { priceCall } from '../../src/5-deploy/cost.ts';
import { readUsage } from '../../src/invoke/report-line.ts';
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
