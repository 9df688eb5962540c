/** The rewritten program laid over the user's files: each file keeps its own path, only its text is another. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Written beside the app after a build; all paths are absolute. */
export interface Overlay {
  /** The user's file → the file with its new text. A source map stands beside it as `<file>.map`. */
  files: Record<string, string>;
  /** What `faasify/runtime` means in the new texts. */
  runtime: string;
  /** MB of the instance that its first call may want, if units run in the program's own process. */
  memory?: number;
}

export const OVERLAY_FILE = 'overlay.json';

/** The folder of the overlay, in the output folder of a build. */
export const OVERLAY_FOLDER = '.faasify';

export const RUNTIME_NAME = 'faasify/runtime';

export function readOverlay(folder: string): Overlay {
  return JSON.parse(readFileSync(join(folder, OVERLAY_FILE), 'utf8'));
}

/** The text that stands for a file, with its source map inside, so that errors show the lines the user wrote. */
export function readOverlaid(overlay: Overlay, file: string): string | undefined {
  const replacement = overlay.files[file];
  if (replacement === undefined) return undefined;
  const text = readFileSync(replacement, 'utf8');
  return existsSync(`${replacement}.map`) ? text + inlineMap(readFileSync(`${replacement}.map`, 'utf8'), file) : text;
}

/** `sources` of the map leads to the file itself, wherever it was built. */
export function inlineMap(map: string, file: string): string {
  const named = { ...JSON.parse(map), sources: [pathToFileURL(file).href], sourceRoot: undefined };
  return `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(named)).toString('base64')}\n`;
}
