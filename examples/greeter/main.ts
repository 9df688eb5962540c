import { Greeter } from './greeter.js';

new Greeter('world').greet();
