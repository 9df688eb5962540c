import { Foo } from './foo.js';

const foo = new Foo();
console.log(foo.x);
foo.increment();
console.log(foo.x);
foo.increment();
console.log(foo.x);
console.log(foo.describe());
