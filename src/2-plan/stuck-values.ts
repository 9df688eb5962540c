/** What a function gets or has that cannot cross: its module state, its object, its parameters, its errors. */

import type { EffectFact, FunctionFacts, FunctionId, Reason, VariableFacts } from '../types.ts';
import { findBytesLetOut } from './bytes.ts';
import { findNamed } from './crossing.ts';
import { findForeignClass, findForeignPart } from './foreign-classes.ts';
import { getFact, getQualifiedName, type Program } from './program.ts';
import {
  reasonChangesFunction,
  reasonForeignClass,
  reasonShape,
  reasonStateShape,
  reasonStateUnknown,
} from './reasons.ts';
import { hasSelf, isRepeatable, takesFunctions } from './receiver.ts';
import { findAnyObstacle, findObstacle, isWeak, mayBeFunction } from './shapes.ts';
import { findCarried } from './state.ts';

export function findStuckState(program: Program, fn: FunctionFacts, isTried: boolean): Reason[] {
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
export function findHiddenState(program: Program, fn: FunctionFacts, pinned: ReadonlySet<FunctionId>): Reason[] {
  if (!program.hasHidden) return [];
  const named = findNamed(program, [fn], pinned).variables.map((id) => getFact(program.variables, id));
  const hidden = named.find(({ isHidden }) => isHidden);
  if (!hidden) return [];
  const effect = fn.effects.find(({ subject }) => subject === hidden.id) ?? { kind: 'reads', at: fn.at, via: [] };
  return [reasonStateShape(effect, hidden, describeHidden(hidden))];
}

function describeHidden({ kind, expression }: VariableFacts): string {
  if (kind === 'hung') return 'it hangs on a function or a class that does not declare it';
  if (/^(?:default|export=)$/.test(expression)) return 'its module exports it without giving it a name';
  if (kind === 'let' && !expression.includes('.')) return 'a `var` inside of a statement declares it';
  return kind === 'static' ? 'nothing but its class can name it' : 'its namespace does not export it';
}

/** A function that a constant holds has a name on both sides: what it keeps would be there twice. */
function findStuckVariable(
  program: Program,
  fn: FunctionFacts,
  { shape, holdsFunction, assigned }: VariableFacts,
  isTried: boolean,
): string | undefined {
  if ((holdsFunction || mayBeFunction(shape)) && !assigned) return 'it is a function that may keep something';
  if (fn.isGenerator && !isTried && isWeak(shape)) return 'its entries do not follow the steps of a generator';
  const obstacle = findAnyObstacle(shape);
  if (obstacle) return `${obstacle.type}: ${obstacle.reason}`;
  const foreign = findForeignClass(program, shape);
  return foreign && `class ${foreign.name} ${foreign.why}`;
}

export function findStuckBytes(program: Program, fn: FunctionFacts): Reason[] {
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

export function findStuckSelf(program: Program, fn: FunctionFacts): Reason[] {
  if (fn.cls === undefined || (fn.isStatic && !fn.usesThis)) return [];
  const why = findForeignPart(program, fn.cls);
  return why === undefined ? [] : [reasonForeignClass(fn, 'its object', getQualifiedName(fn.cls), why)];
}

/** An optional parameter that cannot cross may be left out: that is seen call by call. */
export function findStuckParameters(program: Program, fn: FunctionFacts): Reason[] {
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
export function findChangedFunctions({ analysis }: Program, fn: FunctionFacts): Reason[] {
  const where = analysis.changed.functions ?? analysis.changed.anything;
  if (!where || !analysis.changed.changers?.includes(fn.id)) return [];
  const { args } = fn.changes;
  const changed = fn.params.filter((_, index) => args !== 'all' && args.includes(index));
  return changed.filter(({ shape }) => mayBeFunction(shape)).map(({ name }) => reasonChangesFunction(fn, name, where));
}

/** Where a call cannot run here after all: an error of a class that cannot be made here would come as another one. */
export function findStuckErrors(program: Program, fn: FunctionFacts): Reason[] {
  if (isRepeatable(program, fn) && !takesFunctions(program, fn) && !hasSelf(fn)) return [];
  for (const { kind, subject } of fn.effects) {
    if (kind !== 'throws' || subject === undefined || !program.classes.has(subject)) continue;
    const why = findForeignPart(program, subject);
    if (why !== undefined) return [reasonForeignClass(fn, 'what it throws', getQualifiedName(subject), why)];
  }
  return [];
}
