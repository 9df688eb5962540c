import { createInterface } from 'node:readline/promises';
import { gradient, Image } from './image.js';
import { Registry } from './registry.js';

let image: Image = gradient(24, 6);

function execute(registry: Registry, line: string): boolean {
  const [command, argument] = line.trim().split(/\s+/);
  switch (command) {
    case '':
      return true;
    case 'quit':
      return false;
    case 'list':
      console.log(registry.describe());
      return true;
    case 'show':
      console.log(image.draw());
      return true;
    case 'reset':
      image = gradient(24, 6);
      return true;
  }
  const plugin = registry.find(command!);
  if (!plugin) {
    console.error(`unknown command: ${command}`);
    return true;
  }
  try {
    image = plugin.process(image, argument);
    console.log(`${plugin.name} done`);
  } catch (error) {
    console.error(`${plugin.name}: ${(error as Error).message}`);
  }
  return true;
}

const registry = new Registry();
await registry.loadAll(new URL('./plugins/', import.meta.url));

const terminal = createInterface({ input: process.stdin });
for await (const line of terminal) {
  if (!execute(registry, line)) {
    break;
  }
}
terminal.close();
console.log('bye');
