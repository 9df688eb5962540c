import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mean, median } from '../statistics/statistics.js';

test('mean', () => assert.equal(mean([1, 2, 3, 4]), 2.5));
test('median of an even number of values', () => assert.equal(median([9, 1, 3, 7]), 5));
test('median leaves its argument alone', () => {
  const values = [3, 1, 2];
  assert.equal(median(values), 2);
  assert.deepEqual(values, [3, 1, 2]);
});
