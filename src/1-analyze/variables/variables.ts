/** Module state as facts: what changes, what is the same in every process, what `===` can tell apart. */

import ts from 'typescript';
import type { EffectKind, VariableFacts } from '../../types.ts';
import { mayBeFunction } from '../flow/contents.ts';
import type { FunctionFlow } from '../flow/flow.ts';
import { findCompleted } from '../names/completed.ts';
import { isDeclaredHidden } from '../names/namespaces.ts';
import { isPrimitiveType } from '../names/primitives.ts';
import { isHoisted, type ProgramIndex, type VariableEntry } from '../names/program-index.ts';
import type { References } from '../names/references.ts';
import { hasModifier, isFunctionNode, walk } from '../names/syntax.ts';
import { isUnseen } from '../outside/api-facts.ts';
import { findHeldGlobal } from '../outside/outside.ts';
import type { Summaries } from '../regions/fix-point.ts';
import type { Summary } from '../regions/summary.ts';
import { originOf } from '../shapes/origin.ts';
import type { Shapes } from '../shapes/shapes.ts';
import { isStandingCode, putsCode } from './standing-code.ts';
import { isEntryCode } from './statements.ts';
import { isOfNumbers, isTable } from './tables.ts';
import { findWeakShape } from './weak-collections.ts';

/** An initial value that depends on these may differ from process to process. */
const UNSTABLE: ReadonlySet<EffectKind> = new Set<EffectKind>([
  'output',
  'input',
  'files',
  'env',
  'cwd',
  'argv',
  'place',
  'net',
  'time',
  'random',
  'zone',
  'ambient',
  'function-text',
  'stack',
  'timers',
  'exit',
  'process',
  'global',
  'loads',
  'package',
]);

export interface StateFacts {
  assigned: ReadonlySet<VariableEntry>;
  mutated: ReadonlySet<VariableEntry>;
  unstable: ReadonlySet<VariableEntry>;
  /** Their initial value depends on the language of the process, or what it knows about languages: it is the same in processes that have the same. */
  localised: ReadonlySet<VariableEntry>;
  formatted: ReadonlySet<VariableEntry>;
  /** They were made with dates. */
  dated: ReadonlySet<VariableEntry>;
  /** `const isWindows = process.platform === 'win32'`: the same in processes on the same platform. */
  ofPlatform: ReadonlySet<VariableEntry>;
}

/** What happens to module state after its module has loaded, over the whole program. */
export function findStateChanges(index: ProgramIndex, summaries: Summaries, references: References): StateFacts {
  const assigned = new Set<VariableEntry>();
  const mutated = new Set<VariableEntry>();
  const leaked = new Set<VariableEntry>();
  const made = new Set<VariableEntry>();
  const started = findFirstActive(index, summaries);
  for (const summary of summaries.all()) {
    for (const variable of summary.leaked) leaked.add(variable);
    // What is put on code when its module is loaded has others inside, who may change it through any name.
    const isInitial = (variable: VariableEntry) =>
      isInitialisation({ index, references, summaries, started }, summary, variable) &&
      !mayHoldLocals(index, summary, variable) &&
      (!isStandingCode(index, variable) || putsCode(index, variable, summary.region.node));
    for (const variable of summary.assigned) (isInitial(variable) ? made : assigned).add(variable);
    for (const variable of summary.mutated) {
      if (!isInitial(variable) && !isFormatter(index, index.checker.getTypeOfSymbol(variable.symbol)))
        mutated.add(variable);
    }
    for (const variable of summary.touches) if (isReadEarly(summary, variable)) assigned.add(variable);
    if (!runsLater(summary)) continue;
    if (summary.changes.all) for (const variable of summary.touches) leaked.add(variable);
  }
  for (const variable of index.variables) if (references.inTests.has(variable.symbol)) leaked.add(variable);
  for (const variable of index.variables) if (isHoisted(variable)) assigned.add(variable);
  for (const variable of leaked) if (!isUnchangeable(index, variable)) mutated.add(variable);
  addSharing(index, summaries, mutated);
  // `let total; total = { n: 1 };`: what is sent with every call is not made in the unit, and has to be put there.
  for (const variable of made) if (mutated.has(variable)) assigned.add(variable);
  const find = (depends: Depends) => findDepending(index, summaries, depends);
  return {
    assigned,
    mutated,
    unstable: find((kinds) => [...kinds].some((kind) => UNSTABLE.has(kind)) || showsDates(kinds)),
    localised: find((kinds) => kinds.has('locale') || showsDates(kinds)),
    formatted: find((kinds) => kinds.has('formats')),
    dated: find((kinds) => kinds.has('dates')),
    ofPlatform: find((kinds) => kinds.has('platform')),
  };
}

/** `init(); var table = …`, where `init` looks at it: there it is undefined still, and in a unit it would have its value. */
function isReadEarly(summary: Summary, { node, file }: VariableEntry): boolean {
  const { node: at } = summary.region;
  const isVar =
    ts.isVariableDeclaration(node) &&
    ts.isVariableDeclarationList(node.parent) &&
    (node.parent.flags & ts.NodeFlags.BlockScoped) === 0;
  return isVar && at.parent === file && at.end <= node.pos;
}

/** What is changed through one variable is changed in those that hold the same thing. */
function addSharing(index: ProgramIndex, summaries: Summaries, mutated: Set<VariableEntry>): void {
  const neighbours = new Map<VariableEntry, VariableEntry[]>();
  const connect = (from: VariableEntry, to: VariableEntry) => {
    const known = neighbours.get(from);
    if (known) known.push(to);
    else neighbours.set(from, [to]);
  };
  for (const { region } of summaries.all()) {
    for (const [one, other] of region.shared) {
      if (isUnchangeable(index, one) || isUnchangeable(index, other)) continue;
      connect(one, other);
      connect(other, one);
    }
  }
  for (const variable of mutated) for (const other of neighbours.get(variable) ?? []) mutated.add(other);
}

/** By file: where the first top-level statement that calls into the program, or talks to the world, begins. */
function findFirstActive(index: ProgramIndex, summaries: Summaries): Map<ts.SourceFile, number> {
  const positions = index.files.map((file): [ts.SourceFile, number] => {
    const first = file.statements.find((statement) => {
      const summary = summaries.of(statement);
      return summary && (isEntryCode(summary) || summary.region.calls.some(({ kind }) => kind !== 'implicit'));
    });
    return [file, first?.pos ?? Number.POSITIVE_INFINITY];
  });
  return new Map(positions);
}

/**
 * A statement of the variable's own module that runs before any function of the program does: a unit that repeats it gets
 * what the program has. Whatever is set later may be seen before and after.
 */
function isInitialisation(loading: Loading, summary: Summary, variable: VariableEntry): boolean {
  const { node, owner } = summary.region;
  const { file } = variable;
  const isPut = putsCode(loading.index, variable, node);
  if (owner || node.getSourceFile() !== file) return false;
  if (isEntryCode(summary, isPut ? findTarget(loading, node) : undefined)) return false;
  if (node.pos < (loading.started.get(file) ?? 0)) return true;
  // Of anything else a function that is called there may have handed on a part, which is changed later under another name.
  if (!isPut && !isTable(loading.index, loading.references, variable)) return false;
  return file.statements.filter(({ pos }) => pos <= node.pos).every((one) => isUnseenBy(loading, one, variable));
}

interface Loading {
  index: ProgramIndex;
  references: References;
  summaries: Summaries;
  /** By file: where the first statement begins that may let others look. */
  started: ReadonlyMap<ts.SourceFile, number>;
}

/** What it adds to a declaration. */
function findTarget({ index }: Loading, node: ts.Node): string | undefined {
  return ts.isExpressionStatement(node) ? findCompleted(index, node)?.target : undefined;
}

/** Of code that talks to nobody: it calls functions of the program, and none that could come by it. */
const QUIET: ReadonlySet<EffectKind> = new Set(['reads', 'writes', 'time', 'random', 'throws']);

/** Whatever runs while the statement does sees nothing of the variable. */
function isUnseenBy(loading: Loading, statement: ts.Statement, variable: VariableEntry): boolean {
  const { summaries } = loading;
  const summary = ts.isFunctionDeclaration(statement) ? undefined : summaries.of(statement);
  if (!summary) return true;
  const target = findTarget(loading, statement);
  const isQuiet = [...summary.effects.values()].every(
    ({ kind, subject }) => QUIET.has(kind) || isUnseen(kind) || (kind === 'global' && subject === target),
  );
  if (!isQuiet) return false;
  return summary.region.calls.every(({ functions, classes }) => {
    const called = functions.map(({ node }) => node);
    return classes.length === 0 && called.every((node) => !summaries.of(node)?.touches.has(variable));
  });
}

/** `{ const held = …; read = () => held.n; }`: a unit that repeats the block has a `held` of its own. */
function mayHoldLocals(index: ProgramIndex, { region }: Summary, { symbol }: VariableEntry): boolean {
  const type = index.checker.getTypeOfSymbol(symbol);
  if (ts.isVariableStatement(region.node) || isPrimitiveType(type) || holdsPrimitives(index, type)) return false;
  let found = false;
  walk(region.node, (node) => {
    found ||= node !== region.node && (ts.isVariableDeclaration(node) || ts.isDeclarationStatement(node));
    return found || isFunctionNode(node) ? false : undefined;
  });
  return found;
}

/** `Uint8Array`, `string[]`, `Record<string, number>`: nothing else can be in it, as far as its type says. */
function holdsPrimitives(index: ProgramIndex, type: ts.Type): boolean {
  const { checker } = index;
  if (isOfNumbers(index, type)) return true;
  const elements = checker.isArrayType(type) ? checker.getIndexTypeOfType(type, ts.IndexKind.Number) : undefined;
  if (elements) return isPrimitiveType(elements);
  const entries = checker.getIndexInfosOfType(type);
  return entries.length > 0 && type.getProperties().length === 0 && entries.every((one) => isPrimitiveType(one.type));
}

/** A unit makes no value of its own. Functions cannot travel as state: what they keep has to be made again. */
export function isGiven(index: ProgramIndex, state: StateFacts, variable: VariableEntry): boolean {
  return (
    state.unstable.has(variable) && index.checker.getTypeOfSymbol(variable.symbol).getCallSignatures().length === 0
  );
}

/** Functions, and top-level code that a unit does not repeat. */
function runsLater(summary: Summary): boolean {
  return summary.region.owner !== undefined || isEntryCode(summary);
}

/** Nothing inside it can be given another value, as far as its type says. */
function isUnchangeable(index: ProgramIndex, variable: VariableEntry): boolean {
  if (variable.kind === 'enum') return true;
  const type = index.checker.getTypeOfSymbol(variable.symbol);
  if (isPrimitiveType(type) || findHeldGlobal(index, variable.node) || isStandingCode(index, variable)) return true;
  const name = type.symbol?.name ?? '';
  if (name === 'RegExp') return false;
  if (isFormatter(index, type)) return true;
  return isReadonlyList(index, type) && index.checker.getTypeArguments(type as ts.TypeReference).every(isPrimitiveType);
}

/** Objects of `Intl` are what they were made as, and so is what encodes texts. */
function isFormatter(index: ProgramIndex, type: ts.Type): boolean {
  if (type.symbol?.name === 'TextEncoder') return originOf(type.symbol, index.loaded.program).kind === 'runtime';
  return (type.symbol?.declarations ?? []).some((declaration) => {
    if (ts.isSourceFile(declaration)) return false; // that of a module
    const block = declaration.parent;
    const isIntl = ts.isModuleBlock(block) && block.parent.name.text === 'Intl';
    return isIntl && index.loaded.program.isSourceFileDefaultLibrary(declaration.getSourceFile());
  });
}

function isReadonlyList(index: ProgramIndex, type: ts.Type): boolean {
  if (index.checker.isTupleType(type)) return ((type as ts.TupleTypeReference).target as ts.TupleType).readonly;
  return type.symbol?.name === 'ReadonlyArray';
}

/** Of the kinds of effects that come with an initial value. */
type Depends = (kinds: ReadonlySet<EffectKind>) => boolean;

function showsDates(kinds: ReadonlySet<EffectKind>): boolean {
  return kinds.has('texts') && kinds.has('dates');
}

/** Variables whose initial value comes about with such effects, or from that of another one of them. */
function findDepending(index: ProgramIndex, summaries: Summaries, depends: Depends): Set<VariableEntry> {
  const found = new Set<VariableEntry>();
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const variable of index.variables) {
      const summary = summaryOf(summaries, variable);
      if (!summary || variable.kind === 'enum' || variable.kind === 'hung' || findHeldGlobal(index, variable.node))
        continue;
      const dependsOn = [...summary.touches].some((other) => other !== variable && found.has(other));
      if (dependsOn || depends(new Set([...summary.effects.values()].map(({ kind }) => kind)))) found.add(variable);
    }
  }
  return found;
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
  { index, flow, references }: { index: ProgramIndex; flow: FunctionFlow; references: References },
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
    ...((isHidden(variable) || isUnnamed(variable, state)) && { isHidden: true as const }),
    at: index.loaded.place(variable.node),
    shape: findWeakShape(index, shapes, variable.node, type) ?? shapes.shapeOf(type),
    ...(holdsFunction(index, flow, variable) && { holdsFunction: true as const }),
    assigned: !isReadonly && (state.assigned.has(variable) || isSetThroughHolder(state, variable, type)),
    mutated: !isPrimitiveType(type) && state.mutated.has(variable),
    stable: !state.unstable.has(variable),
    ...(isTable(index, references, variable) && { isTable: true as const }),
    hasIdentity: variable.kind !== 'hung' && hasIdentity(variable, type),
  };
}

/** Fields are told apart by their names alone: which of them may hold one is said by the type. */
function holdsFunction(index: ProgramIndex, flow: FunctionFlow, { symbol, node, kind }: VariableEntry): boolean {
  return flow.heldIn(symbol).length > 0 && (kind !== 'static' || mayBeFunction(index, node));
}

/** Nobody but code of its own class, or of its namespace, can name it. */
function isHidden({ kind, node }: VariableEntry): boolean {
  if (kind === 'hung') return true;
  const name = kind === 'static' && ts.isPropertyDeclaration(node) ? node.name : undefined;
  return (name !== undefined && !ts.isIdentifier(name)) || isDeclaredHidden(node);
}

/**
 * `export default new Date()`: the other side would have to be given it, and there is nothing to give it to. `if (…) { var x; }`: what
 * declares it may not be what a unit can repeat.
 */
function isUnnamed(variable: VariableEntry, state: StateFacts): boolean {
  return isHoisted(variable) || (ts.isExportAssignment(variable.node) && state.unstable.has(variable));
}

/** `const K: any = Cart; K.total = 1`, and the same for a namespace. */
function isSetThroughHolder(state: StateFacts, variable: VariableEntry, type: ts.Type): boolean {
  const isInNamespace = variable.expression.includes('.');
  return (variable.kind === 'static' || isInNamespace) && isPrimitiveType(type) && state.mutated.has(variable);
}

function hasIdentity({ kind }: VariableEntry, type: ts.Type): boolean {
  const isNamed = kind === 'enum' || kind === 'namespace';
  return isNamed || !isPrimitiveType(type) || (type.flags & ts.TypeFlags.ESSymbolLike) !== 0;
}
