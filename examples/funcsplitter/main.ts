import { empty, importInTheMiddle, insertionSort, longLoop, longSleep, withHelper } from './functions.js';

console.log('empty', empty());
console.log('importInTheMiddle', await importInTheMiddle('  faas  '));
console.log('withHelper', withHelper([2, 4, 4, 4, 5, 5, 7, 9]));

const numbers = [5, 2, 9, 1, 5, 6];
const sorted = insertionSort(numbers);
console.log('insertionSort', sorted, 'in place', sorted === numbers);

console.log('longSleep', await longSleep(150));
console.log('longLoop', longLoop(100_000));
