/**
 * Variables that stand for code: `static parse = parse`, `const Maybe = MaybeImpl`, `const { hasOwnProperty } = Object.prototype`, and what hangs on
 * functions and classes and is code or primitive: `visit.SKIP = SKIP`. It is the same on both sides, and there is nothing in it
 * that whoever has it could change.
 */

import ts from 'typescript';
import { listClosedOver, listResults } from '../names/closed-over.ts';
import { isPrimitiveType } from '../names/primitives.ts';
import type { FunctionEntry, ProgramIndex, VariableEntry } from '../names/program-index.ts';
import {
  accessedName,
  assignedTargets,
  findFunctionAround,
  hasModifier,
  isAccess,
  isConstant,
  isFunctionNode,
  isWithin,
  unwrap,
  walk,
} from '../names/syntax.ts';
import { findOutsideUse } from '../outside/outside.ts';
import { keepsState } from './closures.ts';

const known = new WeakMap<VariableEntry, boolean>();

export function isStandingCode(index: ProgramIndex, variable: VariableEntry): boolean {
  const remembered = known.get(variable);
  if (remembered !== undefined) return remembered;
  known.set(variable, false); // one that stands for itself stands for nothing
  const result = variable.kind === 'hung' ? isHungWithCode(index, variable) : isHeldCode(index, variable.node);
  known.set(variable, result);
  return result;
}

/** The statement is one of those that put together what the variable stands for: nothing but code and primitives. */
export function putsCode(index: ProgramIndex, variable: VariableEntry, statement: ts.Node): boolean {
  const isPut = variable.puts?.some((put) => isWithin(put, statement)) ?? false;
  return isPut && isStandingCode(index, variable);
}

function isHeldCode(index: ProgramIndex, node: ts.Node): boolean {
  const isHeld = (ts.isVariableDeclaration(node) && isConstant(node)) || ts.isPropertyDeclaration(node);
  return isHeld && node.initializer ? isCode(index, node.initializer) : false;
}

/** All that hangs there is put there at the top level of its own module. */
function isHungWithCode(index: ProgramIndex, { puts = [], file }: VariableEntry): boolean {
  return (
    puts.length > 0 && puts.every((put) => isAtTopLevel(put, file) && listPut(put)?.every((one) => isFixed(index, one)))
  );
}

function isAtTopLevel(node: ts.Node, file: ts.SourceFile): boolean {
  return (
    node.getSourceFile() === file && findFunctionAround(node) === undefined && !ts.findAncestor(node, ts.isClassLike)
  );
}

/** What is put there; undefined for what is not known, or is put there by another way than once. */
function listPut(put: ts.Node): ts.Expression[] | undefined {
  if (isAccess(put)) {
    const { parent } = put;
    const isSet = ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
    return isSet && parent.left === put && accessedName(put) !== undefined ? [parent.right] : undefined;
  }
  if (!ts.isCallExpression(put)) return undefined;
  const name = put.expression.getText();
  if (/^(?:Object|Reflect)\.assign$/.test(name)) return listAssigned(put.arguments.slice(1));
  const [, key, descriptor] = put.arguments;
  const isNamed = key !== undefined && ts.isStringLiteralLike(key);
  return /\.defineProperty$/.test(name) && isNamed && descriptor ? listAssigned([descriptor]) : undefined;
}

/** The values of literals that say all there is. */
function listAssigned(literals: readonly ts.Expression[]): ts.Expression[] | undefined {
  const values: ts.Expression[] = [];
  for (const literal of literals.map(unwrap)) {
    if (!ts.isObjectLiteralExpression(literal)) return undefined;
    for (const property of literal.properties) {
      if (ts.isPropertyAssignment(property)) values.push(property.initializer);
      else if (ts.isShorthandPropertyAssignment(property)) values.push(property.name);
      else return undefined;
    }
  }
  return values;
}

function isFixed(index: ProgramIndex, value: ts.Expression): boolean {
  const type = index.checker.getTypeAtLocation(value);
  // A symbol is made anew on the other side, but for one that a variable holds.
  if ((type.flags & ts.TypeFlags.ESSymbolLike) !== 0 && !ts.isIdentifier(unwrap(value))) return false;
  return isPrimitiveType(type) || isCode(index, value);
}

function isCode(index: ProgramIndex, initial: ts.Expression): boolean {
  const value = unwrap(initial);
  if (ts.isConditionalExpression(value)) return isCode(index, value.whenTrue) && isCode(index, value.whenFalse);
  if (isFunctionNode(value)) {
    const entry = index.functionOf(value);
    return entry !== undefined && !keepsState(index, entry);
  }
  if (ts.isCallExpression(value)) return isAssignedCode(index, value) || isMadeAlike(index, value);
  if (!ts.isIdentifier(value) && !ts.isPropertyAccessExpression(value)) return false;
  return isNative(index, value) || isNamed(index, value);
}

function isNative(index: ProgramIndex, value: ts.Expression): boolean {
  const isCalled = index.checker.getTypeAtLocation(value).getCallSignatures().length > 0;
  return isCalled && findOutsideUse(index, value)?.from.kind === 'global';
}

/** `Object.assign((n: number) => n + 1, { unit: 'm' })` */
function isAssignedCode(index: ProgramIndex, call: ts.CallExpression): boolean {
  const [code, ...others] = call.arguments;
  if (!/^Object\.(?:assign|freeze)$/.test(call.expression.getText()) || !code) return false;
  return isCode(index, code) && (listAssigned(others)?.every((one) => isFixed(index, one)) ?? false);
}

/** `const isShort = isBelow(10)`: a closure over nothing that could be another one on the other side. */
function isMadeAlike(index: ProgramIndex, call: ts.CallExpression): boolean {
  const maker = findMaker(index, call.expression);
  if (!maker || maker.isStepwise) return false;
  const made = listResults(maker.node);
  return made.length > 0 && made.every((one) => isClosureOver(index, unwrap(one), maker.node, call));
}

/** `isStepwise`: what it gives is a promise or a generator. */
function findMaker(
  index: ProgramIndex,
  callee: ts.Expression,
): { node: FunctionEntry['node']; isStepwise: boolean } | undefined {
  const value = unwrap(callee);
  const symbol = index.symbolAt(ts.isPropertyAccessExpression(value) ? value.name : value);
  const declaration = symbol?.valueDeclaration;
  const isHeld = declaration && ts.isVariableDeclaration(declaration) && isConstant(declaration);
  const held = isHeld ? declaration.initializer && unwrap(declaration.initializer) : declaration;
  const node = held && index.functionOf(held)?.node;
  if (!node || ts.isMethodDeclaration(node)) return undefined;
  return { node, isStepwise: node.asteriskToken !== undefined || hasModifier(node, ts.SyntaxKind.AsyncKeyword) };
}

function isClosureOver(
  index: ProgramIndex,
  value: ts.Expression,
  maker: FunctionEntry['node'],
  call: ts.CallExpression,
): boolean {
  const entry = isFunctionNode(value) ? index.functionOf(value) : undefined;
  if (!entry || keepsState(index, entry) || usesLocalCode(index, value, maker)) return false;
  return listClosedOver(index, entry.node).every((name) => {
    const symbol = index.symbolAt(name);
    const declaration = symbol?.valueDeclaration;
    if (!symbol || !declaration || !isSetOnce(index, maker, symbol)) return false;
    if (isPrimitiveType(index.checker.getTypeOfSymbol(symbol))) return true;
    if (!ts.isParameter(declaration) || declaration.parent !== maker || declaration.initializer) return false;
    const given = call.arguments[maker.parameters.indexOf(declaration)];
    return given !== undefined && isCode(index, given);
  });
}

/** `this` of the function around it, or a function or class that is declared there: what those keep is not looked at. */
function usesLocalCode(index: ProgramIndex, value: ts.Expression, maker: ts.Node): boolean {
  let uses = false;
  walk(value, (node) => {
    uses ||= node.kind === ts.SyntaxKind.ThisKeyword && ts.isArrowFunction(value);
    const declaration = ts.isIdentifier(node) ? index.symbolAt(node)?.valueDeclaration : undefined;
    const isCode = declaration && (ts.isFunctionDeclaration(declaration) || ts.isClassDeclaration(declaration));
    uses ||= isCode === true && declaration !== maker && isWithin(declaration, maker) && !isWithin(declaration, value);
    uses ||= ts.isIdentifier(node) && node.text === 'arguments';
    return uses ? false : undefined;
  });
  return uses;
}

/** It has the value that it began with. */
function isSetOnce(index: ProgramIndex, maker: ts.Node, symbol: ts.Symbol): boolean {
  let isSet = false;
  walk(maker, (node) => {
    isSet ||= assignedTargets(node).some((target) => index.symbolAt(unwrap(target)) === symbol);
    return isSet ? false : undefined;
  });
  return !isSet;
}

/** The name of a function or a class that is declared at the top level, or of another variable that stands for one. */
function isNamed(index: ProgramIndex, value: ts.Identifier | ts.PropertyAccessExpression): boolean {
  const symbol = index.symbolAt(ts.isIdentifier(value) ? value : value.name);
  const declaration = symbol?.valueDeclaration;
  if (!symbol || !declaration) return false;
  const variable = index.variableOf(symbol);
  if (variable) return isStandingCode(index, variable);
  const isDeclared = ts.isFunctionDeclaration(declaration) || ts.isClassDeclaration(declaration);
  return isDeclared && ts.isSourceFile(declaration.parent) && index.loaded.isOwn(declaration.parent);
}
