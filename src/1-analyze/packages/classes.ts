/**
 * Whether instances of a package's class can be made again from their fields, proven from the package's JavaScript: all
 * that an instance is lies in its own properties, and nothing that is done with one is seen by another.
 */

import ts from 'typescript';
import { PUTTING_METHODS } from './assignments.ts';
import type { EffectSolver } from './effects.ts';
import type { Found, PackageGraph } from './graph.ts';
import type { PackageModule } from './module.ts';
import { OUTER, OUTSIDE } from './provenance.ts';
import { isSharedField } from './state.ts';
import {
  functionAround,
  inlineCall,
  isAssignment,
  isCalledUnnamed,
  isFunction,
  skipParens,
  walkTree,
} from './syntax.ts';

/**
 * `extends`: the built-in class at the end of its chain. `isDerived`: a class of a package comes before that. `stateful`: methods that may be told apart by more than the object, so that
 * every call of them has to be known.
 */
export type PackageClass =
  | { kind: 'fields'; extends?: string; isDerived: boolean; stateful: string[] }
  | { kind: 'other'; why: string };

type Access = ts.PropertyAccessExpression | ts.ElementAccessExpression;
interface ClassAt {
  node: ts.ClassLikeDeclaration;
  module: PackageModule;
}

/** What ties an object to more than its properties, or changes its class later. */
const TIES =
  /(?<![\w$])(?!Object|Array|String|Number|Function|Date|RegExp|Map|Set|Error|Promise|Symbol)[\w$]+\.prototype\b|\bWeak(Map|Set|Ref)\b|\bFinalizationRegistry\b|\bhasInstance\b|\bnew Proxy\b/;

export function findPackageClass(graph: PackageGraph, solver: EffectSolver, file: string, name: string): PackageClass {
  const module = graph.read(file);
  if (!module) return other('its JavaScript cannot be read');
  const found = graph.functions.ofImport(graph.exported(module, name));
  const [only, ...more] = found;
  if (!only || more.length > 0 || !ts.isClassLike(only.node)) return other('it is not a single class');
  return proveClass(graph, solver, { node: only.node, module: only.module });
}

function proveClass(graph: PackageGraph, solver: EffectSolver, cls: ClassAt, below: ClassAt[] = []): PackageClass {
  if (isMade(cls.node)) return other('it is made inside a function');
  const base = proveBase(graph, solver, cls, below);
  if (base?.kind === 'other') return base;
  const why = findTie(graph, cls) ?? findForeignMember(cls) ?? findKept(solver, cls);
  if (why !== undefined) return other(why);
  const stateful = findStateful(solver, cls);
  const hidden = stateful.find(isCalledUnnamed);
  if (hidden) return other(`its member ${nameOf(hidden)}, which is called without being named, is not free of effects`);
  return { isDerived: false, ...base, kind: 'fields', stateful: [...stateful.map(nameOf), ...(base?.stateful ?? [])] };
}

/** By a function, once for every call; not only wrapped in one that is called on the spot. */
function isMade(node: ts.Node): boolean {
  let at = functionAround(node);
  while (!ts.isSourceFile(at) && inlineCall(at)) at = functionAround(at);
  return !ts.isSourceFile(at);
}

/** Of what it extends; undefined for nothing. */
function proveBase(
  graph: PackageGraph,
  solver: EffectSolver,
  cls: ClassAt,
  below: ClassAt[],
): PackageClass | undefined {
  const base = cls.node.heritageClauses?.[0]?.types[0]?.expression;
  if (!base) return undefined;
  const { module } = cls;
  if (ts.isIdentifier(base) && !module.bindingOf(base)) {
    return { kind: 'fields', extends: base.text, isDerived: false, stateful: [] };
  }
  const [only, ...more] = graph.functions.of({ node: base, module });
  const isClass = only && more.length === 0 && ts.isClassLike(only.node);
  if (!isClass || below.length > 8) return other('it extends what is no class of a package');
  const proven = proveClass(graph, solver, { node: only.node as ts.ClassLikeDeclaration, module: only.module }, [
    ...below,
    cls,
  ]);
  return proven.kind === 'other' ? proven : { ...proven, isDerived: true };
}

function other(why: string): PackageClass {
  return { kind: 'other', why };
}

function findTie(graph: PackageGraph, { module }: ClassAt): string | undefined {
  const tied = graph.closure(module).find(({ source }) => TIES.test(source.text));
  return tied && 'its package ties data to objects in ways that no field shows';
}

function findForeignMember({ node, module }: ClassAt): string | undefined {
  for (const member of node.members) {
    if (ts.isClassStaticBlockDeclaration(member)) return 'it has a static block';
    if (isStatic(member)) continue;
    if (ts.isPropertyDeclaration(member) && member.initializer && isUnplain(member.initializer)) return FUNCTION;
  }
  let why: string | undefined;
  walkTree(node, (at) => {
    why ??= findForeignNode(at, module);
  });
  return why;
}

const FUNCTION = 'it keeps functions in its fields';

function findForeignNode(node: ts.Node, module: PackageModule): string | undefined {
  if (ts.isPrivateIdentifier(node)) return 'it has #private members';
  if (ts.isDecorator(node)) return 'it is decorated';
  if (node.kind === ts.SyntaxKind.ThisKeyword) return findForeignThis(node as ts.ThisExpression);
  if (ts.isReturnStatement(node) && ts.isConstructorDeclaration(functionAround(node)) && node.expression) {
    return 'its constructor returns another object';
  }
  if (!isAccessOfThis(node)) return undefined;
  if (isShared(node, module)) return 'its instances share data';
  const { parent } = node;
  const isSet = ts.isBinaryExpression(parent) && parent.left === node && isAssignment(parent.operatorToken.kind);
  return isSet && isUnplain(parent.right) ? FUNCTION : undefined;
}

/** Whoever gets hold of the object may remember it. */
function findForeignThis(node: ts.ThisExpression): string | undefined {
  const { parent } = node;
  const isRead =
    (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) && parent.expression === node;
  const isCompared = ts.isBinaryExpression(parent) && COMPARISONS.has(parent.operatorToken.kind);
  const isSpread = ts.isSpreadElement(parent) || ts.isSpreadAssignment(parent);
  return isRead || isCompared || isSpread || ts.isReturnStatement(parent) ? undefined : 'it hands itself on';
}

const COMPARISONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ...[ts.SyntaxKind.EqualsEqualsToken, ts.SyntaxKind.EqualsEqualsEqualsToken],
  ...[ts.SyntaxKind.ExclamationEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken],
  ...[ts.SyntaxKind.InstanceOfKeyword, ts.SyntaxKind.InKeyword],
]);

/** `this.unit = UNITS.day`, `this.all.push(DEFAULT)`: an object that the package has, too, would become two. */
function findKept(solver: EffectSolver, { node, module }: ClassAt): string | undefined {
  const given = node.members.flatMap((member) => listGiven(member).map((value) => ({ value, member })));
  const units = solver.solve(
    given.map(
      ({ member }): Found => ({
        node: ts.isMethodDeclaration(member) || ts.isAccessor(member) ? member : node,
        module,
      }),
    ),
  );
  const isKept = given.some(({ value }, i) => {
    const from = units[i]?.tracer.trace(value) ?? OUTSIDE;
    return ((from.self | from.parts) & OUTER) !== 0;
  });
  return isKept ? 'its instances hold what its package has' : undefined;
}

/** What a member puts into the object. */
function listGiven(member: ts.ClassElement): ts.Expression[] {
  if (isStatic(member)) return [];
  const given: ts.Expression[] = ts.isPropertyDeclaration(member) && member.initializer ? [member.initializer] : [];
  walkTree(member, (at) => {
    if (ts.isBinaryExpression(at) && isAssignment(at.operatorToken.kind) && isOfThis(at.left)) given.push(at.right);
    if (ts.isCallExpression(at) && isPutting(at.expression)) {
      given.push(...at.arguments);
    }
  });
  return given;
}

/** `this.items.push` */
function isPutting(callee: ts.Expression): boolean {
  return ts.isPropertyAccessExpression(callee) && PUTTING_METHODS.has(callee.name.text) && isOfThis(callee.expression);
}

/** `this`, `this.a.b` */
function isOfThis(node: ts.Expression): boolean {
  let at = skipParens(node);
  while (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = skipParens(at.expression);
  return at.kind === ts.SyntaxKind.ThisKeyword;
}

function isAccessOfThis(node: ts.Node): node is Access {
  const isAccess = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
  return isAccess && node.expression.kind === ts.SyntaxKind.ThisKeyword;
}

function isShared(access: Access, module: PackageModule): boolean {
  const isOfClass = ts.isPropertyAccessExpression(access) && access.name.text === 'constructor';
  return !isOfClass && isSharedField(access, module);
}

/** A function made on the spot, or something else that is none of the values that cross. */
function isUnplain(value: ts.Expression): boolean {
  const node = skipParens(value);
  if (isFunction(node) || ts.isClassLike(node)) return true;
  return (
    ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'bind'
  );
}

function isStatic(member: ts.ClassElement): boolean {
  const modifiers = ts.canHaveModifiers(member) ? (ts.getModifiers(member) ?? []) : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
}

function nameOf(member: ts.ClassElement): string {
  return member.name?.getText() ?? '';
}

function findStateful(solver: EffectSolver, { node, module }: ClassAt): ts.ClassElement[] {
  const members = node.members.filter(
    (member) => !isStatic(member) && (ts.isMethodDeclaration(member) || ts.isAccessor(member)),
  );
  const units = solver.solve(members.map((member): Found => ({ node: member, module })));
  return members.filter((_, i) => (units[i]?.effects.size ?? 1) > 0 || units[i]?.state !== undefined);
}
