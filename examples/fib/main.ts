const level = 12;

function fib(n: number): number {
  if (n <= 2) {
    return 1;
  }
  return fib(n - 1) + fib(n - 2);
}

console.log(`fib(${level}) = ${fib(level)}`);
console.log(`fib(20) = ${fib(20)}`);
