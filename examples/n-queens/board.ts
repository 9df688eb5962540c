import _ from 'lodash';

/** Column of the queen in each row. */
export type Placement = readonly number[];

export function isSafe(placement: Placement, column: number): boolean {
  const row = placement.length;
  return _.every(placement, (other, index) => other !== column && Math.abs(other - column) !== row - index);
}

export function draw(placement: Placement): string {
  const columns = _.range(placement.length);
  return _.map(placement, (queen) => _.map(columns, (column) => (column === queen ? 'Q' : '.')).join(' ')).join('\n');
}
