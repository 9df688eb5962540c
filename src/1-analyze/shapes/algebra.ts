import type { Shape } from '../../types.ts';

export const PRIMITIVE: Shape = { kind: 'primitive' };

/** The union of nothing: no value, or nothing beyond what the shape around it says already (recursion). */
export const NEVER: Shape = { kind: 'union', of: [] };

export function makeArray(of: Shape): Shape {
  return { kind: 'array', of };
}

/** Flat, without repetitions, in a fixed order. `any` covers everything else. */
export function makeUnion(shapes: readonly Shape[]): Shape {
  const flat = shapes.flatMap((shape) => (shape.kind === 'union' ? shape.of : [shape]));
  if (flat.some((shape) => shape.kind === 'any')) return { kind: 'any' };
  const sorted = [...new Set(flat)].sort(compare);
  const of = sorted.filter((shape, place) => place === 0 || compare(sorted[place - 1] ?? NEVER, shape) !== 0);
  const [only] = of;
  return only && of.length === 1 ? only : { kind: 'union', of };
}

/**
 * As the JSON of the two would be compared. That is never written: a shape may be in many places of another one. Where equal
 * parts are the same object (see `ShapeTable`), only the way to the first difference is walked.
 */
function compare(a: Shape, b: Shape): number {
  if (a === b) return 0;
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  if (a.kind === 'array' && b.kind === 'array') return compare(a.of, b.of);
  if (a.kind === 'union' && b.kind === 'union') return compareLists(a.of, b.of, compare);
  if (a.kind === 'builtin' && b.kind === 'builtin') {
    return compareTexts(JSON.stringify(a.name), JSON.stringify(b.name)) || compareLists(a.of, b.of, compare);
  }
  if (a.kind === 'object' && b.kind === 'object') {
    return compareLists(Object.entries(a.fields), Object.entries(b.fields), compareFields);
  }
  return compareTexts(JSON.stringify(a), JSON.stringify(b));
}

function compareFields([name, shape]: [string, Shape], [other, otherShape]: [string, Shape]): number {
  return compareTexts(JSON.stringify(name), JSON.stringify(other)) || compare(shape, otherShape);
}

/** The longer list is first, as `,` is before any bracket; `[]` is before all others. */
function compareLists<T>(a: readonly T[], b: readonly T[], compareItems: (a: T, b: T) => number): number {
  for (const [place, item] of a.entries()) {
    const other = b[place];
    if (other === undefined) break;
    const order = compareItems(item, other);
    if (order !== 0) return order;
  }
  const isOneEmpty = a.length === 0 || b.length === 0;
  return isOneEmpty ? a.length - b.length : b.length - a.length;
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Makes equal shapes the same object, so that a shape takes as much room as it has different parts. */
export class ShapeTable {
  readonly #known = new Map<string, Shape>();
  readonly #numbers = new Map<Shape, number>();

  /** The one that stands for all that are equal to it. */
  take(shape: Shape): Shape {
    if (this.#numbers.has(shape)) return shape;
    const own = this.#takeParts(shape);
    const key = this.#keyOf(own);
    const known = this.#known.get(key);
    if (known) return known;
    this.#known.set(key, own);
    this.#numbers.set(own, this.#numbers.size);
    return own;
  }

  #takeParts(shape: Shape): Shape {
    switch (shape.kind) {
      case 'array':
        return makeArray(this.take(shape.of));
      case 'union':
      case 'builtin':
        return { ...shape, of: shape.of.map((part) => this.take(part)) };
      case 'object': {
        const fields = Object.entries(shape.fields).map(([name, part]) => [name, this.take(part)] as const);
        return { kind: 'object', fields: Object.fromEntries(fields) };
      }
      default:
        return shape;
    }
  }

  /** Of a shape whose parts are in the table. */
  #keyOf(shape: Shape): string {
    const numbers = (parts: readonly Shape[]) => parts.map((part) => this.#numbers.get(part));
    switch (shape.kind) {
      case 'array':
        return JSON.stringify([shape.kind, ...numbers([shape.of])]);
      case 'union':
        return JSON.stringify([shape.kind, ...numbers(shape.of)]);
      case 'builtin':
        return JSON.stringify([shape.kind, shape.name, ...numbers(shape.of)]);
      case 'object':
        return JSON.stringify([shape.kind, Object.keys(shape.fields), ...numbers(Object.values(shape.fields))]);
      default:
        return JSON.stringify(shape);
    }
  }
}
