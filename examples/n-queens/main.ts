import _ from 'lodash';
import { draw, isSafe, type Placement } from './board.js';

function search(size: number, placement: Placement = []): Placement[] {
  if (placement.length === size) {
    return [placement];
  }
  const safe = _.filter(_.range(size), (column) => isSafe(placement, column));
  return _.flatMap(safe, (column) => search(size, [...placement, column]));
}

const size = 9;
const solutions = search(size);
console.log(`${size} queens: ${solutions.length} solutions`);
console.log(draw(_.first(solutions) ?? []));
console.log(_.countBy(solutions, (placement) => placement[0]), _.sumBy(solutions, _.head));
