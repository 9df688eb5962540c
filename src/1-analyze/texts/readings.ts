/** Where something becomes text that is the text of a function if it is one: `String(f)`, `f + ''`, `list.join()` of functions. */

import ts from 'typescript';
import { listUses } from '../implicit/uses.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { argumentsOf, calleeOf } from '../names/references.ts';
import { accessedName, isAccess } from '../names/syntax.ts';
import { findOutsideUse, type OutsideUse } from '../outside/outside.ts';

/** Globals that make a text of what they are given. */
const OF_GIVEN =
  /^(?:String|Function|eval|RegExp|Symbol|Symbol\.for|URL|URLSearchParams|Worker|\w*Error|encodeURI|encodeURIComponent|escape|btoa)$/;
/** Methods that make a text of the elements of a list. */
const OF_ELEMENTS = /^(?:join|sort|toSorted)$/;
const TO_TEXT = /^(?:toString|toLocaleString)$/;
/** Types whose methods make a text of what they are given. */
const OF_TEXTS = /^(?:String|RegExp)$/;

/** What becomes text in a piece of syntax, by itself. */
export function listReadings(index: ProgramIndex, node: ts.Node): ts.Expression[] {
  if (isAccess(node)) return [...readByName(index, node), ...listConverted(node)];
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return readByCall(index, node);
  return listConverted(node);
}

/** `${f}`, `f + ''`, `table[f]` */
function listConverted(node: ts.Node): ts.Expression[] {
  if (ts.isTemplateSpan(node) && ts.isTaggedTemplateExpression(node.parent.parent)) return [];
  return listUses(node)
    .filter(({ ways }) => ways.includes('convert'))
    .flatMap(({ operand }) => (operand && givesText(operand) ? [operand] : []));
}

/** Not `-f`, `f < g`, `f === g`, which give no text. */
function givesText(operand: ts.Expression): boolean {
  const { parent } = operand;
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) return false;
  if (!ts.isBinaryExpression(parent)) return true;
  return /^(?:\+=?|in)$/.test(ts.tokenToString(parent.operatorToken.kind) ?? '');
}

/** `f.toString`, called or not; `Function.prototype.toString.call(f)` */
function readByName(index: ProgramIndex, access: ts.PropertyAccessExpression | ts.ElementAccessExpression) {
  const name = accessedName(access);
  if (name === undefined || !TO_TEXT.test(name) || isOfProgram(index, access)) return [];
  return [access.expression];
}

/** A `toString` that the program has written itself; not one that it only says to be there, `{ toString(): string }`. */
function isOfProgram(index: ProgramIndex, access: ts.PropertyAccessExpression | ts.ElementAccessExpression): boolean {
  const symbol = index.symbolAt(ts.isPropertyAccessExpression(access) ? access.name : access.argumentExpression);
  const own = symbol?.declarations?.filter((at) => index.loaded.isOwn(at.getSourceFile())) ?? [];
  return own.some((at) => !ts.isMethodSignature(at) && !ts.isPropertySignature(at));
}

function readByCall(index: ProgramIndex, call: ts.CallExpression | ts.NewExpression): ts.Expression[] {
  const callee = calleeOf(call);
  const given = argumentsOf(call).map((argument) => (ts.isSpreadElement(argument) ? argument.expression : argument));
  if (isBorrowed(index, callee, given)) return given;
  const use = findOutsideUse(index, callee);
  if (use?.from.kind === 'global' && OF_GIVEN.test(use.path.filter((name) => name !== 'globalThis').join('.')))
    return given;
  if (use?.from.kind === 'import' && /worker_threads$/.test(use.from.specifier)) return given;
  if (use && isFormat(use) && given[0]?.getText().includes('%s')) return given.slice(1);
  return isAccess(callee) ? readByMethod(index, callee, given) : [];
}

/** `console.log('%s', f)`, `format('%s', f)` of `node:util` */
function isFormat({ from, path }: OutsideUse): boolean {
  if (from.kind === 'global') return path[0] === 'console';
  return /^(?:node:)?(?:util|console)$/.test(from.specifier);
}

/** `toString.call(f)`, `Reflect.apply(toString, f, [])`, where it is that of functions or may be. */
function isBorrowed(index: ProgramIndex, callee: ts.Expression, given: readonly ts.Expression[]): boolean {
  const value = findBorrowed(callee, given);
  if (!value) return false;
  if (isTakenOut(index, value)) return true;
  const method = findHeld(index, value);
  return (
    isAccess(method) &&
    accessedName(method) === 'toString' &&
    !/^(?:Object\.prototype|\(?\{\}\)?)\./.test(method.getText())
  );
}

function findBorrowed(callee: ts.Expression, given: readonly ts.Expression[]): ts.Expression | undefined {
  if (!ts.isPropertyAccessExpression(callee)) return undefined;
  if (callee.getText() === 'Reflect.apply') return given[0];
  return /^(?:call|apply|bind)$/.test(callee.name.text) ? callee.expression : undefined;
}

/** `const { toString } = f` */
function isTakenOut(index: ProgramIndex, value: ts.Expression): boolean {
  const declaration = ts.isIdentifier(value) ? index.symbolAt(value)?.valueDeclaration : undefined;
  if (!declaration || !ts.isBindingElement(declaration)) return false;
  return TO_TEXT.test((declaration.propertyName ?? declaration.name).getText());
}

/** `const toText = Function.prototype.toString` */
function findHeld(index: ProgramIndex, value: ts.Expression): ts.Expression {
  const declaration = ts.isIdentifier(value) ? index.symbolAt(value)?.valueDeclaration : undefined;
  const isHeld = declaration && ts.isVariableDeclaration(declaration) && declaration.initializer;
  return isHeld ? declaration.initializer : value;
}

function readByMethod(
  index: ProgramIndex,
  callee: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  given: readonly ts.Expression[],
): ts.Expression[] {
  const name = accessedName(callee) ?? '';
  const receiver = callee.expression;
  const type = index.checker.getTypeAtLocation(receiver);
  if (OF_ELEMENTS.test(name)) return name === 'join' || given.length === 0 ? [receiver] : [];
  if (given.some((argument) => isNameOfString(index, argument))) return [receiver];
  const isText = (type.flags & ts.TypeFlags.StringLike) !== 0 || OF_TEXTS.test(type.symbol?.name ?? '');
  if (!isText) return [];
  // What `text.replace(pattern, f)` is given second is called.
  return /^replace/.test(name) ? given.slice(0, 1) : [...given];
}

/** `fs.map(String)` */
function isNameOfString(index: ProgramIndex, value: ts.Expression): boolean {
  return ts.isIdentifier(value) && value.text === 'String' && findOutsideUse(index, value)?.from.kind === 'global';
}
