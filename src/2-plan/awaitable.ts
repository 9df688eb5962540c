import type { CallFacts, FunctionFacts, FunctionId, LoopFacts, ModuleId } from '../types.ts';
import { getFact, type Program } from './program.ts';
import { formatPlace } from './reasons.ts';
import { changesAnything, takesFunctions } from './receiver.ts';
import { holdsFunction } from './shapes.ts';
import { getWrites } from './state.ts';
import { mayStart } from './watched.ts';

/** Array methods that templates/runtime/loops.ts has an asynchronous form of, and what calls a function once and at once. */
const AWAITABLE_METHODS = new Set([
  'map',
  'forEach',
  'filter',
  'flatMap',
  'some',
  'every',
  'find',
  'findIndex',
  'reduce',
  'settle',
]);

/** Which sync functions may become async, and why the others may not. */
export interface Awaitable {
  functions: ReadonlySet<FunctionId>;
  getObstacle: (id: FunctionId) => string;
}

/**
 * Greatest fix point: every function that could be async by itself is assumed to be; then those go whose calls cannot
 * all be awaited, until nothing more goes. `pinned` are those that are known not to compile as async functions.
 */
export function findAwaitable(program: Program, pinned: ReadonlySet<FunctionId>): Awaitable {
  const functions = new Set<FunctionId>();
  const obstacles = new Map<FunctionId, string>();
  for (const fn of program.analysis.functions) {
    const obstacle = pinned.has(fn.id)
      ? 'the program does not compile where it is async'
      : findOwnObstacle(program, fn);
    if (obstacle === undefined) functions.add(fn.id);
    else obstacles.set(fn.id, obstacle);
  }
  const callees = mapCallees(program);
  const pending = new Set(functions);
  for (const id of pending) {
    pending.delete(id);
    const obstacle = functions.has(id) ? findCallObstacle(program, id, functions) : undefined;
    if (obstacle === undefined) continue;
    functions.delete(id);
    obstacles.set(id, obstacle);
    for (const callee of callees.get(id) ?? []) pending.add(callee);
  }
  return { functions, getObstacle: (id) => obstacles.get(id) ?? 'it is not called' };
}

/** The loop that a call of an array method is, as seen from the function it hands over. */
export function findLoop(program: Program, id: FunctionId, call: CallFacts): LoopFacts | undefined {
  const loops = program.loopsOf.get(id) ?? [];
  return loops.find(
    (loop) => loop.module === call.module && loop.span.start === call.span.start && loop.span.end === call.span.end,
  );
}

function findOwnObstacle(program: Program, fn: FunctionFacts): string | undefined {
  if (fn.isAsync || fn.returnsPromise) return 'it returns a promise already';
  if (fn.isGenerator) return 'it is a generator';
  if (fn.kind === 'getter' || fn.kind === 'setter' || fn.kind === 'constructor') return `it is a ${fn.kind}`;
  if (fn.textRead) return 'its text is read';
  if (isMember(fn)) return 'its type is given by the object it is in';
  if (fn.overrides) return 'its type is given by a base class or interface';
  if (fn.escapes) return 'code outside the program can call it';
  if (holdsFunction(fn.returns) && (changesAnything(fn) || takesFunctions(program, fn) || getWrites(fn).length > 0)) {
    return 'it returns functions and changes things: where one of them cannot cross, it has to run here at once';
  }
  if (/\): (asserts\b|\w+ is\b)/.test(fn.signature)) return 'it decides the type of its argument';
  if (mayStart(program, fn)) return 'it may start something that nobody waits for';
  const isWaited = fn.valueUses.some(({ kind }) => kind === 'waited');
  const isCalled = isWaited || program.callsTo.has(fn.id) || program.loopsOf.has(fn.id);
  const isNamed = fn.kind === 'declaration' || fn.kind === 'method';
  return isCalled || isNamed ? undefined : 'it is only used as a value';
}

/** `api.total`: a function of an object or namespace. */
function isMember(fn: FunctionFacts): boolean {
  if (fn.cls !== undefined) return false;
  return fn.kind === 'method' || (fn.reach.kind === 'local' && fn.reach.expression.includes('.'));
}

function findCallObstacle(program: Program, id: FunctionId, awaitable: ReadonlySet<FunctionId>): string | undefined {
  const loops = program.loopsOf.get(id) ?? [];
  const canAwait = (at: Spot) => findSpotObstacle(program, at, awaitable) === undefined;
  const isAwaitableLoop = (loop: LoopFacts) => AWAITABLE_METHODS.has(loop.method) && canAwait(loop);
  for (const use of getFact(program.functions, id).valueUses) {
    if (use.kind === 'waited') continue;
    const loop = loops.find((one) => one.module === use.module && holds(one.callback, use.span));
    if (loop === undefined || use.kind !== 'callback') return 'it is used as a value';
    if (!isAwaitableLoop(loop)) return `it is the callback of ${loop.method}, where no await can stand`;
  }
  for (const call of program.callsTo.get(id) ?? []) {
    const loop = findLoop(program, id, call);
    const isFine = loop ? isAwaitableLoop(loop) : isPlainCall(call) && canAwait(call);
    if (!isFine) return `its call at ${formatPlace(call.at)} cannot be: ${explain(program, call, awaitable)}`;
  }
  return undefined;
}

function explain(program: Program, call: CallFacts, awaitable: ReadonlySet<FunctionId>): string {
  if (call.kind !== 'call') return 'it is not written as a call';
  return findSpotObstacle(program, call, awaitable) ?? 'it may reach several functions';
}

type Spot = Pick<CallFacts, 'position' | 'caller' | 'module'>;

function findSpotObstacle(program: Program, spot: Spot, awaitable: ReadonlySet<FunctionId>): string | undefined {
  if (spot.position.kind === 'blocked') return spot.position.why;
  if (spot.position.kind === 'top') return findTopObstacle(program, spot.module);
  const caller = spot.caller === undefined ? undefined : getFact(program.functions, spot.caller);
  if (caller && (caller.isAsync || awaitable.has(caller.id))) return undefined;
  return `${caller?.id ?? 'its caller'} cannot become async`;
}

/** A module that others import would finish later than they expect. */
function findTopObstacle(program: Program, id: ModuleId): string | undefined {
  const module = getFact(program.modules, id);
  if (module.format !== 'esm') return 'the top level of a CommonJS module';
  return module.isEntry ? undefined : 'the top level of a module that others import';
}

function isPlainCall(call: CallFacts): boolean {
  return call.kind === 'call' && call.direct && call.targets.length === 1;
}

function holds(outer: { start: number; end: number }, inner: { start: number; end: number }): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** Functions that may have to be looked at again when their caller cannot become async. */
function mapCallees(program: Program): Map<FunctionId, ReadonlySet<FunctionId>> {
  const callees = new Map<FunctionId, Set<FunctionId>>();
  const add = (caller: FunctionId | undefined, targets: readonly FunctionId[]) => {
    if (caller === undefined) return;
    const known = callees.get(caller) ?? new Set();
    callees.set(caller, known);
    for (const target of targets) known.add(target);
  };
  for (const call of program.calls) add(call.caller, call.targets);
  for (const loop of program.analysis.loops) add(loop.caller, [loop.fn]);
  return callees;
}
