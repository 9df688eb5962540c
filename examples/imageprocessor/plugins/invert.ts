import type { Image } from '../image.js';
import type { Plugin } from '../plugin.js';

const invert: Plugin = {
  name: 'invert',
  description: 'turns light into dark',
  process(image: Image): Image {
    return image.map((value) => 255 - value);
  },
};

export default invert;
