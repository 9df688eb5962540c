/**
 * Everything beyond plain data that can cross, as an extension of codec.ts:
 *
 *     {"$": "@m#name"}                         the object, function, class or symbol that both sides call `m#name`
 *     {"$": "@m#name/0/2"}                     an object inside of a constant, see parts.ts
 *     {"$": "Symbol.iterator"}  {"$": "Symbol.for(key)"}
 *     {"$": ["named", "m#name", contents]}     the same object, and what it holds now
 *     {"$": ["site", "m#f.$1", {captures}, properties]}  a function that was made at a code site
 *     {"$": ["bound", [f, this, 1], properties, "bound f", 1]}   `f.bind(this, 1)`, its name and length
 *     {"$": ["lent", "f", 1, properties, 1]}    a function that only the caller has, its length, whether it has a prototype
 *     {"$": ["far", 0]}                         an object that is nested deep: it is `far[0]` of the message, read at the end
 *     {"$": ["rows", keys, columns]}            an array of plain objects, see tables.ts
 *     {"$": ["refs", numbers]}                  an array of objects met before, see there
 *     {"$": [class, parts, properties, program class, integrity, private fields]}
 *
 * The last form holds all other objects: `["Map", ["a", 1]]`, `["Object", 0, {"items": []}, "m#Cart"]`; zeros at its end
 * are left out. Nothing of the user's runs: no constructor, getter, setter, `toJSON` or iterator.
 */
import type { Follow } from './builtin.ts';
import type { Extension, Payload, Reader, WriteExtension, Writer } from './codec.ts';
import { fail } from './decode.ts';
import { isLendable, writeBound, writeClosure, writeLent } from './function-values.ts';
import { inside } from './inside.ts';
import { writeInstance } from './instances.ts';
import { open } from './objects.ts';
import { nameOfPart } from './parts.ts';
import type { Wire } from './protocol.ts';
import { type AnyFunction, type Closure, findClosure, findParts, nameOf, settle } from './registry.ts';
import { nameOfSymbol, readAtom } from './symbols.ts';
import { writeTable } from './tables.ts';

export interface RichOptions {
  /** Whether the contents of a named object travel along with its name. */
  contents?: ((name: string) => boolean) | undefined;
  /** Whether the other side has the class, function or object of this name. */
  knows?: ((name: string) => boolean) | undefined;
  /** The class of that name has there, with this message, what it keeps in static fields. */
  isWhole?: ((name: string) => boolean) | undefined;
  /** Whether the other side can make this function. */
  makes?: ((closure: Closure) => boolean) | undefined;
  /** Whether a function that the other side cannot have may stand there for itself. */
  lends?: (() => boolean) | undefined;
  /** Objects cross as what they hold now, even if they have a name. */
  copies?: boolean;
  /** What becomes of signals. */
  follow?: Follow | undefined;
  /** The wire's version that the other side has named: it reads tables. A call made by hand names none. */
  v?: number | undefined;
}

/** How many levels one part of a message has at most: what lies deeper goes to the far list, and no stack overflows. */
const NEAR = 200;

/** Made anew for each encoder and decoder. */
export function rich(options: RichOptions = {}): Extension {
  settle();
  // One is made for every message, and spreading takes long.
  const { atom, enter, encode, writeFar, far } = createWriting(options);
  const { read, readFar } = createReading();
  return { atom, enter, encode, writeFar, far, read, readFar, inside };
}

function createWriting(options: RichOptions): WriteExtension {
  const { contents = () => false, knows = () => true, isWhole = () => true, copies = false, v = 0, follow } = options;
  const waiting: object[] = [];
  const far: Wire[] = [];

  function findName(value: object | symbol): string | undefined {
    if (typeof value === 'function') return nameOf(value, (name) => knows(name) && isWhole(name));
    if (copies && typeof value === 'object') return undefined;
    return nameOf(value, knows) ?? (typeof value === 'object' ? nameOfPart(value, knows) : undefined);
  }
  function writeNew(value: object, to: Writer): Wire {
    const name = typeof value === 'object' && findName(value);
    const wire = (v > 0 && !name && writeTable(value, to, findName)) || to.writeContents(value);
    return name ? { $: ['named', name, wire] } : wire;
  }

  return {
    atom(value) {
      const name = findName(value);
      if (name === undefined) return typeof value === 'symbol' ? nameOfSymbol(value) : undefined;
      return typeof value === 'object' && contents(name) ? undefined : `@${name}`;
    },
    enter: (value, to) => (to.trail.length > NEAR ? { $: ['far', waiting.push(value) - 1] } : writeNew(value, to)),
    encode(value, to) {
      if (typeof value === 'symbol') return to.refuse('a symbol that is not the value of a constant of a module');
      return {
        $:
          typeof value === 'function'
            ? writeFunction(value as AnyFunction, to, options)
            : writeInstance(value, to, knows, follow),
      };
    },
    writeFar(to) {
      const [root] = to.trail;
      while (far.length < waiting.length) {
        to.trail = [`${root}…`];
        far.push(writeNew(waiting[far.length] as object, to));
      }
    },
    far: () => (far.length > 0 ? far : undefined),
  };
}

function writeFunction(value: AnyFunction, to: Writer, { makes = isLate, lends }: RichOptions): Wire[] {
  const closure = findClosure(value);
  if (closure && makes(closure)) return writeClosure(value, closure, to);
  const parts = findParts(value);
  if (parts) return writeBound(value, parts, to);
  if (lends?.() && isLendable(value)) return writeLent(value, to);
  return to.refuse('a function that the other side does not have');
}

/** What a unit has made in a call. */
function isLate({ isEarly }: Closure): boolean {
  return !isEarly;
}

function createReading(): Pick<Extension, 'read' | 'readFar'> {
  const fills: (() => void)[] = [];
  return {
    read(token, from) {
      if (typeof token === 'string') return readAtom(token);
      const kind = Array.isArray(token) && token[0];
      const [object, fill] = open(kind === 'far' ? takeFar((token as Payload)[1], from) : { $: token }, from);
      if (kind === 'far') fills.push(fill);
      else fill();
      return object;
    },
    readFar() {
      for (const fill of fills) fill();
      fills.length = 0;
    },
  };
}

function takeFar(index: Wire | undefined, { far }: Reader): Wire {
  const wire = (typeof index === 'number' && far[index]) || fail('far');
  delete far[index as number];
  return wire;
}
