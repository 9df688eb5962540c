import type { Image } from './image.js';

export interface Plugin {
  readonly name: string;
  readonly description: string;
  process(image: Image, argument?: string): Image;
}
