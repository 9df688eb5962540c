import type { Image } from '../image.js';
import type { Plugin } from '../plugin.js';

class Blur implements Plugin {
  readonly name = 'blur';
  readonly description = 'averages every pixel with its neighbours';

  process(image: Image, argument = '1'): Image {
    const radius = Number(argument);
    return image.map((_, x, y) => this.average(image, x, y, radius));
  }

  private average(image: Image, x: number, y: number, radius: number): number {
    let sum = 0;
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        sum += image.at(x + dx, y + dy);
      }
    }
    return sum / (2 * radius + 1) ** 2;
  }
}

export default new Blur();
