/** Requests that units get. */
import fc from 'fast-check';
import { createDispatch, type Feature, type Functions } from '../../templates/runtime/dispatch.ts';
import { exit } from '../../templates/runtime/exit.ts';
import { generators, steps } from '../../templates/runtime/generators.ts';
import { late } from '../../templates/runtime/late.ts';
import { output } from '../../templates/runtime/output.ts';
import { restore } from '../../templates/runtime/restore.ts';
import { rich } from '../../templates/runtime/rich.ts';
import { surroundings } from '../../templates/runtime/surroundings.ts';
import { type Fuzzer, fuzz } from './fuzzer.ts';
import { guarded } from './guard.ts';
import { IDS, listOf, messageOf, parse, recordOf, textsOf } from './message-parts.ts';
import { anyWire, mutated } from './wires.ts';

let ran = 0;
const FUNCTIONS = {
  'w#first': {
    run(list: unknown) {
      ran++;
      return Array.isArray(list) ? list[0] : undefined;
    },
    params: ['list'],
    contract: 'c1',
  },
  'w#second': { run: () => void ran++ },
  'w#numbers': {
    run: steps(function* (from: number) {
      ran++;
      for (let next = from; next < 5; next++) yield next;
    }),
  },
  'w#where': { run: () => [process.cwd(), process.argv.length, performance.now() > 0] },
  'w#leave': { run: () => process.exit(3) },
} satisfies Functions;

const NAMES = [...Object.keys(FUNCTIONS), 'w#first', 'constructor', '__proto__', 'toString', {}, null];
const request = messageOf({
  v: textsOf(2, 2, 2, 1, '2', 0),
  fn: textsOf(...NAMES),
  contract: textsOf('c1', 'c1', 'c0', 5, null),
  self: anyWire,
  args: listOf(anyWire),
  list: anyWire,
  state: recordOf(IDS, anyWire),
  env: recordOf(['FUZZ_A', '__proto__', 'constructor', 'PATH'], textsOf('x', null, 5, {})),
  far: listOf(anyWire),
  cwd: textsOf('/', '', 5, null, {}),
  argv: textsOf(['node', 'main'], [], 5, null, {}, [{}]),
  clock: textsOf([1, 2, 3, '4'], [1], ['a', 'b', 'c', 'd'], [1, 2, 3, 1.5], 5, {}),
  pull: fc.oneof(
    messageOf({
      run: textsOf('r1', 'r2', 5, '__proto__'),
      step: textsOf(0, 1, 3, -1, 1e15, '1', null),
      how: textsOf('next', 'return', 'throw', 'constructor', ['next'], 5),
      value: anyWire,
    }),
    anyWire,
  ),
  changed: listOf(listOf(anyWire)),
});

const ALL = [rich, output, generators, restore, surroundings, exit, late];
const FEATURES: Feature[][] = [[], [rich], [rich, output, restore], [restore], ALL, ALL];

/** Bytes become a reply, or an error for a person. Nothing runs if they are refused. */
async function dispatchHostile(text: string, features: Feature[]): Promise<void> {
  const event = parse(text);
  const before = ran;
  try {
    const reply = await createDispatch(FUNCTIONS, features)(event);
    if (reply.refused && ran !== before) throw new Error('a call that was refused has run');
    JSON.stringify(reply);
  } catch (error) {
    if (!(error instanceof Error) || (event as { v?: unknown } | null)?.v === 1) throw error;
  }
}

/** What once changed something, or was not refused. */
const FOUND_REQUESTS = [
  '{"v":3,"fn":"constructor","args":[]}',
  '{"v":3,"fn":"__proto__","args":[]}',
  '{"v":3,"fn":"w#first","args":[],"env":{"constructor":"x","__proto__":"x"}}',
  '{"v":3,"fn":"w#first","args":[],"clock":[1,2,3,"4"],"argv":5}',
  '{"v":3,"fn":"w#first","contract":"c1","env":{"PATH":null},"cwd":{"$":["w#Failure"]},"argv":[{}],"clock":[1,2,3,"4"]}',
];
export const requests: Fuzzer[] = [
  fuzz<[text: string, features: Feature[]]>(
    'hostile requests',
    500,
    fc.tuple(mutated(request), fc.constantFrom(...FEATURES)),
    ([text, features]) => guarded(() => dispatchHostile(text, features)),
    FOUND_REQUESTS.map((text) => [text, ALL]),
  ),
];
