import { cos, sin } from './angles.js';

export function complextrig(x: number): number {
  return sin(x) + cos(x);
}

export function calculate(values: number[]): number {
  console.log(`calculating ${values.length} values`);
  return values.map(complextrig).reduce((sum, value) => sum + value, 0);
}
