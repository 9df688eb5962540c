import type { Image } from '../image.js';
import type { Plugin } from '../plugin.js';

export class ThresholdError extends RangeError {}

function parseLevel(text: string): number {
  const level = Number(text);
  if (!(level >= 0 && level <= 255)) {
    throw new ThresholdError(`the threshold is from 0 to 255, not ${text}`);
  }
  return level;
}

export default {
  name: 'threshold',
  description: 'leaves only black and white',
  process(image: Image, argument = '128'): Image {
    const level = parseLevel(argument);
    return image.map((value) => (value < level ? 0 : 255));
  },
} satisfies Plugin;
