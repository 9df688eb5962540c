import type { Shape } from '../types.ts';

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
  const byText = new Map(flat.map((shape) => [JSON.stringify(shape), shape]));
  const of = [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, shape]) => shape);
  const [only] = of;
  return only && of.length === 1 ? only : { kind: 'union', of };
}
