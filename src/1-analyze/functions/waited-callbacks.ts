/** Functions that become async where they are handed over, because whoever gets them can wait: test runners, and assertions. */

import ts from 'typescript';
import { isAwaited } from '../names/positions.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { callOf } from '../names/references.ts';
import { isConstant, isFunctionNode, unwrap, wrapped } from '../names/syntax.ts';

/** The call that an expression is an argument of. */
export function findHanding(value: ts.Expression): ts.CallExpression | undefined {
  const outer = wrapped(value);
  const { parent } = outer;
  return ts.isCallExpression(parent) && parent.expression !== outer ? parent : undefined;
}

const REGISTERS = /^(?:test|it|describe|suite|before|after|beforeAll|afterAll|beforeEach|afterEach)$/;
const SUITES = /^(?:describe|suite)$/;
const HOOKS = /^(?:before|after)/;

/** Runners by the files that declare them: how many parameters a function has that calls one of them when it is done. */
const RUNNERS: [files: RegExp, done: number, waitsForSuites: boolean][] = [
  [/\/node_modules\/(?:vitest|@vitest\/[\w-]+)\//, Number.POSITIVE_INFINITY, true],
  [/\/@types\/node\/test\.d\.ts$/, 2, true],
  [/\/node_modules\/(?:@jest\/[\w-]+|@types\/(?:jest|mocha))\//, 1, false],
];

/**
 * `test('adds', f)`, `it.each(rows)('adds', f)`, `beforeEach(f)`, `await t.test('adds', f)`: run one after another, and waited for.
 * Those that run at the same time are not, nor is a test inside a test that nobody waits for, nor one that says itself when it is done.
 */
export function isWaitedCallback(index: ProgramIndex, call: ts.CallExpression): boolean {
  const chain = readChain(call.expression);
  if (!chain || chain.members.includes('concurrent')) return false;
  const outer = importedName(index, chain.root);
  const name = outer ?? chain.members.find((member) => REGISTERS.test(member));
  if (name === undefined || !REGISTERS.test(name)) return false;
  const file = findDeclaring(index, call)?.fileName;
  const runner = RUNNERS.find(([files]) => file !== undefined && files.test(file));
  if (!runner) return false;
  const [, done, waitsForSuites] = runner;
  if (!waitsForSuites && SUITES.test(name)) return false;
  if (!chain.members.includes('each') && takesParameters(call, done)) return false;
  return outer !== undefined || isAwaited(call) || HOOKS.test(name);
}

function takesParameters(call: ts.CallExpression, count: number): boolean {
  return call.arguments.some((argument) => {
    const value = unwrap(argument);
    return isFunctionNode(value) && value.parameters.length >= count;
  });
}

function findDeclaring(index: ProgramIndex, call: ts.CallExpression): ts.SourceFile | undefined {
  return index.checker.getResolvedSignature(call)?.declaration?.getSourceFile();
}

interface Chain {
  root: ts.Identifier;
  members: string[];
}

/** `test.each(rows)` → `test` and `each`. */
function readChain(callee: ts.Expression): Chain | undefined {
  const members: string[] = [];
  let at = unwrap(callee);
  while (!ts.isIdentifier(at)) {
    if (ts.isPropertyAccessExpression(at)) {
      members.unshift(at.name.text);
      at = unwrap(at.expression);
    } else if (ts.isCallExpression(at)) at = unwrap(at.expression);
    else if (ts.isTaggedTemplateExpression(at)) at = unwrap(at.tag);
    else return undefined;
  }
  return { root: at, members };
}

/** What the runner calls it, if it is imported (a default export goes by `test`) or a global; not a parameter or variable (`t`). */
function importedName(index: ProgramIndex, root: ts.Identifier): string | undefined {
  const declaration = index.checker.getSymbolAtLocation(root)?.declarations?.[0];
  if (!declaration) return undefined;
  if (ts.isImportClause(declaration)) return 'test';
  if (ts.isImportSpecifier(declaration)) return (declaration.propertyName ?? declaration.name).text;
  return declaration.getSourceFile().isDeclarationFile ? root.text : undefined;
}

const ASSERTS =
  /\/@types\/node\/assert(?:\/strict)?\.d\.ts$|\/node_modules\/(?:chai|vitest|@vitest\/[\w-]+|@types\/chai)\//;
const EXPECTS = /\/node_modules\/(?:vitest|chai|expect|@vitest\/[\w-]+|@jest\/[\w-]+|@types\/(?:jest|chai))\//;
const BETWEEN = /^(?:not|to|be|does)$/;
const MATCHERS = /^(?:toThrow|toThrowError|throw|throws|Throw)$/;

/**
 * `assert.throws(f)`, `expect(f).toThrow()`, `expect(f).not.to.throw()`: called once, with nothing, and all that counts is how
 * that ends. So it may as well be called a moment before, where nothing else is looked at in between.
 */
export function isSettledCallback(index: ProgramIndex, call: ts.CallExpression): boolean {
  const chain = readChain(call.expression);
  if (!chain || hasCall(call.expression)) return false;
  const name = chain.members.at(-1) ?? importedName(index, chain.root);
  const isAssertion = name !== undefined && /^(?:throws|doesNotThrow)$/.test(name);
  if (!isAssertion && (chain.root.text !== 'expect' || chain.members.length > 0)) return false;
  const file = findDeclaring(index, call)?.fileName;
  const others = call.arguments.slice(1);
  if (file === undefined || !others.every((argument) => isSettledValue(index, argument))) return false;
  return isAssertion ? ASSERTS.test(file) : EXPECTS.test(file) && asksForThrow(index, call);
}

function hasCall(callee: ts.Expression): boolean {
  const at = unwrap(callee);
  return ts.isPropertyAccessExpression(at) ? hasCall(at.expression) : !ts.isIdentifier(at);
}

/** The same whenever it is looked at: a literal, a function, a constant that holds one, a class. */
function isSettledValue(index: ProgramIndex, expression: ts.Expression): boolean {
  const value = unwrap(expression);
  if (ts.isLiteralExpression(value) || isFunctionNode(value)) return true;
  if (ts.isObjectLiteralExpression(value)) {
    return value.properties.every(
      (part) =>
        ts.isPropertyAssignment(part) &&
        !ts.isComputedPropertyName(part.name) &&
        isSettledValue(index, part.initializer),
    );
  }
  if (!ts.isIdentifier(value)) return false;
  const declaration = index.symbolAt(value)?.valueDeclaration;
  if (!declaration) return false;
  if (ts.isVariableDeclaration(declaration)) {
    // Or a global of the language: `declare var RangeError`.
    return isConstant(declaration) || declaration.getSourceFile().isDeclarationFile;
  }
  return ts.isClassDeclaration(declaration) || ts.isFunctionDeclaration(declaration);
}

/** What follows `expect(f)` is nothing but one question about what it throws. */
function asksForThrow(index: ProgramIndex, call: ts.CallExpression): boolean {
  let at: ts.Expression = wrapped(call);
  while (ts.isPropertyAccessExpression(at.parent) && at.parent.expression === at) {
    const member = at.parent;
    if (MATCHERS.test(member.name.text)) {
      const asked = callOf(member);
      if (!asked || !ts.isCallExpression(asked) || !ts.isExpressionStatement(asked.parent)) return false;
      return asked.arguments.every((argument) => isSettledValue(index, argument));
    }
    if (!BETWEEN.test(member.name.text)) return false;
    at = wrapped(member);
  }
  return false;
}

/** `expect(value)`, `expect(value).toEqual(other)`: it only looks at them. */
export function isAsserted(index: ProgramIndex, value: ts.Expression): boolean {
  const call = findHanding(value);
  const chain = call && readChain(call.expression);
  const file = call && findDeclaring(index, call)?.fileName;
  return chain?.root.text === 'expect' && file !== undefined && EXPECTS.test(file);
}
