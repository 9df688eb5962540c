import _ from 'lodash';
import { draw, isSafe, type Placement } from './board.js';

function search(size: number, placement: Placement = []): Placement[] {
  if (placement.length === size) {
    return [placement];
  }
  return _.range(size).flatMap((column) =>
    isSafe(placement, column) ? search(size, [...placement, column]) : [],
  );
}

const size = 9;
const solutions = search(size);
console.log(`${size} queens: ${solutions.length} solutions`);
console.log(draw(solutions[0]!));
console.log(_.countBy(solutions, (placement) => placement[0]));
