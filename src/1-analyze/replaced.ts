/** Functions whose name leads to something else once the program has loaded: a wrapper that calls them, say. */

import ts from 'typescript';
import { isFaasDecorator } from './annotations.ts';
import { functionName } from './names.ts';
import type { FunctionEntry, ProgramIndex } from './program-index.ts';
import type { References } from './references.ts';
import { assignedTargets, isAccess, unwrap, wrapped } from './syntax.ts';

/** Function → the decorator or the assignment that puts something else in its place. */
export type Replacements = ReadonlyMap<FunctionEntry, ts.Node>;

export function findReplacements(index: ProgramIndex, references: References): Replacements {
  const found = new Map<FunctionEntry, ts.Node>();
  for (const entry of index.functions) {
    const by =
      findDecorator(entry) ?? findAssignment(index, references, entry) ?? findDefinition(index, references, entry);
    if (by) found.set(entry, by);
  }
  return found;
}

/** `@logged total() {}`, `total(@valid item) {}`, `@registered class Cart { total() {} }` */
function findDecorator({ node, cls }: FunctionEntry): ts.Node | undefined {
  const places: ts.Node[] = [node, ...node.parameters, ...(cls ? [cls.node] : [])];
  return places
    .flatMap((place) => (ts.canHaveDecorators(place) ? (ts.getDecorators(place) ?? []) : []))
    .find((decorator) => !isFaasDecorator(decorator));
}

/** `Cart.prototype.total = …`, `Cart.create = …`, `api.total = …`. What an instance is given hides nothing of its class. */
function findAssignment(index: ProgramIndex, references: References, entry: FunctionEntry): ts.Node | undefined {
  return references.toProperty(functionName(entry.node)).find((use) => {
    if (!ts.isPropertyAccessExpression(use) || !isAssigned(use)) return false;
    const declarations = index.symbolAt(use.name)?.declarations ?? [];
    const isMeant = declarations.some((declaration) => declaration === entry.node || holds(declaration, entry));
    return isMeant && (entry.cls === undefined || isOfClass(index, entry, use.expression));
  });
}

function isAssigned(use: ts.Expression): boolean {
  for (let at: ts.Node = use; !ts.isStatement(at); at = at.parent) {
    if (assignedTargets(at).some((target) => unwrap(target) === use)) return true;
  }
  return false;
}

/** `{ total: function () {} }`, `static total = () => {}` */
function holds(declaration: ts.Declaration, { node }: FunctionEntry): boolean {
  return declaration === wrapped(node as ts.Expression).parent;
}

/** `Cart` and `Cart.prototype` */
function isOfClass(index: ProgramIndex, { cls }: FunctionEntry, expression: ts.Expression): boolean {
  let base = unwrap(expression);
  if (isAccess(base) && /\bprototype\b/.test(base.getText())) base = unwrap(base.expression);
  return ts.isIdentifier(base) && (index.symbolAt(base)?.declarations ?? []).some((at) => at === cls?.node);
}

/** `Object.defineProperty(Cart.prototype, 'total', …)`, `Object.assign(Cart.prototype, …)`: whatever is defined there. */
function findDefinition(index: ProgramIndex, references: References, entry: FunctionEntry): ts.Node | undefined {
  const name = entry.cls?.node.name;
  const symbol = name && index.symbolAt(name);
  const uses = symbol ? references.to(symbol) : [];
  return uses.map(findTarget).find((target) => target !== undefined && isDefined(target, functionName(entry.node)));
}

/** `Cart.prototype`, or `Cart` by itself. */
function findTarget(use: ts.Identifier): ts.Expression {
  const { parent } = use;
  return ts.isPropertyAccessExpression(parent) && parent.name.text === 'prototype' ? parent : use;
}

function isDefined(target: ts.Expression, name: string): boolean {
  const call = wrapped(target).parent;
  if (!ts.isCallExpression(call) || call.arguments[0] !== wrapped(target)) return false;
  if (!/^(?:Object|Reflect)\.(?:define\w+|assign|set)$/.test(call.expression.getText())) return false;
  const [, key] = call.arguments;
  return key === undefined || !ts.isStringLiteralLike(key) || key.text === name;
}

/** `@logged`, `Cart.prototype.total = wrap(…)`: enough to find it. */
export function describeReplacement(node: ts.Node): string {
  const text = ts.isDecorator(node) ? node.getText() : node.parent.getText();
  return text.replace(/\s+/g, ' ').slice(0, 60);
}
