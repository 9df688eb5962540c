import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Arithmetic } from '../arithmetic/arithmetic.js';
import { gcd, lcm } from '../arithmetic/divisors.js';

test('sum', () => assert.equal(new Arithmetic().sum(1, 1), 2));
test('difference', () => assert.equal(new Arithmetic().difference(1, 1), 0));
test('quotient refuses zero', () => assert.throws(() => new Arithmetic().quotient(1, 0), RangeError));
test('gcd and lcm', () => {
  assert.equal(gcd(84, 36), 12);
  assert.equal(lcm(4, 6), 12);
});
