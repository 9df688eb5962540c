/** What came back of a call, for somebody to read. */
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { commit, readChanges } from '../../templates/runtime/changes.ts';
import { readReply } from '../../templates/runtime/check-reply.ts';
import { createDecoder } from '../../templates/runtime/codec.ts';
import type { OutputEvent, Reply } from '../../templates/runtime/protocol.ts';
import { rich } from '../../templates/runtime/rich.ts';
import { listTheirs } from '../../templates/runtime/stack-lines.ts';
import { standInFor } from './stand-ins.ts';
import { toJson } from './to-json.ts';

export interface Answer {
  /** What the function printed, in order. */
  printed: { stream: 'stdout' | 'stderr'; text: string }[];
  /** As `console.log` shows it; absent if there is an error. */
  result?: string;
  /** `TypeError: …` with its stack, or why it did not answer. */
  error?: string;
  /** Module variables with a new value, which an app would take over, as text. */
  state: Record<string, string>;
}

/** What came back, as values. */
interface Opened {
  printed: Answer['printed'];
  returned?: unknown;
  /** What the function threw. */
  thrown?: { value: unknown };
  /** Why there is neither, as people are told. */
  problem?: string;
  state: (readonly [id: string, value: unknown])[];
}

/** `failed`: the provider says that the function failed; then the payload is the provider's. `objects`: those of the request. */
export function readAnswer(payload: string, failed: boolean, objects: readonly object[]): Answer {
  const { printed, returned, thrown, problem, state } = open(payload, failed, objects);
  const shown = Object.fromEntries(state.map(([id, value]) => [id, show(value)]));
  if (problem !== undefined) return { printed, error: problem, state: {} };
  return thrown
    ? { printed, error: showThrown(thrown.value), state: shown }
    : { printed, result: show(returned), state: shown };
}

/** The same for programs: `json`, or the error. */
export interface JsonAnswer {
  printed: Answer['printed'];
  json?: string;
  error?: { errorType: string; errorMessage: string };
}

export function readJsonAnswer(payload: string, failed: boolean, objects: readonly object[]): JsonAnswer {
  const { printed, returned, thrown, problem } = open(payload, failed, objects);
  if (problem !== undefined) return { printed, error: splitProblem(problem) };
  if (thrown) return { printed, error: describeThrown(thrown.value) };
  try {
    return { printed, json: toJson(returned) };
  } catch (error) {
    return { printed, error: describeThrown(error) };
  }
}

/** `RangeError: too small`, and more lines. */
function splitProblem(problem: string): { errorType: string; errorMessage: string } {
  const [line = ''] = problem.split('\n', 1);
  const [, errorType = 'Error', errorMessage = line] = /^([A-Za-z_$][\w$.]*): (.*)$/.exec(line) ?? [];
  return { errorType, errorMessage };
}

function describeThrown(thrown: unknown): { errorType: string; errorMessage: string } {
  if (thrown instanceof Error) return { errorType: thrown.name, errorMessage: thrown.message };
  return { errorType: 'Error', errorMessage: show(thrown) };
}

function open(payload: string, failed: boolean, objects: readonly object[]): Opened {
  if (failed) return { printed: [], problem: describeFailure(payload), state: [] };
  const reply = readReply(payload);
  standInFor(JSON.parse(payload));
  const printed = replay(reply.out ?? []);
  const { refused, uncrossable, exit, error } = reply;
  if (refused) return { printed, problem: describeRefusal(refused), state: [] };
  if (exit) return { printed, problem: `the function has called process.exit(${exit.join(', ')})`, state: [] };
  if (uncrossable && error === undefined) {
    const why = `what it returned cannot leave its unit: ${uncrossable.path}: ${uncrossable.reason}`;
    return { printed, problem: why, state: [] };
  }
  return { printed, ...readValues(reply, objects) };
}

/** In the order in which they were written; what the function has changed of its arguments is part of what it returns. */
function readValues(reply: Reply, known: readonly object[]): Omit<Opened, 'printed'> {
  const decoder = createDecoder({ known, extension: rich(), far: reply.far });
  const { error, ret } = reply;
  const thrown = error !== undefined && decoder.decode(error);
  const returned = ret === undefined ? readFresh(reply) : decoder.decode(ret);
  const state = Object.entries(reply.state ?? {}).map(([id, wire]) => [id, decoder.decode(wire)] as const);
  readChanges(reply.changed ?? [], decoder);
  commit(decoder);
  return error === undefined ? { returned, state } : { thrown: { value: thrown }, state };
}

function showThrown(thrown: unknown): string {
  if (thrown instanceof Error && thrown.stack !== undefined) thrown.stack = listTheirs(thrown.stack).join('\n');
  return show(thrown);
}

function readFresh({ fresh }: Reply): unknown {
  return fresh && createDecoder({ extension: rich(), far: fresh.far }).decode(fresh.value);
}

/** Text as it is, everything else as Node shows it. */
function show(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { depth: 6, maxArrayLength: 200 });
}

function describeRefusal({ code, message }: NonNullable<Reply['refused']>): string {
  const isOther = code === 'contract' || code === 'version';
  return `the unit has refused the call: ${message}${isOther ? ': what is deployed is not what is in the output folder' : ''}`;
}

/** `{"errorType":"Sandbox.Timedout","errorMessage":"…","trace":[…]}` */
function describeFailure(payload: string): string {
  const { errorType = 'Error', errorMessage = payload, trace = [], stackTrace = trace } = parseObject(payload);
  const lines = Array.isArray(stackTrace) ? stackTrace.filter((line) => !String(line).startsWith(`${errorType}`)) : [];
  return [`${errorType}: ${errorMessage}`, ...lines].join('\n');
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}

/** As the app would print it. */
function replay(events: readonly OutputEvent[]): Answer['printed'] {
  const printed: Answer['printed'] = [];
  const collect = (stream: 'stdout' | 'stderr') =>
    new Writable({
      write(chunk, _encoding, done) {
        printed.push({ stream, text: String(chunk) });
        done();
      },
    });
  const console = new Console({ stdout: collect('stdout'), stderr: collect('stderr'), colorMode: false });
  for (const event of events) {
    if ('stream' in event) {
      const text = 'text' in event ? event.text : Buffer.from(event.base64, 'base64').toString();
      printed.push({ stream: event.stream, text });
      continue;
    }
    const decoder = createDecoder({ extension: rich(), far: event.far });
    const print: unknown = Reflect.get(console, event.console);
    if (typeof print === 'function')
      print.apply(
        console,
        event.args.map((wire) => decoder.decode(wire)),
      );
  }
  return printed;
}
