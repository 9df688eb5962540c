/** Replies that apps get. */
import fc from 'fast-check';
import { type App, createStubs } from '../../templates/runtime/app.ts';
import { createTally } from '../../templates/runtime/counts.ts';
import { type Crossing, callSleeping } from '../../templates/runtime/crossing.ts';
import { FaasifyError } from '../../templates/runtime/failure.ts';
import { createFallback } from '../../templates/runtime/fallback.ts';
import { planRoutes } from '../../templates/runtime/plan.ts';
import type { Reply } from '../../templates/runtime/protocol.ts';
import { findDifference } from '../codec/same.ts';
import { type Fuzzer, fuzz } from './fuzzer.ts';
import { guarded } from './guard.ts';
import { IDS, listOf, messageOf, parse, recordOf, textsOf } from './message-parts.ts';
import { anyWire, mutated } from './wires.ts';
import { makeHolder, Point, Safe } from './world.ts';

const printed = messageOf({
  console: textsOf('log', 'table', 'constructor', 'Console', '__proto__', 5),
  args: listOf(anyWire),
  far: listOf(anyWire),
});
const written = messageOf({
  stream: textsOf('stdout', 'stderr', 'stdin', '__proto__', 'exit'),
  text: textsOf('x', 5),
  base64: textsOf('AA==', '%', null),
});
const count = messageOf({
  crossed: textsOf(1, -1, '1', 1e300),
  here: textsOf(0),
  reasons: listOf(textsOf(5, { reason: 'r', count: 1 }, { reason: 1 })),
});
const reply = messageOf({
  ret: anyWire,
  error: anyWire,
  out: listOf(fc.oneof(printed, written)),
  state: recordOf(IDS, anyWire),
  changed: listOf(
    fc
      .tuple(textsOf(0, 1, 2, 3, -1, 99, '0', 'constructor', '__proto__', 'length'), anyWire)
      .map(([number, wire]) => `[${number},${wire}]`),
  ),
  far: listOf(anyWire),
  late: textsOf(true, false, 1),
  done: textsOf(true, 5),
  exit: textsOf([], [1], ['x'], 5, [{}]),
  fresh: textsOf({ value: 1 }, {}, 5),
  uncrossable: textsOf({ path: 'ret', reason: 'r' }, {}, 5),
  calls: recordOf(['w#first', '__proto__', 'constructor', 'hasOwnProperty'], count),
  refused: textsOf({ code: 'bad-request', message: 'm' }, { code: 'version', message: 'm' }, { code: 5 }, true),
});

const CUT = {
  arity: null,
  changes: { args: 'all' as const, self: true },
  stateIn: ['w#counter'],
  stateOut: ['w#counter'],
  env: [],
  takes: [],
  exits: false,
  ambient: [],
};
const cut = { ...CUT, fn: 'w#first', unit: 'u', repeatable: false, isAsync: false, waits: false, contract: 'c1' };
const unit = {
  name: 'u',
  bundle: '/none',
  settings: { memory: 1, timeout: 1 },
  rich: true,
  tables: false,
  sites: ['w#holder'],
};
const plan = {
  target: 'local' as const,
  cuts: [cut],
  units: [{ ...unit, classes: ['w#Point', 'w#Safe'], variables: ['w#named'] }],
};

function createApp(answer: string): App {
  return {
    getStub: createStubs(planRoutes(plan, '/'), {}),
    counts: createTally(),
    writers: new Set(),
    turns: [],
    globals: new Map(),
    strict: false,
    canBlock: true,
    holds: true,
    findMaxRequest: () => Number.POSITIVE_INFINITY,
    link: () => ({
      block: () => ({ reply: answer }),
      send: () => ({ wait() {}, tell() {} }),
      isFull: () => false,
      release() {},
      holdsMany: () => false,
      close: async () => {},
    }),
    fallback: createFallback(() => false),
    tellsAborts: () => true,
    findHindrance: () => undefined,
    locate: (_fn, unit) => unit,
  };
}

const below: Crossing = () => undefined;

function makeArguments(): unknown[] {
  const list: unknown[] = [1, { a: 1 }, new Map([[1, 2]]), new Point(1), new Safe()];
  return [list, makeHolder(list)];
}

/** A reply is used in full, or not at all: then it is a FaasifyError, and the caller's objects are as they were. */
function callHostile(text: string): void {
  const args = makeArguments();
  try {
    callSleeping(createApp(text), below, 'w#first', args, undefined);
  } catch (error) {
    if (!(error instanceof FaasifyError)) return expectThrown(error, text);
    const difference = error.code === 'cannot-throw' ? undefined : findDifference(args, makeArguments());
    if (difference !== undefined) throw new Error(`${error.message} after a change: ${difference}`);
  }
}

/** What is thrown is what the reply says was thrown. */
function expectThrown(thrown: unknown, text: string): void {
  const isSaid = (parse(text) as Reply).error !== undefined;
  if (!isSaid || (thrown instanceof TypeError && !text.includes('"TypeError"'))) throw thrown;
}

/** What once changed something, or threw something else. */
const FOUND_REPLIES = [
  '{"calls":{"w#first":{}}}',
  '{"calls":{"__proto__":{"crossed":1,"here":0,"reasons":[]}}}',
  '{"calls":{"constructor":{"crossed":1,"here":0,"reasons":[]}}}',
  '{"changed":[["__proto__",[]]]}',
  '{"changed":[["constructor",0]]}',
  '{"changed":[[0,[]]],"out":5}',
  '{"changed":[[0,[]]],"out":[{"console":"constructor","args":[]}]}',
  '{"changed":[[0,[]]],"out":[{"console":"log","args":[{"$":99}]}]}',
  '{"changed":[[0,[]]],"state":{"w#none":1}}',
  '{"changed":[[0,[]]],"state":{"w#five":1}}',
];

export const replies: Fuzzer[] = [
  fuzz('hostile replies', 250, mutated(reply), (text) => guarded(() => callHostile(text)), FOUND_REPLIES),
];
