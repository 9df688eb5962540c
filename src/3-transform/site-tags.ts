import ts from 'typescript';
import type { FunctionFacts, FunctionId, ModulePlan, SiteFacts, SiteTag, Span } from '../types.ts';
import { placeInBlock, placeInBody } from './body.ts';
import { type ModuleContext, useRuntime } from './context.ts';
import { typeEvolving } from './evolving-types.ts';
import {
  emitString,
  endOfLineComments,
  type FunctionWithBody,
  indentationAt,
  lineBreakOf,
  pickName,
  spanKey,
  spanOf,
  walk,
} from './syntax.ts';

/**
 * Marks the functions that may cross where they are made, each as its place allows:
 *
 *     apply((x) => x * rate)            apply(site('m#f.$1', (x) => x * rate, () => ({ rate })))
 *     const scale = (x) => x * rate;    const scale = (x) => x * rate;
 *                                       site('m#f.scale', scale, () => ({ rate }));
 *
 *     { inc() { … } }                   { ['inc']: site('m#f.inc', ({ inc() { … } })['inc'], () => ({ rate })) }
 *     { get size() { … } }              members({ get size() { … } }, ['m#f.size', 'size', 'get', () => ({ rate })])
 *
 * A variable that such functions give other values has a cell, which stands for it on both sides:
 *
 *     let count = 0;                    const $count = cell(() => count, (v) => { count = v; });
 *                                       let count = 0;
 *     let rows;                         let rows: any;
 *
 * `called`: closures whose calls go to a unit share them likewise.
 */
export function editSites(
  context: ModuleContext,
  nodes: ReadonlyMap<string, FunctionWithBody>,
  sites: readonly FunctionFacts[],
  called: readonly FunctionFacts[] = [],
): void {
  const blocks = indexBlocks(context.sourceFile);
  placeCells(context, blocks, nodes, [...sites, ...called]);
  for (const { id, body, site } of sites) {
    const node = nodes.get(spanKey(body));
    if (node && site) placeTag(context, blocks, node, id, site);
  }
  placeAccessors(context, sites);
}

/** `this.handle.bind(this)` → `bound(this.handle.bind(this), this.handle, this)` */
export function editBinds(context: ModuleContext, binds: ModulePlan['binds']): void {
  for (const { span, parts } of binds) {
    const texts = parts.map(({ start, end }) => context.text.slice(start, end));
    context.edits.push({
      kind: 'wrap',
      span,
      before: `${useRuntime(context, 'bound')}(`,
      after: `, ${texts.join(', ')})`,
    });
  }
}

/** Accessors: one wrap for each object literal. */
function placeAccessors(context: ModuleContext, sites: readonly FunctionFacts[]): void {
  const marks = new Map<string, { span: Span; entries: string[] }>();
  for (const { id, site } of sites) {
    if (site?.tag.kind !== 'member' || site.tag.slot === 'value') continue;
    const { literal, slot } = site.tag;
    const parts = [emitString(id), emitKey(site.tag), emitString(slot), emitCaptures(context, site) ?? []];
    const entry = `[${parts.flat().join(', ')}]`;
    const known = marks.get(spanKey(literal));
    marks.set(spanKey(literal), { span: literal, entries: [...(known?.entries ?? []), entry] });
  }
  for (const { span, entries } of marks.values()) {
    const before = `${useRuntime(context, 'members')}(`;
    context.edits.push({ kind: 'wrap', span, before, after: `, ${entries.join(', ')})` });
  }
}

function placeTag(
  context: ModuleContext,
  blocks: ReadonlyMap<string, ts.Block>,
  node: FunctionWithBody,
  id: FunctionId,
  site: SiteFacts,
): void {
  const { tag } = site;
  if (tag.kind === 'member' && tag.slot !== 'value') return;
  const captures = emitCaptures(context, site);
  const open = `${useRuntime(context, 'site')}(${emitString(id)}, `;
  if (tag.kind === 'around') {
    const rest = tag.name === undefined ? [captures] : [captures ?? 'undefined', emitString(tag.name)];
    const after = rest.flatMap((part) => (part === undefined ? [] : [`, ${part}`])).join('');
    context.edits.push({ kind: 'wrap', span: spanOf(node), before: open, after: `${after})` });
    return;
  }
  if (tag.kind === 'member') {
    const key = emitKey(tag);
    const after = `})[${key}]${captures === undefined ? '' : `, ${captures}`})`;
    context.edits.push({ kind: 'wrap', span: spanOf(node), before: `[${key}]: ${open}({ `, after: ` ${after}` });
    return;
  }
  const name = tag.kind === 'behind' ? tag.name : node.name?.getText();
  const line = `${open}${name}${captures === undefined ? '' : `, ${captures}`});`;
  if (tag.kind === 'behind') return placeBehind(context, node, tag.end, line);
  const block = blocks.get(spanKey(tag.block));
  if (block) placeInBlock(context, block, [line]);
}

/** `'inc'`, `Symbol.iterator` */
export function emitKey({ key, isSymbol }: Extract<SiteTag, { kind: 'member' }>): string {
  return isSymbol ? key : emitString(key);
}

function indexBlocks(sourceFile: ts.SourceFile): ReadonlyMap<string, ts.Block> {
  const blocks = new Map<string, ts.Block>();
  for (const node of walk(sourceFile)) if (ts.isBlock(node)) blocks.set(spanKey(spanOf(node)), node);
  return blocks;
}

/** One for each variable, however many functions share it. */
function placeCells(
  context: ModuleContext,
  blocks: ReadonlyMap<string, ts.Block>,
  nodes: ReadonlyMap<string, FunctionWithBody>,
  sites: readonly FunctionFacts[],
): void {
  const placed = new Set<string>();
  for (const { name, cell } of sites.flatMap(({ site }) => site?.captures ?? [])) {
    const block = cell && blocks.get(spanKey(cell));
    const arrow = cell && nodes.get(spanKey(cell));
    if (!(block ?? arrow) || !cell || placed.has(`${name} ${spanKey(cell)}`)) continue;
    placed.add(`${name} ${spanKey(cell)}`);
    const value = name === 'v' ? 'value' : 'v';
    const make = `${useRuntime(context, 'cell')}(() => ${name}, (${value}) => { ${name} = ${value}; })`;
    const line = `const ${cellName(context.taken, name)} = ${make};`;
    if (block) placeInBlock(context, block, [line]);
    else if (arrow) placeInBody(context, arrow, [line]);
    if (block) typeEvolving(context, block.statements, name);
  }
}

/** `count` → `$count` */
export function cellName(taken: ReadonlySet<string>, name: string): string {
  return pickName(`$${name}`, taken);
}

/** `() => ({ rate, count: $count, this: this })`; undefined for nothing. */
export function emitCaptures(context: ModuleContext, { captures }: SiteFacts): string | undefined {
  const entries = captures.map(({ name, cell }) => {
    const value = cell ? cellName(context.taken, name) : name;
    return value === name && name !== 'this' ? name : `${name}: ${value}`;
  });
  return entries.length > 0 ? `() => ({ ${entries.join(', ')} })` : undefined;
}

function placeBehind(context: ModuleContext, node: ts.Node, end: number, line: string): void {
  const { edits, text } = context;
  let statement: ts.Node = node;
  while (!ts.isVariableStatement(statement)) statement = statement.parent;
  const indentation = indentationAt(text, statement.getStart());
  edits.push({ kind: 'insert', at: endOfLineComments(text, end), text: `${lineBreakOf(text)}${indentation}${line}` });
}
