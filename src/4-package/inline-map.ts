import type { Linkable } from './runtime-link.ts';

/** The text with its map inside, as the bundler reads it. */
export function inlineMap({ code, map }: Linkable): string {
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}\n`;
}
