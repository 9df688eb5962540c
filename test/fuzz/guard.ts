import { inspect } from 'node:util';
import { CONSOLE_METHODS } from '../../templates/runtime/console-methods.ts';

/** Bytes that a small message may make this process hold. */
const MEMORY = 64 * 1024 * 1024;
/** Milliseconds that a small message may take. */
const TIME = 5000;

/**
 * Runs what reads hostile bytes, with console and streams silenced and no way out. What every program shares must be as before, and neither much memory
 * nor much time may have been used.
 */
export async function guarded(run: () => void | Promise<void>): Promise<void> {
  const before = describeSharedWorld();
  const unmute = mute();
  const memory = process.memoryUsage().arrayBuffers;
  const start = performance.now();
  try {
    await run();
  } finally {
    unmute();
  }
  const took = performance.now() - start;
  const more = process.memoryUsage().arrayBuffers - memory;
  const after = describeSharedWorld();
  if (after !== before) throw new Error(`what all programs share has changed\n${findLines(before, after)}`);
  if (more > MEMORY) throw new Error(`${more} bytes were taken`);
  if (took > TIME) throw new Error(`it took ${took} ms`);
}

/** Only these errors may be thrown. */
export function expectOnly(kinds: (new (...args: never[]) => Error)[], run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!kinds.some((kind) => error instanceof kind)) throw error;
  }
}
const SHARED = [
  ...[Object, Array, Map, Set, WeakMap, Date, RegExp, Error, TypeError, Function, Symbol, Promise, String, Number],
  ...[Boolean, BigInt, ArrayBuffer, DataView, Uint8Array, Float64Array, Buffer, URL, URLSearchParams],
];

/** All that every program shares: built-in classes, globals, environment, console. Two texts are equal if nothing changed. */
function describeSharedWorld(): string {
  const objects: object[] = [
    ...SHARED.flatMap((cls) => [cls, cls.prototype as object]),
    ...[Object.getPrototypeOf(Uint8Array), Object.getPrototypeOf(Uint8Array.prototype)],
    ...[globalThis, Math, JSON, Reflect, console, process],
  ];
  return [
    ...objects.map(describe),
    inspect(Object.entries(process.env).sort()),
    inspect(process.argv),
    process.cwd(),
    performance.timeOrigin,
  ].join('\n');
}

function findLines(before: string, after: string): string {
  const lines = before.split('\n');
  return after
    .split('\n')
    .map((line, i) => (line === lines[i] ? '' : `${lines[i]}\n${line}\n`))
    .join('');
}

const ids = new Map<unknown, number>();

function describe(object: object): string {
  const properties = Reflect.ownKeys(object).map((key) => {
    const { value, get, set } = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
    return `${String(key)}:${[value, get, set].map(identify)}`;
  });
  return [Object.isExtensible(object), identify(Object.getPrototypeOf(object)), ...properties].join(' ');
}

function identify(value: unknown): string {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return String(value);
  if (!ids.has(value)) ids.set(value, ids.size);
  return `#${ids.get(value)}`;
}

function mute(): () => void {
  const methods = Object.fromEntries(CONSOLE_METHODS.map((name) => [name, console[name]]));
  const { exit } = process;
  process.exit = () => {
    throw new Error('exit');
  };
  const writes = { stdout: process.stdout.write, stderr: process.stderr.write };
  for (const name of Object.keys(methods)) Reflect.set(console, name, () => {});
  for (const name of ['stdout', 'stderr'] as const) process[name].write = () => true;
  return () => {
    process.exit = exit;
    Object.assign(console, methods);
    for (const name of ['stdout', 'stderr'] as const) process[name].write = writes[name];
  };
}
