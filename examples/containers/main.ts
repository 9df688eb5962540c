import { Container, Item, Ship } from './containers.js';

const ship = new Ship(new Container());
console.log(ship.heaviest(), ship.container.total);

ship.load([1]);
console.log(ship.heaviest(), ship.container.total);

const item = new Item(12);
ship.container.add(item);
item.weight = item.weight * 2;
ship.container.update();
console.log(ship.heaviest(), ship.container.total);

console.log('total', ship.load([]), ship.container.items[1] === item);
