const SHADES = ' .:-=+*#%@';

export class Image {
  private readonly pixels: Uint8ClampedArray;

  constructor(
    readonly width: number,
    readonly height: number,
    pixels?: Uint8ClampedArray,
  ) {
    this.pixels = pixels ?? new Uint8ClampedArray(width * height);
  }

  at(x: number, y: number): number {
    const column = Math.min(Math.max(x, 0), this.width - 1);
    const row = Math.min(Math.max(y, 0), this.height - 1);
    return this.pixels[row * this.width + column]!;
  }

  map(shade: (value: number, x: number, y: number) => number): Image {
    const result = new Uint8ClampedArray(this.pixels.length);
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        result[y * this.width + x] = shade(this.at(x, y), x, y);
      }
    }
    return new Image(this.width, this.height, result);
  }

  draw(): string {
    const lines: string[] = [];
    for (let y = 0; y < this.height; y++) {
      let line = '';
      for (let x = 0; x < this.width; x++) {
        line += SHADES[Math.floor((this.at(x, y) / 256) * SHADES.length)];
      }
      lines.push(line.trimEnd());
    }
    return lines.join('\n');
  }
}

export function gradient(width: number, height: number): Image {
  return new Image(width, height).map((_, x, y) => ((x + y) / (width + height - 2)) * 255);
}
