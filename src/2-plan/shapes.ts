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
export function findObstacle(shape: Shape): ShapeObstacle | undefined {
  if (shape.kind === 'unsupported') return { type: shape.type, reason: shape.reason };
  if (shape.kind === 'external') return describeExternal(shape);
  if (shape.kind === 'union') {
    const obstacles = shape.of.map(findObstacle);
    return obstacles.every((obstacle) => obstacle !== undefined) ? obstacles[0] : undefined;
  }
  return findFirst(getParts(shape), findObstacle);
}

function describeExternal({ name, package: from, why }: Extract<Shape, { kind: 'external' }>): ShapeObstacle {
  return { type: name, reason: `a class of the package ${from}${why === undefined ? '' : ` (${why})`}` };
}

/** As `findObstacle`, for values that must cross whatever they are, and stay: a result, written state. */
export function findAnyObstacle(shape: Shape): ShapeObstacle | undefined {
  if (isSignal(shape)) return { type: 'AbortSignal', reason: 'it could be aborted where it was made, after the call' };
  return shape.kind === 'union' ? findFirst(shape.of, findAnyObstacle) : findOwnOrPart(shape);
}

function isSignal(shape: Shape): boolean {
  return shape.kind === 'builtin' && shape.name === 'AbortSignal';
}

/** Module state whose entries go along with their keys. */
export function isWeak(shape: Shape): boolean {
  return shape.kind === 'builtin' && /^Weak(?:Map|Set)$/.test(shape.name);
}

/** A signal is declared somewhere in it. */
export function holdsSignal(shape: Shape): boolean {
  return isSignal(shape) || getParts(shape).some(holdsSignal);
}

/** A function is declared somewhere in it. Instances of classes and `any` say nothing. */
export function holdsFunction(shape: Shape): boolean {
  return shape.kind === 'function' || getParts(shape).some(holdsFunction);
}

/** A value of the shape can itself be a function that says so. */
export function mayBeFunction(shape: Shape): boolean {
  return shape.kind === 'function' || (shape.kind === 'union' && shape.of.some(mayBeFunction));
}

/** A value of the kind of `part` could be somewhere in it: an array in an object with lists, anything in `any`. */
export function canHold(shape: Shape, part: Shape): boolean {
  if (shape.kind === 'any' || shape.kind === 'class') return true;
  if (part.kind === 'union') return part.of.some((one) => canHold(shape, one));
  const isSame =
    shape.kind === part.kind && (shape.kind !== 'builtin' || part.kind !== 'builtin' || shape.name === part.name);
  const isNear = isSame || part.kind === 'any' || (shape.kind === 'object' && part.kind === 'class');
  return (
    (isNear && shape.kind !== 'primitive' && shape.kind !== 'union') ||
    getParts(shape).some((one) => canHold(one, part))
  );
}

/** What is inside can only be seen at run time. */
export function isOpen(shape: Shape): boolean {
  return shape.kind === 'any' || shape.kind === 'class' || shape.kind === 'function' || getParts(shape).some(isOpen);
}

/** No function can be anywhere in it. */
export function isData(shape: Shape): boolean {
  return ['primitive', 'array', 'object', 'union', 'builtin'].includes(shape.kind) && getParts(shape).every(isData);
}

/** Plain JSON carries it: objects, arrays, numbers and strings. */
export function isPlain(shape: Shape): boolean {
  const isBase = shape.kind === 'primitive' || ['array', 'object', 'union'].includes(shape.kind);
  return isBase && getParts(shape).every(isPlain);
}

/** Arrays of objects are somewhere in it. */
export function holdsTable(shape: Shape): boolean {
  return (shape.kind === 'array' && mayBeObject(shape.of)) || getParts(shape).some(holdsTable);
}

function mayBeObject(shape: Shape): boolean {
  return shape.kind === 'object' || (shape.kind === 'union' && shape.of.some(mayBeObject));
}

export function getClasses(shape: Shape): ClassId[] {
  return shape.kind === 'class' ? [shape.id] : getParts(shape).flatMap(getClasses);
}

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

function findFirst<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
