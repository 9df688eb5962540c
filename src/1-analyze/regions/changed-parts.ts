/**
 * What the program changes of objects that others may hold: names of properties and kinds of collections. An object of
 * another make stays as it is, whoever has it.
 */

import ts from 'typescript';
import type { ChangedParts, Place, Shape } from '../../types.ts';
import type { FunctionEntry } from '../names/program-index.ts';
import { argumentsOf, calleeOf } from '../names/references.ts';
import {
  assignedTargets,
  findFunctionAround,
  isAccess,
  isConstant,
  isFunctionNode,
  unwrap,
  wrapped,
} from '../names/syntax.ts';
import { outsideFacts } from '../outside/outside.ts';
import { originOf } from '../shapes/origin.ts';
import type { Shapes } from '../shapes/shapes.ts';
import { keepsItself } from './fresh.ts';
import type { CallNode, Region, RegionContext } from './region.ts';
import { isView } from './views.ts';

export interface ChangeContext extends RegionContext {
  shapes: Shapes;
  isPublic: (entry: FunctionEntry) => boolean;
}

/** `starts`: where something begins that goes on beside the code that began it. */
export function findChangedParts(
  context: ChangeContext,
  regions: readonly Region[],
  starts: readonly ts.Node[],
): ChangedParts {
  const changed: ChangedParts = { fields: Object.create(null), builtins: Object.create(null) };
  const { index } = context;
  const open = index.functions.find(context.isPublic);
  if (open) changed.outside = index.loaded.place(open.node);
  const canStart = findRunning(regions, starts);
  const ofFunctions: ts.Node[] = [];
  for (const node of index.nodes) {
    for (const object of listChanged(context, node)) {
      if (isPrivate(context, canStart, object)) continue;
      const shape = note(context, changed, object, index.loaded.place(node));
      if (getParts(shape).some(({ kind }) => kind === 'function' || kind === 'any')) ofFunctions.push(node);
    }
  }
  if (ofFunctions.length === 0) return changed;
  const changers = [...findRunning(regions, ofFunctions)].flatMap((node) => index.functionOf(node)?.id ?? []);
  return { ...changed, changers: changers.sort() };
}

function getParts(shape: Shape): readonly Shape[] {
  return shape.kind === 'union' ? shape.of : [shape];
}

/** Functions that run one of the nodes, themselves or through what they call, or may do so as they call what is not known. */
function findRunning(regions: readonly Region[], nodes: readonly ts.Node[]): ReadonlySet<ts.Node> {
  const running = new Set<ts.Node>();
  for (const start of nodes) {
    for (let at = start; at && !ts.isSourceFile(at); at = at.parent) if (isFunctionNode(at)) running.add(at);
  }
  const callers = new Map<ts.Node, Set<ts.Node>>();
  for (const { node, calls, effects } of regions) {
    if (effects.some(({ kind }) => kind === 'callback' || kind === 'loads' || kind === 'package')) running.add(node);
    for (const call of calls) {
      for (const callee of call.functions) callers.set(callee.node, (callers.get(callee.node) ?? new Set()).add(node));
    }
  }
  for (const node of running) for (const caller of callers.get(node) ?? []) running.add(caller);
  return running;
}

/** The objects that a node changes: `a` of `a.b = x`, `list` of `list.push(x)`, `target` of `Object.assign(target, x)`. */
function listChanged(context: ChangeContext, node: ts.Node): ts.Expression[] {
  const targets = assignedTargets(node).flatMap((target) => (isAccess(target) ? [target.expression] : []));
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return targets;
  return [...targets, ...listChangedByCall(context, node)];
}

function listChangedByCall({ index }: ChangeContext, node: CallNode): ts.Expression[] {
  const callee = calleeOf(node);
  const facts = outsideFacts(index, callee, node);
  if (!facts) return [];
  const receiver = facts.changesReceiver && isAccess(callee) ? [callee.expression] : [];
  const given = argumentsOf(node);
  return [...receiver, ...(facts.known ? facts.changes.flatMap((position) => given[position] ?? []) : given)];
}

/** Made where it is changed, and nobody else has it yet. */
function isPrivate(context: ChangeContext, canStart: ReadonlySet<ts.Node>, object: ts.Expression): boolean {
  const value = unwrap(object);
  if (value.kind === ts.SyntaxKind.ThisKeyword) return isBeingMade(value);
  if (!ts.isIdentifier(value)) return isNew(context, value);
  const declaration = context.index.symbolAt(value)?.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return false;
  const home = findHome(context, declaration);
  if (!home || !isConstant(declaration) || canStart.has(home) || runsInParts(home)) return false;
  return findHome(context, value) === home && isNew(context, unwrap(declaration.initializer));
}

/** Other code may run between its beginning and its end. */
function runsInParts(node: ts.SignatureDeclaration): boolean {
  const isAsync =
    ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  return isAsync === true || ('asteriskToken' in node && node.asteriskToken !== undefined);
}

/** The function a node runs in; a callback that runs at once belongs to the one around it. */
function findHome(context: ChangeContext, node: ts.Node): ts.SignatureDeclaration | undefined {
  for (let at = node.parent; at; at = at.parent) {
    if (isFunctionNode(at) && !(ts.isArrowFunction(at) && runsAtOnce(context, at))) return at;
  }
  return undefined;
}

function runsAtOnce({ index }: ChangeContext, arrow: ts.ArrowFunction): boolean {
  const outer = wrapped(arrow);
  const call = outer.parent;
  if (!ts.isCallExpression(call) || call.expression === outer || runsInParts(arrow)) return false;
  return outsideFacts(index, calleeOf(call), call)?.callsBack === 'now';
}

/** `[]`, `{}`, `new Map()`, `Object.keys(x)`, `[...x].sort()` */
function isNew(context: ChangeContext, value: ts.Expression): boolean {
  if (ts.isArrayLiteralExpression(value) || ts.isObjectLiteralExpression(value)) return true;
  if (!ts.isCallExpression(value) && !ts.isNewExpression(value)) return false;
  if (isView(context.index, value)) return false;
  const callee = calleeOf(value);
  const facts = outsideFacts(context.index, callee, value);
  if (facts?.returns === 'receiver' && isAccess(callee)) return isNew(context, unwrap(callee.expression));
  return facts?.known === true && (facts.returns === 'fresh' || facts.returns === 'deep');
}

/** `this.x = …` in a constructor that does nothing else with its object and is the only one to make it. */
function isBeingMade(self: ts.Node): boolean {
  const home = findFunctionAround(self);
  if (!home || !ts.isConstructorDeclaration(home) || home.parent.heritageClauses) return false;
  return keepsItself(home);
}

function note(context: ChangeContext, changed: ChangedParts, object: ts.Expression, at: Place): Shape {
  const type = getChangedType(context, object);
  const shape = context.shapes.shapeOf(type);
  noteShape(changed, shape, at);
  for (const part of listTypes(context, type)) {
    const own = context.shapes.shapeOf(part);
    if (own.kind !== 'any') noteShape(changed, own, at);
    for (const name of listMemberNames(context, part)) changed.fields[name] ??= at;
  }
  return shape;
}

/** Those of a union or an intersection, and what each extends: `Map` of `class Tags extends Map`. */
function listTypes({ index: { checker } }: ChangeContext, type: ts.Type): ReadonlySet<ts.Type> {
  const found = new Set<ts.Type>([type]);
  for (const one of found) {
    const declared = (one as ts.TypeReference).target ?? one;
    const others = declared.isClassOrInterface() ? checker.getBaseTypes(declared) : [];
    for (const other of one.isUnionOrIntersection() ? one.types : others) found.add(other);
  }
  return found;
}

/** Those that the language does not give it: `label` of `string[] & { label: string }`, by which it may be of another type. */
function listMemberNames({ index: { checker, loaded } }: ChangeContext, type: ts.Type): string[] {
  const members = checker.getPropertiesOfType(checker.getApparentType(type));
  return members.filter((member) => originOf(member, loaded.program).kind !== 'runtime').map(({ name }) => name);
}

/** `copy.setDate(1)` where `copy` is a `T extends Date`: a member of what `T` extends, which is what is changed then. */
function getChangedType({ index: { checker } }: ChangeContext, object: ts.Expression): ts.Type {
  const type = checker.getTypeAtLocation(object);
  const holder = object.parent;
  const isByName = ts.isPropertyAccessExpression(holder) && holder.expression === object;
  if (!isByName || !(type.flags & ts.TypeFlags.Instantiable)) return type;
  return checker.getBaseConstraintOfType(type) ?? type;
}

function noteShape(changed: ChangedParts, shape: Shape, at: Place): void {
  switch (shape.kind) {
    case 'array':
      changed.builtins.Array ??= at;
      break;
    case 'builtin':
      changed.builtins[shape.name] ??= at;
      break;
    case 'object':
      for (const name of Object.keys(shape.fields)) changed.fields[name] ??= at;
      break;
    case 'union':
      for (const part of shape.of) noteShape(changed, part, at);
      break;
    case 'function':
      changed.functions ??= at;
      break;
    case 'any':
      changed.anything ??= at;
      break;
    default: // nothing that crosses
  }
}
