import type { EffectFact, FunctionFacts, FunctionId, Reason, Settings, VariableFacts } from '../types.ts';
import { bringsOnlyKnown, isBrief, takesOnlyData } from './brief.ts';
import { findBytesLetOut } from './bytes.ts';
import { isClosure } from './captured.ts';
import { findClosureObstacle } from './closures.ts';
import { findNamed } from './crossing.ts';
import { readsAnyEnvironment } from './environment.ts';
import { findForeignClass, findForeignPart } from './foreign-classes.ts';
import { findLeavers, findMadeClass } from './leaving.ts';
import { getFact, getQualifiedName, type Program } from './program.ts';
import { findReached } from './reached.ts';
import {
  reasonChangesFunction,
  reasonForeignClass,
  reasonGenerator,
  reasonMixedModes,
  reasonMixesPromises,
  reasonNested,
  reasonObjectThis,
  reasonPrintedChanges,
  reasonPromiseThrows,
  reasonReturnsFunction,
  reasonReturnsLate,
  reasonReturnsOnce,
  reasonShape,
  reasonSharedWhileWaiting,
  reasonStateShape,
  reasonStateUnknown,
  reasonTie,
  reasonTypeUnwritten,
  reasonUnreachable,
  reasonYieldsFunction,
  type TieKind,
} from './reasons.ts';
import { changesAnything, findOwnObject, hasSelf, isRepeatable, mayHoldFunctions, takesFunctions } from './receiver.ts';
import { findAnyObstacle, findObstacle, holdsFunction, isWeak, mayBeFunction } from './shapes.ts';
import { mayListenLong } from './signals.ts';
import { findCarried, getWrites } from './state.ts';
import { canExitLater, isReadOfArgv, isUnseen } from './surroundings.ts';
import { findChangeable, findOtherStrand, findShared, isAsynchronous, isWaiting } from './waiting.ts';
import { mayStart } from './watched.ts';

/** Everything that keeps a function here, whatever the user asked for. None: it can move. */
export function findObstacles(
  program: Program,
  fn: FunctionFacts,
  settings: Settings,
  pinned: ReadonlySet<FunctionId> = new Set(),
): Reason[] {
  const isTried = settings.bodies !== 'drop' && isBrief(program, fn);
  return [
    ...findWrongForm(program, fn, settings, pinned),
    ...findTies(program, fn, settings, isTried),
    ...findMixedModes(program, fn),
    ...findPrintedChanges(program, fn),
    ...findStuckState(program, fn, isTried),
    ...findHiddenState(program, fn, pinned),
    ...findStuckBytes(program, fn),
    ...findStuckSelf(program, fn),
    ...findStuckParameters(program, fn),
    ...findChangedFunctions(program, fn),
    ...findStuckResult(program, fn, pinned, isTried),
    ...findStuckErrors(program, fn),
    ...findStuckSteps(program, fn, isTried),
    ...findRaces(program, fn, settings),
    ...(settings.bodies === 'drop' && fn.resultType === null ? [reasonTypeUnwritten(fn)] : []),
  ];
}

function findWrongForm(
  program: Program,
  fn: FunctionFacts,
  settings: Settings,
  pinned: ReadonlySet<FunctionId>,
): Reason[] {
  const reasons: Reason[] = [];
  if (isClosure(fn)) {
    const why = findClosureObstacle(program, fn, pinned) ?? findBare(settings);
    return why === undefined ? [] : [reasonStuckClosure(program, fn, why)];
  }
  if (fn.usesThis && !isGivenThis(fn) && !findOwnObject(program, fn)) reasons.push(reasonObjectThis(fn));
  return reasons;
}

function findBare({ bodies }: Settings): string | undefined {
  return bodies === 'drop' ? 'has nothing but its body to be found by' : undefined;
}

function reasonStuckClosure(program: Program, fn: FunctionFacts, why: string): Reason {
  if (fn.parent !== undefined) return reasonNested(fn, getFact(program.functions, fn.parent), why);
  return reasonUnreachable(fn, fn.reach.kind === 'none' ? `${fn.reach.reason}, and it ${why}` : why);
}

/** `this` is an instance of its class, or like an argument: `function total(this: Cart) { … }`. A method of a literal is part of what it gets. */
function isGivenThis(fn: FunctionFacts): boolean {
  return fn.cls !== undefined || fn.kind === 'declaration' || fn.kind === 'expression';
}

/** All code of a unit is in strict mode, or none of it. */
function findMixedModes(program: Program, fn: FunctionFacts): Reason[] {
  if (!program.mixesModes) return [];
  const isSloppy = ({ module }: FunctionFacts) => getFact(program.modules, module).isSloppy === true;
  const own = isSloppy(fn);
  const other = findReached(program, [fn]).find((one) => isSloppy(one) !== own);
  return other ? [reasonMixedModes(fn, other, own)] : [];
}

/** One reason a kind: the first place is enough to see it, but what may happen is none where something is sure to. */
function findTies(program: Program, fn: FunctionFacts, { bodies }: Settings, isTried: boolean): Reason[] {
  const ties = new Map<TieKind, EffectFact>();
  const mayRunBack = fn.isGenerator ? isTried : bodies !== 'drop';
  for (const effect of fn.effects) {
    const kind = findTie(program, fn, effect);
    if (kind === 'starts' && mayRunBack && mayStart(program, fn)) continue;
    if (kind === undefined) continue;
    const known = ties.get(kind);
    if (!known || (known.seen === 'maybe' && effect.seen !== 'maybe')) ties.set(kind, effect);
  }
  return [...ties].map(([kind, effect]) => reasonTie(kind, effect));
}

function findTie(program: Program, fn: FunctionFacts, effect: EffectFact): TieKind | undefined {
  switch (effect.kind) {
    case 'env':
      return readsAnyEnvironment(effect) ? 'env' : undefined;
    case 'argv':
      return isReadOfArgv(effect) ? undefined : 'argv';
    case 'exit':
      return canExitLater(fn, effect) ? undefined : 'exit';
    case 'timers':
      if (!isAsynchronous(fn)) return 'timers';
      // Before other jobs if the main program calls it, behind them if another job does.
      return effect.subject === 'process.nextTick' ? 'ticks' : undefined;
    case 'starts':
      return isAsynchronous(fn) && !mayListenLong(program, fn, effect) ? undefined : 'starts';
    case 'net':
      return isAsynchronous(fn) && !hasState(fn) ? undefined : 'net';
    case 'reads':
    case 'writes':
    case 'output':
    case 'cwd':
    case 'time':
    case 'random':
    case 'zone':
    case 'locale':
    case 'formats':
    case 'texts':
    case 'dates':
    case 'platform':
    case 'ambient':
    case 'callback':
    case 'throws':
      return undefined;
    default:
      return effect.kind;
  }
}

/** What is printed is printed here, when the call has ended: too late for a method that shows its object and does more than that. */
function findPrintedChanges(program: Program, fn: FunctionFacts): Reason[] {
  const prints = fn.effects.find(({ kind, subject }) => kind === 'output' && subject?.startsWith('console.'));
  const changing = prints ? findChangingShows(program) : [];
  if (!prints || changing.length === 0) return [];
  const { classes } = findNamed(program, [fn]);
  const shows = changing.find(({ cls }) => cls === undefined || classes.includes(cls));
  return shows ? [reasonPrintedChanges(prints, shows)] : [];
}

const changingShows = new WeakMap<Program, readonly FunctionFacts[]>();

function findChangingShows(program: Program): readonly FunctionFacts[] {
  const found = changingShows.get(program) ?? program.analysis.functions.filter(isChangingShow);
  changingShows.set(program, found);
  return found;
}

/** `[inspect.custom]() { this.shown++; … }`; the name may be that of any symbol that is not one of the language. */
function isChangingShow(fn: FunctionFacts): boolean {
  const isShow = /^\[(?!Symbol\.(?!for\b))/.test(fn.name);
  return isShow && (changesAnything(fn) || !fn.effects.every(isUnseen));
}

function hasState(fn: FunctionFacts): boolean {
  return fn.changes.self || fn.effects.some(({ kind }) => kind === 'reads' || kind === 'writes');
}

function findStuckBytes(program: Program, fn: FunctionFacts): Reason[] {
  const bytes = findBytesLetOut(program, fn);
  return bytes
    ? [
        reasonShape(
          fn,
          bytes.expression,
          'bytes',
          'what it gives out or changes may share them, and would share a copy',
        ),
      ]
    : [];
}

function findStuckState(program: Program, fn: FunctionFacts, isTried: boolean): Reason[] {
  const effects = fn.effects.filter(({ kind }) => kind === 'reads' || kind === 'writes');
  const unknown = effects.filter(({ subject }) => subject === undefined || !program.variables.has(subject));
  const { stateIn } = findCarried(program, fn);
  const first = new Map<string | undefined, EffectFact>();
  for (const effect of effects) if (!first.has(effect.subject)) first.set(effect.subject, effect);
  return [
    ...unknown.slice(0, 1).map(reasonStateUnknown),
    ...stateIn.flatMap((id) => {
      const variable = getFact(program.variables, id);
      const why = findStuckVariable(program, fn, variable, isTried);
      const effect = first.get(id) ?? { kind: 'reads', at: fn.at, via: [] };
      return why === undefined ? [] : [reasonStateShape(effect, variable, why)];
    }),
  ];
}

/** What the other side would have to name, and only code of its namespace can. */
function findHiddenState(program: Program, fn: FunctionFacts, pinned: ReadonlySet<FunctionId>): Reason[] {
  if (!program.hasHidden) return [];
  const named = findNamed(program, [fn], pinned).variables.map((id) => getFact(program.variables, id));
  const hidden = named.find(({ isHidden }) => isHidden);
  if (!hidden) return [];
  const effect = fn.effects.find(({ subject }) => subject === hidden.id) ?? { kind: 'reads', at: fn.at, via: [] };
  return [reasonStateShape(effect, hidden, describeHidden(hidden))];
}

function describeHidden({ kind }: VariableFacts): string {
  if (kind === 'hung') return 'it hangs on a function or a class that does not declare it';
  return kind === 'static' ? 'nothing but its class can name it' : 'its namespace does not export it';
}

/** A function that a constant holds has a name on both sides: what it keeps would be there twice. */
function findStuckVariable(
  program: Program,
  fn: FunctionFacts,
  { shape, assigned }: VariableFacts,
  isTried: boolean,
): string | undefined {
  if (mayBeFunction(shape) && !assigned) return 'it is a function that keeps something';
  if (fn.isGenerator && !isTried && isWeak(shape)) return 'its entries do not follow the steps of a generator';
  const obstacle = findAnyObstacle(shape);
  if (obstacle) return `${obstacle.type}: ${obstacle.reason}`;
  const foreign = findForeignClass(program, shape);
  return foreign && `class ${foreign.name} ${foreign.why}`;
}

function findStuckSelf(program: Program, fn: FunctionFacts): Reason[] {
  if (fn.cls === undefined || (fn.isStatic && !fn.usesThis)) return [];
  const why = findForeignPart(program, fn.cls);
  return why === undefined ? [] : [reasonForeignClass(fn, 'its object', getQualifiedName(fn.cls), why)];
}

/** An optional parameter that cannot cross may be left out: that is seen call by call. */
function findStuckParameters(program: Program, fn: FunctionFacts): Reason[] {
  const required = fn.params.filter((param) => !param.optional && !param.rest);
  return required.flatMap((param) => {
    const where = `parameter ${param.name}`;
    const obstacle = findObstacle(param.shape);
    if (obstacle) return [reasonShape(fn, where, obstacle.type, obstacle.reason)];
    const foreign = param.shape.kind === 'class' ? findForeignClass(program, param.shape) : undefined;
    return foreign ? [reasonForeignClass(fn, where, foreign.name, foreign.why)] : [];
  });
}

/** Functions that cross by name are not watched: properties that they get there would be lost. One that is only kept gets none. */
function findChangedFunctions({ analysis }: Program, fn: FunctionFacts): Reason[] {
  const where = analysis.changed.functions ?? analysis.changed.anything;
  if (!where || !analysis.changed.changers?.includes(fn.id)) return [];
  const { args } = fn.changes;
  const changed = fn.params.filter((_, index) => args !== 'all' && args.includes(index));
  return changed.filter(({ shape }) => mayBeFunction(shape)).map(({ name }) => reasonChangesFunction(fn, name, where));
}

function findStuckResult(
  program: Program,
  fn: FunctionFacts,
  pinned: ReadonlySet<FunctionId>,
  isTried: boolean,
): Reason[] {
  const obstacle = findAnyObstacle(fn.returns);
  if (obstacle) return [reasonShape(fn, 'the result', obstacle.type, obstacle.reason)];
  const stuck = findStuckFunction(program, fn, pinned, isTried);
  if (stuck) return [stuck];
  const foreign = findForeignClass(program, fn.returns);
  return foreign ? [reasonForeignClass(fn, 'the result', foreign.name, foreign.why)] : [];
}

/** A function in the result that cannot come home; or any, where a call cannot run here after all. */
function findStuckFunction(
  program: Program,
  fn: FunctionFacts,
  pinned: ReadonlySet<FunctionId>,
  isTried: boolean,
): Reason | undefined {
  const holds = holdsFunction(fn.returns);
  if (!holds && !fn.isGenerator) return undefined;
  const reached = findReached(program, [fn]);
  const leavers = findLeavers(program, [fn], reached, pinned);
  const stuck = leavers.find(({ isCertain, why }) => isCertain && why !== undefined);
  if (stuck?.why !== undefined) return reasonReturnsFunction(fn, stuck.fn, stuck.why);
  if (fn.isGenerator) {
    return isTried || bringsOnlyKnown(program, fn, pinned) ? undefined : reasonYieldsFunction(fn);
  }
  const cls = mayBeFunction(fn.returns) ? findMadeClass(program, reached) : undefined;
  if (cls) return reasonReturnsFunction(fn, cls, 'it is a class that every call makes anew');
  const isGiven = takesFunctions(program, fn) || !mayHoldFunctions(program, fn);
  const lasting = fn.effects.find((effect) => !isRepeatable(program, { ...fn, effects: [effect] }, isGiven));
  if (lasting) return reasonReturnsOnce(fn, lasting);
  const changes = changesAnything(fn) || takesFunctions(program, fn) || getWrites(fn).length > 0;
  return isAsynchronous(fn) && changes ? reasonReturnsLate(fn) : undefined;
}

/** What its steps bring has to cross. Parameters are bound when it is called. */
function findStuckSteps(program: Program, fn: FunctionFacts, isTried: boolean): Reason[] {
  if (!fn.isGenerator) return [];
  const isSure = isTried || takesOnlyData(program, fn);
  const early = fn.params.find((param) => param.impureDefault);
  const pattern = fn.params.find(({ form, name }) => form === 'pattern' && (fn.usesArguments || /\]\s*:/.test(name)));
  return [
    ...(isSure ? [] : [reasonGenerator(fn, 'uses what next() brings, which may be something that cannot cross')]),
    ...(early
      ? [reasonGenerator(fn, `makes the default value of ${early.name} when it is called, before it runs`)]
      : []),
    ...(pattern ? [reasonGenerator(fn, `takes apart ${pattern.name} when it is called, before it runs`)] : []),
  ];
}

/** Where a call cannot run here after all: an error of a class that cannot be made here would come as another one. */
function findStuckErrors(program: Program, fn: FunctionFacts): Reason[] {
  if (isRepeatable(program, fn) && !takesFunctions(program, fn) && !hasSelf(fn)) return [];
  for (const { kind, subject } of fn.effects) {
    if (kind !== 'throws' || subject === undefined || !program.classes.has(subject)) continue;
    const why = findForeignPart(program, subject);
    if (why !== undefined) return [reasonForeignClass(fn, 'what it throws', getQualifiedName(subject), why)];
  }
  return [];
}

/** Promises that the cut would give at another time than the user's code; async code that could see what runs while it waits. */
function findRaces(program: Program, fn: FunctionFacts, settings: Settings): Reason[] {
  const thrown = fn.effects.find(({ kind }) => kind === 'throws');
  if (fn.returnsPromise && !fn.isAsync && thrown) return [reasonPromiseThrows(thrown)];
  if (fn.mixesPromises) return [reasonMixesPromises(fn)];
  if (!isWaiting(program, fn, settings)) return [];
  const strand = findOtherStrand(program);
  const shared = strand && (findShared(program, fn) ?? findChangeable(program, fn));
  return strand && shared ? [reasonSharedWhileWaiting(fn, shared, strand)] : [];
}
