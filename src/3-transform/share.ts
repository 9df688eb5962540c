import ts from 'typescript';
import { listObjects } from '../2-plan/shapes.ts';
import type { ClassId, FunctionFacts, FunctionId, VariableFacts, VariableId } from '../types.ts';
import { placeLines } from './body.ts';
import { type ModuleContext, useRuntime } from './context.ts';
import { isUnnamedExport, nameExportedValue } from './default-value.ts';
import { typeEvolving } from './evolving-types.ts';
import type { ModuleParts } from './facts-index.ts';
import { emitString, lineBreakOf, spanKey } from './syntax.ts';

const WIDTH = 120;

/** What may be named from the other side. */
export interface Shares {
  variables: ReadonlySet<VariableId>;
  classes: ReadonlySet<ClassId>;
  functions: ReadonlySet<FunctionId>;
}

/**
 * `share({ 'm#counter': [() => counter, (v) => { counter = v; }], 'm#Cart': [() => Cart], 'm#TABLE': [() => TABLE, 'parts'] });`: what
 * of this module the other side may name. Nothing is evaluated before it is asked for. In slices `given` variables can be set even if the program never
 * does.
 */
export function emitShareLine(
  context: ModuleContext,
  parts: ModuleParts,
  shares: Shares,
  given: ReadonlySet<VariableId> = new Set(),
): string | undefined {
  const listed = listEntries(parts, shares, given);
  const entries = nameUnnamed(context, parts, listed).filter(({ expression }) => !isNameless(expression));
  return entries.length > 0 ? emitShare(context, entries) : undefined;
}

/**
 * `export default class { static { share({ 'm#default': [() => this] }); } … }`: only inside itself there is something to call
 * it by.
 */
export function editNamelessClass(
  context: ModuleContext,
  parts: ModuleParts,
  nodes: ReadonlyMap<string, ts.ClassLikeDeclaration>,
  shares: Shares,
  given: ReadonlySet<VariableId> = new Set(),
): void {
  const facts = parts.classes.find(({ reach }) => reach === NAMELESS);
  const node = facts && nodes.get(spanKey(facts.span));
  const brace = node?.getChildren().find(({ kind }) => kind === ts.SyntaxKind.OpenBraceToken);
  const entries = listEntries(parts, shares, given)
    .filter(({ expression }) => isNameless(expression))
    .map((entry) => ({ ...entry, expression: entry.expression.replace(NAMELESS, 'this') }));
  if (!node || !brace || entries.length === 0) return;
  const lines = `static { ${emitShare(context, entries)} }`.split(lineBreakOf(context.text));
  placeLines(context, lines, { start: brace.end, next: node.members[0], end: node.end });
}

/** A variable is named so if its module exports it without a name; so is a class without one, which is shared from within itself. */
function nameUnnamed(context: ModuleContext, { variables }: ModuleParts, entries: readonly Entry[]): Entry[] {
  const unnamed = variables.find(({ expression }) => isUnnamedExport(expression));
  const isShared = entries.some(({ id }) => id === unnamed?.id);
  const expression = isShared ? nameExportedValue(context) : undefined;
  return entries.map((entry) =>
    entry.id === unnamed?.id && expression !== undefined ? { ...entry, expression } : entry,
  );
}

const NAMELESS = 'default';

function isNameless(expression: string): boolean {
  return expression.split(/[.[]/, 1)[0] === NAMELESS;
}

/** How its value becomes another one: it is given new ones, only what is in it changes, or nothing ever does and what is in it has names, too. */
type Change = 'set' | 'inside' | 'never';

interface Entry {
  id: string;
  expression: string;
  change: Change;
}

function listEntries(parts: ModuleParts, shares: Shares, given: ReadonlySet<VariableId>): Entry[] {
  const variables = parts.variables.filter(({ id }) => shares.variables.has(id));
  const classes = parts.classes.filter(({ id }) => shares.classes.has(id));
  const functions = parts.functions.filter(({ id }) => shares.functions.has(id));
  const entries = [
    ...variables.map((one) => ({ id: one.id, expression: findPlace(one), change: findChange(one, given) })),
    ...classes.map(({ id, reach: expression }) => ({ id, expression, change: 'inside' as const })),
    ...functions.map((fn) => ({ id: fn.id, expression: findExpression(fn), change: 'inside' as const })),
  ];
  return entries
    .flatMap(({ id, expression, change }) => (expression === undefined ? [] : [{ id, expression, change }]))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function findChange(variable: VariableFacts, given: ReadonlySet<VariableId>): Change {
  if (given.has(variable.id) || isSet(variable)) return 'set';
  const { kind, shape, assigned, mutated, stable } = variable;
  const isValue = kind === 'const' || kind === 'let' || kind === 'static';
  return isValue && stable && !assigned && !mutated && listObjects(shape).length > 0 ? 'never' : 'inside';
}

function isSet({ assigned, kind }: VariableFacts): boolean {
  return assigned && (kind === 'let' || kind === 'static');
}

function emitShare(context: ModuleContext, entries: readonly Entry[]): string {
  const lines = entries.map((entry) => `${emitString(entry.id)}: ${emitEntry(entry)}`);
  return wrapLines(`${useRuntime(context, 'share')}({`, lines, '});', lineBreakOf(context.text));
}

/** `calculate`; `Cart.prototype['total']`. */
function findExpression({ reach }: FunctionFacts): string | undefined {
  if (reach.kind === 'method') return nameMember(reach.expression);
  return reach.kind === 'local' ? reach.expression : undefined;
}

/** `counter`; `Cart['made']`. */
function findPlace({ kind, expression }: VariableFacts): string {
  return kind === 'static' ? nameMember(expression) : expression;
}

/** Members may be private: the compiler lets them be named only so. */
function nameMember(expression: string): string {
  return expression.replace(/\.([\p{L}\p{N}_$]+)$/u, (_, name: string) => `['${name}']`);
}

function emitEntry({ expression, change }: Entry): string {
  if (change === 'inside') return `[() => ${expression}]`;
  if (change === 'never') return `[() => ${expression}, 'parts']`;
  const value = expression === 'v' ? 'value' : 'v';
  return `[() => ${expression}, (${value}) => { ${expression} = ${value}; }]`;
}

/** Those that are named by `share` now. */
export function typeShared(context: ModuleContext, { variables }: ModuleParts, shares: Shares): void {
  for (const { id, kind, expression } of variables) {
    const isPlain = kind === 'let' || kind === 'const';
    if (isPlain && shares.variables.has(id)) typeEvolving(context, context.sourceFile.statements, expression);
  }
}

/** On one line if it fits, else one entry a line. */
function wrapLines(open: string, entries: string[], close: string, lineBreak: string): string {
  const line = `${open} ${entries.join(', ')} ${close}`;
  if (line.length <= WIDTH) return line;
  return [open, ...entries.map((entry) => `  ${entry},`), close].join(lineBreak);
}
