/** Notices when the app has patched a global that a function reads: a fake clock, a mocked fetch, a seeded Math.random. */

/** Built-ins of the language: what stands there must be native, even if it was patched before we were loaded. */
const NATIVE_ROOTS = new Set(['Date', 'Math', 'Intl', 'JSON', 'Number', 'String', 'Array', 'Object', 'Map', 'Set']);

const { prototype: dates } = Date;
/** The methods of dates when the runtime was loaded. */
const dateMethods = Object.entries(Object.getOwnPropertyDescriptors(dates)).map(([name, { value }]) => ({
  name,
  /** Nothing, if that is not the language's. */
  method: isNative(value) ? value : undefined,
}));

/**
 * A method of dates that somebody has put another one in place of: tests do so to be somewhere else, in files that are no part of
 * the program, and units would not know.
 */
export function findPatchedDate(): string | undefined {
  for (const { name, method } of dateMethods) {
    if (Reflect.get(dates, name) !== method && name !== 'constructor') return `Date.prototype.${name}`;
  }
  return undefined;
}

/** What a global was when the runtime was loaded; undefined if it was patched then already. */
export type Pristine = readonly unknown[] | undefined;

/** Remembers `Math.random` and the like as they are now. */
export function rememberGlobals(paths: Iterable<string>): Map<string, Pristine> {
  const pristine = new Map<string, Pristine>();
  for (const path of paths) {
    const found = lookUp(path);
    pristine.set(path, isForeign(path, found) || isAsked(path, found) ? undefined : found);
  }
  return pristine;
}

/** `+fetch` has to be there, `-window` must not: that is what they are in a unit. */
function isAsked(path: string, found: unknown[]): boolean {
  return (path[0] === '+' && found.at(-1) === undefined) || (path[0] === '-' && found.at(-1) !== undefined);
}

/** The first of these globals that is not what it was. */
export function findPatched(paths: readonly string[], pristine: ReadonlyMap<string, Pristine>): string | undefined {
  return paths.find((path) => {
    const before = pristine.get(path);
    const now = lookUp(path);
    return !before || before.length !== now.length || before.some((value, index) => value !== now[index]);
  });
}

/** What stands at each step of the path, `Math.random` or `node:path.join`: the value, or the getter. */
function lookUp(path: string): unknown[] {
  const found: unknown[] = [];
  const [first = '', ...others] = path.replace(/^[+-]/, '').split('.');
  const isModule = first.startsWith('node:');
  let holder: unknown = isModule ? process.getBuiltinModule(first) : globalThis;
  for (const name of isModule ? others : [first, ...others]) {
    if (name === '*') return [...found, ...listMembers(holder)];
    // What is made when it is first asked for, as Node's AbortSignal, is no longer a getter then.
    const value: unknown = Object(holder) === holder ? Reflect.get(holder as object, name) : undefined;
    const property = findProperty(holder, name);
    found.push(property?.get ?? property?.value);
    holder = value;
  }
  return found;
}

/** Names and values, or getters, of everything that an object has itself. */
function listMembers(holder: unknown): unknown[] {
  const members = Object.getOwnPropertyDescriptors(Object(holder ?? {}));
  return Reflect.ownKeys(members).flatMap((key) => {
    const { get, value } = Reflect.get(members, key) as PropertyDescriptor;
    return [key, get ?? value];
  });
}

function findProperty(holder: unknown, name: string): PropertyDescriptor | undefined {
  let object = Object(holder ?? {}) as object | null;
  for (; object; object = Object.getPrototypeOf(object)) {
    const property = Object.getOwnPropertyDescriptor(object, name);
    if (property) return property;
  }
  return undefined;
}

function isForeign(path: string, found: unknown[]): boolean {
  const last = found.at(-1);
  const [root = ''] = path.split('.');
  if (!NATIVE_ROOTS.has(root) || typeof last !== 'function') return false;
  return !isNative(last);
}

function isNative(value: unknown): boolean {
  return typeof value === 'function' && Function.prototype.toString.call(value).includes('[native code]');
}
