export class Arithmetic {
  sum(a: number, b: number): number {
    return a + b;
  }

  difference(a: number, b: number): number {
    return a - b;
  }

  product(a: number, b: number): number {
    return a * b;
  }

  quotient(a: number, b: number): number {
    if (b === 0) {
      throw new RangeError('division by zero');
    }
    return a / b;
  }
}
