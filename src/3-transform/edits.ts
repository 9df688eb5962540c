import MagicString, { Bundle } from 'magic-string';
import type { Span } from '../types.ts';

/**
 * A change to a text, by positions of the original. Wraps of nested spans nest; of two wraps of one span the first is the
 * outer one. An insertion at the start of a wrap comes before it.
 */
export type Edit =
  | { kind: 'insert'; at: number; text: string }
  | { kind: 'wrap'; span: Span; before: string; after: string }
  | { kind: 'replace'; span: Span; text: string };

/** The text with all edits applied, still able to say where each part came from. */
export function applyEdits(text: string, edits: Edit[]): MagicString {
  const result = new MagicString(text);
  for (const edit of edits) {
    if (edit.kind === 'replace' && edit.span.end > edit.span.start) replaceSpan(result, edit.span, edit.text);
  }
  for (const edit of edits.filter((candidate) => candidate.kind === 'wrap').sort(outerFirst)) {
    result.appendRight(edit.span.start, edit.before);
    result.prependLeft(edit.span.end, edit.after);
  }
  for (const edit of edits) if (edit.kind === 'insert') result.appendLeft(edit.at, edit.text);
  return result;
}

/** Parts of one file below each other, and the source map of the whole. */
export function joinParts(parts: readonly MagicString[], file: string, source: string): { text: string; map: string } {
  const bundle = new Bundle({ separator: '\n' });
  for (const content of parts) bundle.addSource({ filename: source, content });
  const map = bundle.generateMap({ hires: 'boundary', file, includeContent: true });
  return { text: bundle.toString(), map: map.toString() };
}

function replaceSpan(result: MagicString, span: Span, text: string): void {
  if (text === '') result.remove(span.start, span.end);
  else result.update(span.start, span.end, text);
}

function outerFirst(a: { span: Span }, b: { span: Span }): number {
  return a.span.start - b.span.start || b.span.end - a.span.end;
}

/** The source map of an edited text; `source` is the path from the edited file to the original. */
export function emitMap(result: MagicString, file: string, source: string): string {
  return result.generateMap({ hires: 'boundary', file, source, includeContent: true }).toString();
}
