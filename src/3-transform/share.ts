import type { ClassId, FunctionFacts, FunctionId, VariableFacts, VariableId } from '../types.ts';
import { type ModuleContext, useRuntime } from './context.ts';
import type { ModuleParts } from './facts-index.ts';
import { emitString, lineBreakOf } from './syntax.ts';

const WIDTH = 120;

/** What may be named from the other side. */
export interface Shares {
  variables: ReadonlySet<VariableId>;
  classes: ReadonlySet<ClassId>;
  functions: ReadonlySet<FunctionId>;
}

/**
 * `share({ 'm#counter': [() => counter, (v) => { counter = v; }], 'm#Cart': [() => Cart] });`: what of this module the other
 * side may name. Nothing is evaluated before it is asked for. In slices `given` variables can be set even if the program never
 * does.
 */
export function emitShareLine(
  context: ModuleContext,
  parts: ModuleParts,
  shares: Shares,
  given: ReadonlySet<VariableId> = new Set(),
): string | undefined {
  const entries = new Map<string, string>();
  for (const variable of parts.variables) {
    if (shares.variables.has(variable.id)) addVariable(entries, variable, given.has(variable.id));
  }
  for (const cls of parts.classes) {
    if (shares.classes.has(cls.id) && cls.reach !== undefined) entries.set(cls.id, emitGetter(cls.reach));
  }
  for (const fn of parts.functions) {
    const expression = shares.functions.has(fn.id) ? findExpression(fn) : undefined;
    if (expression !== undefined) entries.set(fn.id, emitGetter(expression));
  }
  if (entries.size === 0) return undefined;
  const lines = [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, value]) => `${emitString(id)}: ${value}`);
  return wrapLines(`${useRuntime(context, 'share')}({`, lines, '});', lineBreakOf(context.text));
}

/** `calculate`; `Cart.prototype['total']`, which may be private. */
function findExpression({ reach }: FunctionFacts): string | undefined {
  if (reach.kind === 'method') return reach.expression.replace(/\.(\w|\$)+$/, (member) => `['${member.slice(1)}']`);
  return reach.kind === 'local' ? reach.expression : undefined;
}

function addVariable(entries: Map<string, string>, variable: VariableFacts, isGiven: boolean): void {
  const { expression } = variable;
  const canSet = isGiven || (variable.assigned && (variable.kind === 'let' || variable.kind === 'static'));
  const value = expression === 'v' ? 'value' : 'v';
  const setter = `(${value}) => { ${expression} = ${value}; }`;
  entries.set(variable.id, canSet ? `[() => ${expression}, ${setter}]` : emitGetter(expression));
}

function emitGetter(expression: string): string {
  return `[() => ${expression}]`;
}

/** On one line if it fits, else one entry a line. */
function wrapLines(open: string, entries: string[], close: string, lineBreak: string): string {
  const line = `${open} ${entries.join(', ')} ${close}`;
  if (line.length <= WIDTH) return line;
  return [open, ...entries.map((entry) => `  ${entry},`), close].join(lineBreak);
}
