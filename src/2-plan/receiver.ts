import type { EffectFact, EffectKind, FunctionFacts, Shape, VariableFacts } from '../types.ts';
import { changesCaptured, isClosure, listCaptured } from './captured.ts';
import { isOwnModule } from './loading.ts';
import { getFact, type Program } from './program.ts';
import { holdsFunction, isOpen } from './shapes.ts';
import { findCarried } from './state.ts';

/** What a function is given besides plain arguments, and whether it changes any of it. */

/** `this` is sent along; for a closure it is part of what it captured. */
export function hasSelf(fn: FunctionFacts): boolean {
  if (isClosure(fn)) return false;
  return fn.usesThis || (fn.cls !== undefined && !fn.isStatic);
}

/** `math` for the method `math.gcd` of `const math = { gcd() { … this … } }`, if nothing about it ever changes: `this` crosses by name. */
export function findOwnObject(program: Program, fn: FunctionFacts): VariableFacts | undefined {
  if (fn.cls !== undefined || !fn.usesThis || fn.kind !== 'method' || fn.reach.kind !== 'local') return undefined;
  const variable = program.variables.get(`${fn.module}#${fn.reach.root}`);
  const isDirect = fn.reach.expression.split('.').length === 2;
  const isConstant = variable?.hasIdentity && variable.stable && !variable.assigned && !variable.mutated;
  return isConstant && isDirect && !fn.changes.self ? variable : undefined;
}

/** Functions may arrive with a call: as arguments, or in module state. */
export function takesFunctions(program: Program, fn: FunctionFacts): boolean {
  const shapes = listGiven(program, fn);
  if (shapes.some(holdsFunction)) return true;
  const isHidden = hasSelf(fn) || shapes.some(isOpen);
  return isHidden && fn.effects.some(({ kind }) => kind === 'callback');
}

/** Functions may be somewhere in what arrives with a call, whatever it does with them. */
export function mayHoldFunctions(program: Program, fn: FunctionFacts): boolean {
  return hasSelf(fn) || listGiven(program, fn).some((shape) => isOpen(shape) || holdsFunction(shape));
}

/** What a call brings besides `this` of a method. */
function listGiven(program: Program, fn: FunctionFacts): Shape[] {
  const state = findCarried(program, fn).stateIn.map((id) => getFact(program.variables, id).shape);
  return [...fn.params.map((param) => param.shape), ...state, ...listCaptured(fn)];
}

/** Something of what it is given or has captured. */
export function changesAnything(fn: FunctionFacts): boolean {
  return changesCaptured(fn) || fn.changes.self || fn.changes.args === 'all' || fn.changes.args.length > 0;
}

/** What a unit does for itself; only the reply makes it happen for the program. */
const LEFT_BEHIND: ReadonlySet<EffectKind> = new Set([
  'reads',
  'writes',
  'output',
  'env',
  'cwd',
  'argv',
  'time',
  'random',
  'zone',
  'locale',
  'formats',
  'texts',
  'dates',
  'platform',
  'ambient',
  'timers',
  'starts',
  'exit',
  'throws',
]);

function isLeftBehind({ kind, seen }: EffectFact): boolean {
  return LEFT_BEHIND.has(kind) || (kind === 'function-text' && seen === 'maybe');
}

/**
 * Nothing remains of a call but its reply. `isGiven`: the functions that it calls arrive with it, and are known; those of a
 * function that cannot be given any are its own.
 */
export function isRepeatable(program: Program, fn: FunctionFacts, isGiven = !mayHoldFunctions(program, fn)): boolean {
  return fn.effects.every(
    (effect) => isLeftBehind(effect) || isOwnModule(program, effect) || (isGiven && effect.kind === 'callback'),
  );
}
