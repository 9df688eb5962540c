import _ from 'lodash';

/** Column of the queen in each row. */
export type Placement = readonly number[];

export function isSafe(placement: Placement, column: number): boolean {
  const row = placement.length;
  return placement.every((other, index) => other !== column && Math.abs(other - column) !== row - index);
}

export function draw(placement: Placement): string {
  const size = placement.length;
  return placement.map((column) => _.range(size).map((cell) => (cell === column ? 'Q' : '.')).join(' ')).join('\n');
}
