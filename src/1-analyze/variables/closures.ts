/** Closures that keep state: calling one of them changes what the variable that holds it stands for. */

import ts from 'typescript';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { findScope } from '../names/scopes.ts';
import { assignedTargets, isAccess, isFunctionNode, isWithin, unwrap, walk } from '../names/syntax.ts';
import { thisAround } from '../names/this-around.ts';
import { outsideFacts } from '../outside/outside.ts';

const known = new WeakMap<FunctionEntry, boolean>();

/** It gives a captured variable another value, or changes an object that one holds. */
export function keepsState(index: ProgramIndex, entry: FunctionEntry): boolean {
  const remembered = known.get(entry);
  if (remembered !== undefined) return remembered;
  const result = changesCaptured(index, entry);
  known.set(entry, result);
  return result;
}

function changesCaptured(index: ProgramIndex, entry: FunctionEntry): boolean {
  let found = false;
  walk(entry.node, (node) => {
    const targets = assignedTargets(node);
    if (ts.isCallExpression(node) && changesReceiver(index, node)) targets.push(node.expression);
    found ||= targets.some((target) => isCaptured(index, entry, baseOf(target)));
    return found ? false : undefined;
  });
  return found;
}

/** Methods of the program may change their object as well. */
function changesReceiver(index: ProgramIndex, call: ts.CallExpression): boolean {
  const callee = unwrap(call.expression);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const facts = outsideFacts(index, callee, call);
  return facts ? facts.changesReceiver || !facts.known : true;
}

/** `this` of the constructor or function that an arrow function is written in. */
function isOfAround({ node }: FunctionEntry, base: ts.Expression): boolean {
  const around = thisAround(base);
  return !isWithin(around, node) && ts.isFunctionLike(around);
}

/** Of a block at the top level: no name of the module leads to it. */
function isInBlock(declaration: ts.Declaration): boolean {
  if (!ts.isVariableDeclaration(declaration) && !ts.isBindingElement(declaration)) return false;
  return findScope(declaration) === 'inner';
}

function baseOf(expression: ts.Expression): ts.Expression {
  let at = unwrap(expression);
  while (isAccess(at)) at = unwrap(at.expression);
  return at;
}

function isCaptured(index: ProgramIndex, entry: FunctionEntry, base: ts.Expression): boolean {
  if (base.kind === ts.SyntaxKind.ThisKeyword) return isOfAround(entry, base);
  const declaration = ts.isIdentifier(base) ? index.symbolAt(base)?.valueDeclaration : undefined;
  if (!declaration || !index.loaded.isOwn(declaration.getSourceFile())) return false;
  let owner: ts.Node | undefined = declaration.parent;
  while (owner && !isFunctionNode(owner)) owner = owner.parent;
  if (!owner) return isInBlock(declaration) && !isWithin(declaration, entry.node);
  for (let at: FunctionEntry | undefined = entry.parent; at; at = at.parent) if (at.node === owner) return true;
  return false;
}
