import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Place } from '../types.ts';
import { formatFrame } from './frame.ts';

/** From where a report is read: places are shown relative to `cwd`, so that a terminal can open them. */
export interface Standpoint {
  cwd: string;
  /** The source root, which places are relative to. */
  root: string;
}

/** `src/trig.ts:4:1` */
export function formatPlace({ file, line, column }: Place, from: Standpoint): string {
  return `${formatFile(file, from)}:${line}:${column}`;
}

export function formatFile(file: string, { cwd, root }: Standpoint): string {
  const path = join(root, file);
  const short = relative(cwd, path).replaceAll('\\', '/');
  return short.startsWith('../../..') ? path : short;
}

/** Places inside a message, which are from the source root there, as `formatPlace` shows them. */
export function formatPlacesIn(message: string, from: Standpoint): string {
  return message.replace(/[\w@$./[\]-]+\.[cm]?tsx?(?=:\d+:\d+)/g, (file) => formatFile(file, from));
}

/** Undefined if the file cannot be read any more. */
export function readFrame(place: Place, { root }: Standpoint): string | undefined {
  try {
    return formatFrame(readFileSync(join(root, place.file), 'utf8'), place);
  } catch {
    return undefined;
  }
}
