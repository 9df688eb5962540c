import { Calculator } from './calculator.js';
import { CalculatorParser, tokenize } from './generated.js';
import { RecognitionError } from './runtime.js';

const calculator = new Calculator();

const lines = [
  '1 + 2 * 3',
  '(1 + 2) * 3',
  'radius = 2.5',
  'area = pi * radius * radius',
  'area - radius / 0',
  'nothing + 1',
  '10 - 4 - 3',
  '1 + ',
  '3 = 4',
  '2 $ 3',
  'radius',
];

for (const line of lines) {
  try {
    console.log(`${line} → ${calculator.evaluate(line)}`);
  } catch (error) {
    const where = error instanceof RecognitionError ? ` (at ${error.column})` : '';
    console.log(`${line} → ${String(error)}${where}`);
  }
}

console.log(calculator.variables);
console.log('deepest', calculator.deepest);
console.log(new CalculatorParser(tokenize('a * (b + 1)')).statement().text);
