import { SourceMap } from 'node:module';
import { posix, relative, sep } from 'node:path';
import ts from 'typescript';
import type { OutputFile, Place, Span } from '../types.ts';

/** An error in the rewritten program, told in terms of the original. */
export interface OriginalError {
  message: string;
  at: Place;
  span: Span;
  /** The members whose types are not met: what the compiler says they are "declared here". */
  expected: Expected[];
}

export interface Expected {
  file: string;
  start: number;
}

/** `The expected type comes from property '…' which is declared here on type '…'` */
const EXPECTED_PROPERTY = 6500;

interface OriginalFile {
  map: SourceMap;
  lineStarts: readonly number[];
}

/** From errors in the rewritten program to the original; inserted text stands where what precedes it stands. */
export function createOriginals(
  root: string,
  app: readonly OutputFile[],
): (error: ts.DiagnosticWithLocation) => OriginalError {
  const maps = new Map(app.map(({ path, map }) => [posix.relative('app', path), map]));
  const files = new Map<string, OriginalFile | undefined>();
  const find = (path: string): OriginalFile | undefined => {
    const map = maps.get(path);
    if (!files.has(path)) files.set(path, map === undefined ? undefined : readMap(map));
    return files.get(path);
  };
  const tellPath = (file: ts.SourceFile) => relative(root, file.fileName).replaceAll(sep, '/');
  const tellExpected = ({ code, file, start }: ts.DiagnosticRelatedInformation): Expected[] => {
    if (code !== EXPECTED_PROPERTY || !file || start === undefined) return [];
    const path = tellPath(file);
    return [{ file: path, start: toOriginal(find(path), file, start).offset }];
  };
  return ({ file, start, length, messageText, relatedInformation = [] }) => {
    const path = tellPath(file);
    const original = find(path);
    const from = toOriginal(original, file, start);
    const to = toOriginal(original, file, start + length);
    const at = { file: path, line: from.line + 1, column: from.column + 1 };
    const span = { start: from.offset, end: Math.max(from.offset + 1, to.offset) };
    return { message: tellMessage(messageText, root), at, span, expected: relatedInformation.flatMap(tellExpected) };
  };
}

/** What the compiler says, with paths from the source root: `import("shapes")`. */
export function tellMessage(message: string | ts.DiagnosticMessageChain, root: string): string {
  return ts.flattenDiagnosticMessageText(message, '\n').replaceAll(`${root}/`, '');
}

function readMap(json: string): OriginalFile {
  const map = new SourceMap(JSON.parse(json));
  const text = map.payload.sourcesContent[0] ?? '';
  return { map, lineStarts: ts.createSourceFile('', text, ts.ScriptTarget.ESNext).getLineStarts() };
}

/** Line and column from 0. */
interface OriginalPosition {
  line: number;
  column: number;
  offset: number;
}

function toOriginal(original: OriginalFile | undefined, file: ts.SourceFile, position: number): OriginalPosition {
  const { line, character } = file.getLineAndCharacterOfPosition(position);
  const entry = original?.map.findEntry(line, character);
  if (!original || !entry || !('originalLine' in entry)) return { line, column: character, offset: position };
  const { originalLine, originalColumn } = entry;
  const offset = (original.lineStarts[originalLine] ?? 0) + originalColumn;
  return { line: originalLine, column: originalColumn, offset };
}
