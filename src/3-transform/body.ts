import ts from 'typescript';
import type { ModuleContext } from './context.ts';
import {
  directivesOf,
  endOfLineComments,
  type FunctionWithBody,
  indentationAt,
  lineBreakOf,
  spanOf,
} from './syntax.ts';

/** Puts lines at the start of a function's body; the body of `x => expression` becomes a block for it. */
export function placeInBody(context: ModuleContext, node: FunctionWithBody, lines: string[]): void {
  if (lines.length === 0) return;
  if (ts.isBlock(node.body)) placeInBlock(context, node.body, lines);
  else wrapExpression(context, node as ts.ArrowFunction, lines);
}

/** Behind the directives of a block, or behind `after` in it. */
export function placeInBlock(context: ModuleContext, block: ts.Block, lines: string[], after?: ts.Statement): void {
  const previous = after ?? directivesOf(block.statements).at(-1);
  const start = previous?.end ?? block.getStart() + 1;
  const next = block.statements.find((statement) => statement.pos >= start);
  placeLines(context, lines, { start, next, end: block.end, previous });
}

/** The room between `start` (a brace or `previous`) and `next`, or the closing brace before `end`. */
export interface Room {
  start: number;
  next: ts.Node | undefined;
  end: number;
  previous?: ts.Node | undefined;
}

/** Lines of their own, indented like their neighbours, or on the same line where all is on one. */
export function placeLines(context: ModuleContext, lines: string[], room: Room): void {
  const { edits, text } = context;
  const nextStart = room.next?.getStart() ?? room.end - 1;
  if (!text.slice(room.start, nextStart).includes('\n')) {
    const gap = room.start === room.end - 1 ? ' ' : '';
    edits.push({ kind: 'insert', at: room.start, text: ` ${lines.join(' ')}${gap}` });
    return;
  }
  const neighbour = room.next ?? room.previous;
  const indentation = neighbour ? indentationAt(text, neighbour.getStart()) : `${indentationAt(text, room.end - 1)}  `;
  const inserted = lines.map((line) => `${lineBreakOf(text)}${indentation}${line}`).join('');
  edits.push({ kind: 'insert', at: endOfLineComments(text, room.start), text: inserted });
}

/**
 * `=> expression` → `=> { lines return expression; }`, where an expression on a line of its own keeps it:
 *
 *     =>                 => {
 *       expression         lines
 *                          return expression;
 *                        }
 */
function wrapExpression(context: ModuleContext, node: ts.ArrowFunction, lines: string[]): void {
  const { edits, text } = context;
  const span = spanOf(node.body);
  const arrowEnd = node.equalsGreaterThanToken.end;
  const lineBreak = lineBreakOf(text);
  const opened = edits.find(
    (edit) => edit.kind === 'wrap' && edit.span.start === span.start && edit.after.startsWith(';'),
  );
  if (!text.slice(arrowEnd, span.start).includes('\n')) {
    if (opened?.kind === 'wrap') opened.before = opened.before.replace(/return $/, `${lines.join(' ')} return `);
    else edits.push({ kind: 'wrap', span, before: `{ ${lines.join(' ')} return `, after: '; }' });
    return;
  }
  const indentation = indentationAt(text, span.start);
  const inserted = lines.map((line) => `${lineBreak}${indentation}${line}`).join('');
  edits.push({ kind: 'insert', at: arrowEnd, text: opened ? inserted : ` {${inserted}` });
  if (opened) return;
  const after = `;${lineBreak}${indentationAt(text, node.getStart())}}`;
  edits.push({ kind: 'wrap', span, before: 'return ', after });
}
