import ts from 'typescript';
import type { ModuleContext, RuntimeName } from './context.ts';
import { directivesOf, endOfLineComments, lineBreakOf } from './syntax.ts';

/** Comments that speak about the file, so that they stay above everything. */
const ABOUT_FILE =
  /^\/\/\/|^\/\*!|@licen[cs]e|@preserve|copyright|@file|@jest|@vitest|@ts-(?:no)?check|@jsx|@module|eslint-(?:disable|enable|env)(?!-(?:next-)?line)|(?:tslint|biome|prettier|istanbul|deno)[-: ]/i;
/** Comments that speak about the very next line. */
const ABOUT_NEXT_LINE = /@ts-(?:ignore|expect-error)|next-line/;

/**
 * `import { cut } from 'faasify/runtime';` as the first import, then the share line behind the last import.
 * `from` says where a name of the runtime is found from this file.
 */
export function editHeader(
  context: ModuleContext,
  from: (name: RuntimeName) => string,
  shareLine: string | undefined,
): void {
  const { edits, sourceFile, text } = context;
  const importLines = emitRuntimeImports(context, from);
  const lastImport = findLastLeadingImport(sourceFile);
  if (importLines.length === 0) return;
  if (shareLine === undefined || lastImport === undefined) {
    insertAtTop(context, shareLine === undefined ? importLines : [...importLines, shareLine]);
    return;
  }
  insertAtTop(context, importLines);
  edits.push({
    kind: 'insert',
    at: endOfLineComments(text, lastImport.end),
    text: lineBreakOf(text) + shareLine,
  });
}

/** One line for each place. */
function emitRuntimeImports(context: ModuleContext, from: (name: RuntimeName) => string): string[] {
  const names = [...context.runtime].sort(([a], [b]) => (a < b ? -1 : 1));
  const places = [...new Set(names.map(([name]) => from(name)))];
  return places.map((place) => {
    if (context.runtimeObject !== undefined) return `import ${context.runtimeObject} = require('${place}');`;
    const own = names.filter(([name]) => from(name) === place);
    const specifiers = own.map(([name, local]) => (name === local ? name : `${name} as ${local}`));
    return `import { ${specifiers.join(', ')} } from '${place}';`;
  });
}

function insertAtTop(context: ModuleContext, lines: string[]): void {
  const { edits, sourceFile, text } = context;
  const lineBreak = lineBreakOf(text);
  const directive = directivesOf(sourceFile.statements).at(-1);
  if (directive === undefined) {
    edits.push({ kind: 'insert', at: findTop(sourceFile), text: lines.map((line) => line + lineBreak).join('') });
  } else {
    const at = endOfLineComments(text, directive.end);
    edits.push({ kind: 'insert', at, text: lines.map((line) => lineBreak + line).join('') });
  }
}

function isImport(node: ts.Statement): boolean {
  return (
    ts.isImportDeclaration(node) ||
    (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
  );
}

function findLastLeadingImport(sourceFile: ts.SourceFile): ts.Statement | undefined {
  const rest = sourceFile.statements.slice(directivesOf(sourceFile.statements).length);
  const end = rest.findIndex((node) => !isImport(node));
  return (end === -1 ? rest : rest.slice(0, end)).at(-1);
}

/** Where the first statement begins, with the comments that belong to it; those about the file stay above. */
export function findTop(sourceFile: ts.SourceFile): number {
  const first = sourceFile.statements[0];
  if (first === undefined) return sourceFile.text.length;
  const { text } = sourceFile;
  let top = first.getStart();
  for (const comment of (ts.getLeadingCommentRanges(text, first.pos) ?? []).toReversed()) {
    const words = text.slice(comment.pos, comment.end);
    const belongs = isImport(first) ? ABOUT_NEXT_LINE.test(words) : !ABOUT_FILE.test(words);
    if (!belongs || /\n[^\n]*\n/.test(text.slice(comment.end, top))) break;
    top = comment.pos;
  }
  return top;
}
