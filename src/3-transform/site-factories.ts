import type MagicString from 'magic-string';
import ts from 'typescript';
import type { CaptureUse, FunctionFacts, SiteCapture, SiteFacts } from '../types.ts';
import { applyEdits, type Edit } from './edits.ts';
import { loosenTypes } from './loose-types.ts';
import type { ParsedModule } from './parsed.ts';
import { cellName, emitKey } from './site-tags.ts';
import { emitString, type FunctionWithBody, pickName, spanOf, walk } from './syntax.ts';

export interface SiteNode {
  facts: FunctionFacts;
  site: SiteFacts;
  node: FunctionWithBody;
}

export interface FactoryModule extends Pick<ParsedModule, 'names' | 'text'> {
  /** In the app, whose compiler reads it too: what else is to be done to the text of a function. */
  editsOf?: (site: SiteNode) => Edit[];
  /** Changes of the text that hold wherever it stands. */
  fixed?: readonly Edit[];
}

/**
 * How one side makes the functions that come from the other, out of their own text. They are made first and bound then, since what they
 * captured may lead back to them.
 *
 *     sites({
 *       'm#f.$1': (rate, $count) => [(x) => x * rate + $count.value++, ($) => { ({ rate, count: $count } = $); }],
 *     });
 *
 * Each part is still able to say where it came from. `frame` is what stands before and behind them.
 */
export function emitFactories(
  module: FactoryModule,
  sites: readonly SiteNode[],
  [before, behind]: readonly [string, string],
): MagicString[] {
  const parts = sites.map((site) => emitFactory(module, site));
  parts[0]?.prepend(`${before}\n`);
  parts.at(-1)?.append(`\n${behind}`);
  return parts;
}

function emitFactory(module: FactoryModule, made: SiteNode): MagicString {
  const { facts, site, node } = made;
  const { names: taken, text } = module;
  const locals = site.captures.map(({ name, cell }) => ({
    name,
    local: cell || name === 'this' ? cellName(taken, name) : name,
  }));
  const edits = site.captures.flatMap((capture) => editUses(taken, node, capture));
  if (module.editsOf) edits.push(...module.editsOf(made), ...loosenTypes(node));
  const { start, end } = spanOf(node);
  const isInside = (edit: Edit) => edit.kind !== 'insert' && start <= edit.span.start && edit.span.end <= end;
  edits.push(...(module.fixed ?? []).filter(isInside));
  const part = applyEdits(text, withoutNested(edits));
  if (start > 0) part.remove(0, start);
  if (end < text.length) part.remove(end, text.length);
  const any = module.editsOf ? ': any' : '';
  const head = `  ${emitString(facts.id)}: (${locals.map(({ local }) => local + any).join(', ')}) => [`;
  const [open, close] = emitFrame(site);
  return part.prepend(head + open).append(`${close}${emitRest(taken, site, locals, any)}],`);
}

/** What stands in a text that is replaced is gone. */
function withoutNested(edits: Edit[]): Edit[] {
  const replaced = edits.flatMap((edit) => (edit.kind === 'replace' ? [edit.span] : []));
  return edits.filter((edit) => {
    if (edit.kind === 'insert') return true;
    const { start, end } = edit.span;
    return !replaced.some((other) => other.start <= start && end <= other.end && other.end - other.start > end - start);
  });
}

/** A method has to stand in an object literal to be one. */
function emitFrame({ tag }: SiteFacts): [string, string] {
  if (tag.kind !== 'member') return ['', ''];
  const key = emitKey(tag);
  if (tag.slot === 'value') return ['({ ', ` })[${key}]`];
  return ['(Object.getOwnPropertyDescriptor({ ', ` } as ThisType<any>, ${key}) as any).${tag.slot}`];
}

/** What takes the captured values, and the name that the function has where it stands. */
function emitRest(
  taken: ReadonlySet<string>,
  { tag }: SiteFacts,
  locals: { name: string; local: string }[],
  any: string,
): string {
  const given = pickName('$', new Set([...taken, ...locals.map(({ local }) => local)]));
  const targets = locals.map(({ name, local }) => (name === local ? name : `${name}: ${local}`)).join(', ');
  const bind = targets === '' ? undefined : `(${given}${any}) => { ({ ${targets} } = ${given}); }`;
  const name = 'name' in tag ? emitString(tag.name ?? '') : undefined;
  if (name !== undefined) return `, ${bind ?? 'undefined'}, ${name}`;
  return bind === undefined ? '' : `, ${bind}`;
}

/** `count` → `$count.value`, `this` → `$this`; what nobody changes is a variable of the same name. */
function editUses(taken: ReadonlySet<string>, node: ts.Node, { name, uses, cell }: SiteCapture): Edit[] {
  if (name === 'this') return uses.map(({ span }) => ({ kind: 'replace', span, text: cellName(taken, name) }));
  if (!cell) return [];
  const value = `${cellName(taken, name)}.value`;
  return uses.map(({ span, form }) => ({ kind: 'replace', span, text: emitUse(node, span.start, form, name, value) }));
}

function emitUse(node: ts.Node, start: number, form: CaptureUse['form'], name: string, value: string): string {
  if (form === 'plain') return value;
  if (form === 'shorthand') return `${name}: ${value}`;
  return `${startsStatement(node, start) ? ';' : ''}(0, ${value})`;
}

/** A line that comes to begin with `(` must not be read as arguments of the one before. */
function startsStatement(node: ts.Node, start: number): boolean {
  return [...walk(node)].some(
    (at) => ts.isExpressionStatement(at) && at.getStart() === start && 'statements' in at.parent,
  );
}
