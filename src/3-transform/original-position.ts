import { SourceMap } from 'node:module';
import { posix, relative, sep } from 'node:path';
import type ts from 'typescript';
import type { Output, Place } from '../types.ts';

export type OriginalPlace = Place & { position: number };

/**
 * From an error in the rewritten program to its place in the original: for people, and as an offset. In inserted text it is
 * the place of what precedes it.
 */
export function createOriginalPositions(
  root: string,
  output: Output,
): (error: ts.DiagnosticWithLocation) => OriginalPlace {
  const maps = new Map<string, SourceMap>();
  for (const { path, map } of output.app) {
    if (map !== undefined) maps.set(posix.relative('app', path), new SourceMap(JSON.parse(map)));
  }
  return ({ file, start }) => {
    const path = relative(root, file.fileName).replaceAll(sep, '/');
    const { line, character } = file.getLineAndCharacterOfPosition(start);
    const map = maps.get(path);
    if (!map) return { file: path, line: line + 1, column: character + 1, position: start };
    const entry = map.findEntry(line, character);
    const [originalLine, column] = 'originalLine' in entry ? [entry.originalLine, entry.originalColumn] : [0, 0];
    const text = map.payload.sourcesContent[0] ?? '';
    return { file: path, line: originalLine + 1, column: column + 1, position: offsetOf(text, originalLine) + column };
  };
}

/** Where a line (from 0) begins. */
function offsetOf(text: string, line: number): number {
  let offset = 0;
  for (let count = 0; count < line; count++) offset = text.indexOf('\n', offset) + 1;
  return offset;
}
