/** @faas */
function double(x: number): number {
  return x * 2;
}

/** @faas memory=256 */
function triple(x: number): number {
  return x * 3;
}

function add(a: number, b: number): number {
  return a + b;
}

console.log(add(double(2), triple(2)));
