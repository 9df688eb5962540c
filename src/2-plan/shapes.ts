import type { ClassId, Shape } from '../types.ts';

/** Why a value of a shape cannot cross. */
export interface ShapeObstacle {
  type: string;
  reason: string;
}

/**
 * A part that no value of the shape can do without and that cannot cross. Alternatives of a union are let through when
 * one of them can cross: which it is, is seen call by call.
 */
export const findObstacle = remember((shape: Shape): ShapeObstacle | undefined => {
  if (shape.kind === 'unsupported') return { type: shape.type, reason: shape.reason };
  if (shape.kind === 'external') return describeExternal(shape);
  if (shape.kind === 'union') {
    const obstacles = shape.of.map(findObstacle);
    return obstacles.every((obstacle) => obstacle !== undefined) ? obstacles[0] : undefined;
  }
  return findFirst(getParts(shape), findObstacle);
});

function describeExternal({ name, package: from, why }: Extract<Shape, { kind: 'external' }>): ShapeObstacle {
  return { type: name, reason: `a class of the package ${from}${why === undefined ? '' : ` (${why})`}` };
}

/** As `findObstacle`, for values that must cross whatever they are, and stay: a result, written state. */
export const findAnyObstacle = remember((shape: Shape): ShapeObstacle | undefined => {
  if (isSignal(shape)) return { type: 'AbortSignal', reason: 'it could be aborted where it was made, after the call' };
  return shape.kind === 'union' ? findFirst(shape.of, findAnyObstacle) : findOwnOrPart(shape);
});

function isSignal(shape: Shape): boolean {
  return shape.kind === 'builtin' && shape.name === 'AbortSignal';
}

/** Module state whose entries go along with their keys. */
export function isWeak(shape: Shape): boolean {
  return shape.kind === 'builtin' && /^Weak(?:Map|Set)$/.test(shape.name);
}

/** A signal is declared somewhere in it. */
export const holdsSignal = remember((shape: Shape) => listParts(shape).some(isSignal));

/** A function is declared somewhere in it. Instances of classes and `any` say nothing. */
export const holdsFunction = remember((shape: Shape) => listParts(shape).some(({ kind }) => kind === 'function'));

/** A value of the shape can itself be a function that says so. */
export function mayBeFunction(shape: Shape): boolean {
  return shape.kind === 'function' || (shape.kind === 'union' && shape.of.some(mayBeFunction));
}

/** A value of the kind of `part` could be somewhere in it: an array in an object with lists, anything in `any`. */
export function canHold(shape: Shape, part: Shape): boolean {
  if (shape.kind === 'any' || shape.kind === 'class') return true;
  if (part.kind === 'union') return part.of.some((one) => canHold(shape, one));
  return listParts(shape).some((one) => mayBe(one, part));
}

/** What there may be in it besides itself that `===` can tell from a copy; a class stands for all that its instances hold, too. */
export const listObjects = remember((shape: Shape): readonly Shape[] => {
  const inner = getParts(shape).flatMap(listParts);
  const held = inner.filter(({ kind }) => kind !== 'primitive' && kind !== 'union' && kind !== 'function');
  return listParts(shape).some(({ kind }) => kind === 'class') ? [...held, { kind: 'any' }] : held;
});

function mayBe(shape: Shape, part: Shape): boolean {
  if (shape.kind === 'any' || shape.kind === 'class') return true;
  const isSame =
    shape.kind === part.kind && (shape.kind !== 'builtin' || part.kind !== 'builtin' || shape.name === part.name);
  const isNear = isSame || part.kind === 'any' || (shape.kind === 'object' && part.kind === 'class');
  return isNear && shape.kind !== 'primitive' && shape.kind !== 'union';
}

/** What is inside can only be seen at run time. */
export const isOpen = remember((shape: Shape) =>
  listParts(shape).some(({ kind }) => kind === 'any' || kind === 'class' || kind === 'function'),
);

/** No function can be anywhere in it. */
export const isData = remember((shape: Shape) =>
  listParts(shape).every(({ kind }) => ['primitive', 'array', 'object', 'union', 'builtin'].includes(kind)),
);

/** Plain JSON carries it: objects, arrays, numbers and strings. */
export const isPlain = remember((shape: Shape) =>
  listParts(shape).every(({ kind }) => ['primitive', 'array', 'object', 'union'].includes(kind)),
);

/** Arrays of objects are somewhere in it. */
export const holdsTable = remember((shape: Shape) =>
  listParts(shape).some((part) => part.kind === 'array' && mayBeObject(part.of)),
);

function mayBeObject(shape: Shape): boolean {
  return shape.kind === 'object' || (shape.kind === 'union' && shape.of.some(mayBeObject));
}

/** Each once. */
export const getClasses = remember((shape: Shape): readonly ClassId[] => [
  ...new Set(listParts(shape).flatMap((part) => (part.kind === 'class' ? [part.id] : []))),
]);

function findOwnOrPart(shape: Shape): ShapeObstacle | undefined {
  if (shape.kind === 'unsupported' || shape.kind === 'external') return findObstacle(shape);
  return findFirst(getParts(shape), findAnyObstacle);
}

export function getParts(shape: Shape): Shape[] {
  switch (shape.kind) {
    case 'array':
      return [shape.of];
    case 'object':
      return Object.values(shape.fields);
    case 'union':
    case 'builtin':
      return shape.of;
    default:
      return [];
  }
}

/** The shape and everything inside it, each once, what is outside first: the same part may be in many places. */
export function listParts(shape: Shape): Shape[] {
  const found = new Set<Shape>();
  const add = (part: Shape) => {
    if (found.has(part)) return;
    found.add(part);
    for (const inner of getParts(part)) add(inner);
  };
  add(shape);
  return [...found];
}

/** Shapes never change, and are asked about often. */
export function remember<T>(find: (shape: Shape) => T): (shape: Shape) => T {
  const known = new WeakMap<Shape, { found: T }>();
  return (shape) => {
    const hit = known.get(shape);
    if (hit) return hit.found;
    const found = find(shape);
    known.set(shape, { found });
    return found;
  };
}

function findFirst<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
