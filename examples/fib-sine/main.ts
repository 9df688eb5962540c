let counter = 0;

function wave(steps: number): number {
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    sum += Math.sin(i / steps);
  }
  return sum;
}

function fib(n: number): number {
  counter++;
  wave(100);
  if (n < 2) {
    return n;
  }
  return fib(n - 1) + fib(n - 2);
}

for (const n of [5, 10, 15]) {
  console.log(`fib(${n}) = ${fib(n)}, counter = ${counter}`);
}
console.log(`wave(1000) = ${wave(1000).toFixed(6)}`);
