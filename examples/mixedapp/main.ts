function double(x: number): number {
  return x * 2;
}

class Adder {
  add(x: number): number {
    return x + 5;
  }
}

console.log(double(9));

const adder = new Adder();
console.log(adder.add(9));
