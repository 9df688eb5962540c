/** Module state as facts: what changes, what is the same in every process, what `===` can tell apart. */

import ts from 'typescript';
import type { EffectKind, VariableFacts } from '../types.ts';
import type { Summaries, Summary } from './fix-point.ts';
import type { ProgramIndex, VariableEntry } from './program-index.ts';
import type { References } from './references.ts';
import { isPrimitiveType } from './roots.ts';
import type { Shapes } from './shapes.ts';
import { isEntryCode } from './statements.ts';
import { hasModifier } from './syntax.ts';

/** An initial value that depends on these may differ from process to process. */
const UNSTABLE: ReadonlySet<EffectKind> = new Set<EffectKind>([
  'output',
  'input',
  'files',
  'env',
  'cwd',
  'argv',
  'net',
  'time',
  'random',
  'timers',
  'exit',
  'process',
  'global',
  'package',
]);

export interface StateFacts {
  assigned: ReadonlySet<VariableEntry>;
  mutated: ReadonlySet<VariableEntry>;
  unstable: ReadonlySet<VariableEntry>;
}

/** What happens to module state after its module has loaded, over the whole program. */
export function findStateChanges(index: ProgramIndex, summaries: Summaries, references: References): StateFacts {
  const assigned = new Set<VariableEntry>();
  const mutated = new Set<VariableEntry>();
  const leaked = new Set<VariableEntry>();
  for (const summary of summaries.all()) {
    for (const variable of summary.leaked) leaked.add(variable);
    if (!runsLater(summary)) continue;
    for (const variable of summary.assigned) assigned.add(variable);
    for (const variable of summary.mutated) mutated.add(variable);
    if (summary.changes.all) for (const variable of summary.touches) mutated.add(variable);
  }
  for (const variable of index.variables) if (references.inTests.has(variable.symbol)) leaked.add(variable);
  for (const variable of leaked) if (!isUnchangeable(index, variable)) mutated.add(variable);
  return { assigned, mutated, unstable: findUnstable(index, summaries) };
}

/** Functions, and top-level code that a unit does not repeat. */
function runsLater(summary: Summary): boolean {
  return summary.region.owner !== undefined || isEntryCode(summary);
}

/** Nothing inside it can be given another value, as far as its type says. */
function isUnchangeable(index: ProgramIndex, variable: VariableEntry): boolean {
  if (variable.kind === 'enum') return true;
  const type = index.checker.getTypeOfSymbol(variable.symbol);
  if (isPrimitiveType(type)) return true;
  const name = type.symbol?.name ?? '';
  if (name === 'RegExp') return false;
  return isReadonlyList(index, type) && index.checker.getTypeArguments(type as ts.TypeReference).every(isPrimitiveType);
}

function isReadonlyList(index: ProgramIndex, type: ts.Type): boolean {
  if (index.checker.isTupleType(type)) return ((type as ts.TupleTypeReference).target as ts.TupleType).readonly;
  return type.symbol?.name === 'ReadonlyArray';
}

function findUnstable(index: ProgramIndex, summaries: Summaries): Set<VariableEntry> {
  const unstable = new Set<VariableEntry>();
  for (let before = -1; before < unstable.size; ) {
    before = unstable.size;
    for (const variable of index.variables) {
      const summary = summaryOf(summaries, variable);
      if (!summary || variable.kind === 'enum') continue;
      const dependsOn = [...summary.touches].some((other) => other !== variable && unstable.has(other));
      if (dependsOn || [...summary.effects.values()].some(({ kind }) => UNSTABLE.has(kind))) unstable.add(variable);
    }
  }
  return unstable;
}

/** The top-level statement a variable is declared by. */
function summaryOf(summaries: Summaries, variable: VariableEntry): Summary | undefined {
  for (let at = variable.node; at && !ts.isSourceFile(at); at = at.parent) {
    const summary = ts.isSourceFile(at.parent) ? summaries.of(at) : undefined;
    if (summary) return summary;
  }
  return undefined;
}

export function describeVariable(
  index: ProgramIndex,
  shapes: Shapes,
  state: StateFacts,
  variable: VariableEntry,
): VariableFacts {
  const type = index.checker.getTypeOfSymbol(variable.symbol);
  const isReadonly = variable.kind === 'static' && hasModifier(variable.node, ts.SyntaxKind.ReadonlyKeyword);
  return {
    id: variable.id,
    module: index.loaded.moduleId(variable.file),
    expression: variable.expression,
    kind: variable.kind,
    at: index.loaded.place(variable.node),
    shape: shapes.shapeOf(type),
    assigned: !isReadonly && state.assigned.has(variable),
    mutated: !isPrimitiveType(type) && state.mutated.has(variable),
    stable: !state.unstable.has(variable),
    hasIdentity:
      variable.kind === 'enum' ||
      variable.kind === 'namespace' ||
      !isPrimitiveType(type) ||
      (type.flags & ts.TypeFlags.ESSymbolLike) !== 0,
  };
}
