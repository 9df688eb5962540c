import { Arithmetic } from './arithmetic/arithmetic.js';
import { gcd, lcm } from './arithmetic/divisors.js';
import { mean, median } from './statistics/statistics.js';

const arithmetic = new Arithmetic();

console.log('sum(1, 1) =', arithmetic.sum(1, 1));
console.log('difference(1, 1) =', arithmetic.difference(1, 1));
console.log('product(6, 7) =', arithmetic.product(6, 7));
console.log('quotient(1, 4) =', arithmetic.quotient(1, 4));
console.log('gcd(84, 36) =', gcd(84, 36));
console.log('lcm(4, 6) =', lcm(4, 6));
console.log('mean =', mean([1, 2, 3, 4]));
console.log('median =', median([9, 1, 3, 7]));

try {
  mean([]);
} catch (error) {
  console.log('mean of nothing:', error instanceof RangeError, String(error));
}
