/** One instance of a function: a process that asks for its work, and is frozen while there is none. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Answer, describeExit, describeTimeout, fail } from './answers.ts';
import { openRuntimeApi, type RuntimeApi } from './api.ts';
import { type Child, type Exit, startChild } from './child.ts';
import type { RuntimeClient } from './client-choice.ts';
import { createEnvironment } from './environment.ts';
import type { Guard } from './guard.ts';
import { createLog, type InstanceLog, type InvocationReport } from './log.ts';
import { readMemory } from './memory.ts';
import { LATEST, type RuntimeCall, type RuntimeFunction } from './runtime.ts';

export interface Instance {
  /** Nobody can use it any more. */
  isOver(): boolean;
  /** One after the other. */
  run(call: RunningCall): Promise<InstanceAnswer>;
  stop(): Promise<void>;
}

export interface RunningCall extends RuntimeCall {
  requestId: string;
  trace: string;
}

export interface InstanceAnswer extends Answer, InvocationReport {
  /** The last 4 kB of what was printed, with what Lambda writes around it. */
  log: string;
}

export interface InstanceInput {
  fn: RuntimeFunction;
  client: RuntimeClient;
  guard: Guard;
}

/** How a wait ends. `ready`: the runtime asks for work. */
type End = 'ready' | 'timeout' | 'memory' | Gone;
/** It has ended, or could not load the function. */
type Gone = Exit | { initFailed: Answer };

interface Machine {
  fn: RuntimeFunction;
  log: InstanceLog;
  child: Child;
  api: RuntimeApi;
  /** Milliseconds until it asked for work for the first time; until an invocation has told it. */
  init: number | undefined;
  isReady: boolean;
  /** What it has answered to the invocation in hand, and when. */
  answer: { value: Answer; at: number } | undefined;
  gone: Gone | undefined;
  /** Told of every change. */
  notify: () => void;
}

/** Milliseconds that loading may take without any of the time of a call. */
const INIT_TIME = 10_000;
/** How often an instance that works is asked how much memory it has. */
const MEMORY_INTERVAL = 50;

export async function startInstance(input: InstanceInput): Promise<Instance> {
  const { fn } = input;
  const temporary = mkdtempSync(join(input.guard.folder, 'tmp-'));
  const log = createLog((line) => fn.log?.(line));
  const begun = performance.now();
  let isFirst = true;
  const api = await openRuntimeApi({
    ready() {
      if (isFirst) machine.init = performance.now() - begun;
      isFirst = false;
      change({ isReady: true });
    },
    answered: (value) => change({ answer: { value, at: performance.now() } }),
    initFailed: (answer) => change({ gone: { initFailed: answer } }),
  });
  const child = startProcess(input, api, temporary);
  const machine: Machine = {
    ...{ fn, log, child, api, init: undefined, isReady: false, answer: undefined, gone: undefined },
    notify: () => {},
  };
  function change(changed: Partial<Machine>): void {
    Object.assign(machine, changed);
    machine.notify();
  }
  log.follow(child.stdout);
  log.follow(child.stderr);
  void child.ended.then((exit) => {
    api.close();
    rmSync(temporary, { recursive: true, force: true });
    change({ gone: machine.gone ?? exit });
  });
  return {
    isOver: () => machine.gone !== undefined,
    run: (call) => run(machine, call),
    stop: () => stop(machine),
  };
}

function startProcess({ fn, client, guard }: InstanceInput, api: RuntimeApi, temporary: string): Child {
  const { node, major, file } = client;
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  const logStream = `${day}/[${fn.version ?? LATEST}]${randomBytes(16).toString('hex')}`;
  return startChild({
    command: node,
    args: [...listMemoryFlags(fn.memory), file, fn.handler],
    cwd: fn.folder,
    env: createEnvironment(fn, { api: api.address, temporary, logStream, node, major }),
    storage: fn.storage ?? 512,
    guard,
  });
}

/** The shares that Lambda gives to V8. */
function listMemoryFlags(memory: number): string[] {
  const share = (percent: number) => Math.max(1, Math.floor((memory * percent) / 100));
  return [`--max-old-space-size=${share(90)}`, `--max-semi-space-size=${share(5)}`];
}

async function stop({ child }: Machine): Promise<void> {
  child.kill();
  await child.ended;
}

async function run(machine: Machine, call: RunningCall): Promise<InstanceAnswer> {
  const { fn, log, child } = machine;
  machine.answer = undefined;
  log.begin(call.requestId, fn.version ?? LATEST);
  child.thaw();
  const loaded = await waitForWork(machine, INIT_TIME + fn.timeout * 1000);
  const begun = performance.now();
  const end = loaded === 'ready' ? await work(machine, call) : loaded;
  const used = readMemory(child.pid)?.peak;
  if (end === 'ready') child.freeze();
  else await stop(machine);
  await log.settle();
  const { value, at } = machine.answer ?? { value: explain(end, fn, call.requestId), at: performance.now() };
  if (end === 'timeout') log.write(`${new Date().toISOString()} ${call.requestId} ${describeTimeout(fn.timeout)}`);
  const report = { ...takeTimes(machine, at - begun), ...(used !== undefined && { used: Math.ceil(used) }) };
  return { ...value, ...report, log: log.end(report, fn.memory) };
}

function takeTimes(machine: Machine, duration: number): InvocationReport {
  const { init } = machine;
  machine.init = undefined;
  return { duration, billed: Math.ceil(duration), ...(init !== undefined && { init }) };
}

/** The runtime has the invocation, until it asks for the next one. */
function work(machine: Machine, { requestId, trace, event, arn, clientContext, onChunk }: RunningCall): Promise<End> {
  const { fn, api } = machine;
  const { region = 'us-east-1', name, timeout } = fn;
  machine.isReady = false;
  api.deliver({
    id: requestId,
    event: Buffer.from(event),
    deadline: Date.now() + timeout * 1000,
    arn: arn ?? `arn:aws:lambda:${region}:000000000000:function:${name}`,
    ...{ trace, clientContext, onChunk },
  });
  return waitForWork(machine, timeout * 1000);
}

/** Until the runtime asks for work, or there is no sense in waiting any more. */
function waitForWork(machine: Machine, limit: number): Promise<End> {
  return new Promise((resolve) => {
    const end = (how: End) => {
      clearTimeout(timer);
      clearInterval(watch);
      machine.notify = () => {};
      resolve(how);
    };
    const look = () => {
      if (machine.gone) end(machine.gone);
      else if (machine.isReady) end('ready');
    };
    const timer = setTimeout(end, limit, 'timeout');
    const watch = setInterval(() => {
      const { now = 0 } = readMemory(machine.child.pid) ?? {};
      if (now > machine.fn.memory) end('memory');
    }, MEMORY_INTERVAL);
    machine.notify = look;
    look();
  });
}

/** Why there is no answer. */
function explain(end: End, { timeout }: RuntimeFunction, id: string): Answer {
  if (end === 'ready') return fail('Runtime.Unknown', 'Runtime asked for the next invocation without an answer', id);
  if (end === 'timeout') return fail('Sandbox.Timedout', describeTimeout(timeout), id);
  if (end === 'memory') return fail('Runtime.OutOfMemory', 'Runtime exited with error: signal: killed', id);
  return 'initFailed' in end ? end.initFailed : fail('Runtime.ExitError', describeExit(end), id);
}
