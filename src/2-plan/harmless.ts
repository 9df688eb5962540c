/** Functions that may be handed over, and do on the other side what they do here. */

import type { EffectFact, EffectKind, FunctionFacts, FunctionId, VariableId } from '../types.ts';
import { getClosure } from './collections.ts';
import { listEnvironment, readsAnyEnvironment } from './environment.ts';
import { getFact, type Program } from './program.ts';
import { rememberIn } from './remember.ts';
import { findAnyObstacle, holdsFunction } from './shapes.ts';
import { findCarried } from './state.ts';
import { isAsynchronous } from './waiting.ts';

/** Effects that a function handed over may have: the reply brings them home. Whatever else it does belongs to the side it was made on. */
const HANDED_OVER: ReadonlySet<EffectKind> = new Set<EffectKind>([
  'reads',
  'writes',
  'output',
  'env',
  'time',
  'random',
  'zone',
  'locale',
  'formats',
  'texts',
  'dates',
  'platform',
  'ambient',
  'callback',
  'throws',
]);

/** What a function needs where it is handed to. */
interface Needs {
  stateIn: readonly VariableId[];
  stateOut: readonly VariableId[];
  env: readonly string[];
}

/** What goes along with the calls of each of some functions. */
export interface Brought {
  stateIn: ReadonlySet<VariableId>;
  stateOut: ReadonlySet<VariableId>;
  env: ReadonlySet<string>;
}

/** `undefined`: there are no such functions. */
export function findBrought(program: Program, holders: readonly FunctionFacts[]): Brought | undefined {
  if (holders.length === 0) return undefined;
  const carried = holders.map((holder) => findCarried(program, holder));
  return {
    stateIn: findCommon(carried.map(({ stateIn }) => stateIn)),
    stateOut: findCommon(carried.map(({ stateOut }) => stateOut)),
    env: findCommon(holders.map(listEnvironment)),
  };
}

function findCommon<T>([first = [], ...others]: readonly (readonly T[])[]): Set<T> {
  let common = new Set(first);
  for (const other of others) common = new Set(other.filter((item) => common.has(item)));
  return common;
}

/** All that it does is done for the caller as well: what it needs goes along with every call that may bring it. */
export function isHarmless(program: Program, fn: FunctionFacts, brought: Brought | undefined): boolean {
  const needs = findNeeds(program, fn);
  if (needs === 'harmful') return false;
  const { stateIn, stateOut, env } = needs;
  if (brought === undefined || stateIn.length + env.length === 0) return true;
  return (
    stateIn.every((id) => brought.stateIn.has(id)) &&
    stateOut.every((id) => brought.stateOut.has(id)) &&
    env.every((name) => brought.env.has(name))
  );
}

const findNeeds = rememberIn((program, fn: FunctionFacts): Needs | 'harmful' =>
  isHarmful(program, fn) ? 'harmful' : { ...findCarried(program, fn), env: listEnvironment(fn) },
);

function isHarmful(program: Program, fn: FunctionFacts): boolean {
  const isDone = !fn.isGenerator && !isAsynchronous(fn);
  const isShipped = !getFact(program.modules, fn.module).isTest;
  if (!isDone || !isShipped || !fn.effects.every((effect) => isHandedOver(program, effect))) return true;
  return bringsOutFunctions(program, fn) || findAnyObstacle(fn.returns) !== undefined;
}

function isHandedOver(program: Program, effect: EffectFact): boolean {
  const isState = effect.kind === 'reads' || effect.kind === 'writes';
  if (isState && (effect.subject === undefined || !program.variables.has(effect.subject))) return false;
  return HANDED_OVER.has(effect.kind) && !readsAnyEnvironment(effect);
}

/** Functions that it makes over there could not come back: those it returns, stores somewhere, or gives to a variable around it. */
function bringsOutFunctions(program: Program, fn: FunctionFacts): boolean {
  const inside = [...getClosure([fn.id], (id) => (program.children.get(id) ?? []).map((child) => child.id))].slice(1);
  const given = new Set(fn.site?.captures.flatMap(({ cell, functions }) => (cell ? functions : [])));
  const isStored = (id: FunctionId) => {
    const { site, flows, valueUses } = getFact(program.functions, id);
    return site ? (flows?.fields ?? []).length > 0 : valueUses.some(({ kind }) => kind === 'value');
  };
  return holdsFunction(fn.returns) || inside.some((id) => given.has(id) || isStored(id));
}
