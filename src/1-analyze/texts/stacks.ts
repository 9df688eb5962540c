/**
 * Where the program takes the text of a stack apart (`error.stack.split('\n')`). What is made in a unit ends at its edge until it
 * has come back: whole, it can go on with the lines of who called, but lines that are counted or picked before are other ones.
 */

import ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import { argumentsOf, calleeOf, type References } from '../names/references.ts';
import { isAccess, wrapped } from '../names/syntax.ts';

type StackRead = ts.PropertyAccessExpression | ts.BindingElement;

/** The syntax that does it. */
export function listStacksTakenApart(index: ProgramIndex, references: References): ReadonlySet<ts.Node> {
  const search = new StackSearch(index, references);
  for (const read of references.toProperty('stack')) if (isOfError(index, read)) search.follow(read);
  return search.found;
}

/** The property that the language gives to errors, or that of a value that may be one for all that is known. */
function isOfError({ checker, loaded }: ProgramIndex, read: StackRead): boolean {
  const type = checker.getTypeAtLocation(ts.isBindingElement(read) ? read.parent : read.expression);
  if (type.flags & ts.TypeFlags.Any) return true;
  const declared = type.getProperty('stack')?.declarations ?? [];
  return declared.some((at) => !loaded.isOwn(at.getSourceFile()) && isOfErrorType(at.parent));
}

function isOfErrorType(node: ts.Node): boolean {
  return (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) && /Error$/.test(node.name?.text ?? '');
}

class StackSearch {
  readonly found = new Set<ts.Node>();
  readonly #index: ProgramIndex;
  readonly #references: References;
  readonly #seen = new Set<ts.Symbol>();

  constructor(index: ProgramIndex, references: References) {
    this.#index = index;
    this.#references = references;
  }

  follow(read: StackRead): void {
    if (ts.isBindingElement(read)) this.#followName(read.name);
    else this.#followValue(read);
  }

  #followValue(value: ts.Expression): void {
    const whole = outermost(value);
    const { parent } = whole;
    if (isAccess(parent) && parent.expression === whole) this.found.add(parent);
    else if (ts.isSpreadElement(parent) || (ts.isForOfStatement(parent) && parent.expression === whole))
      this.found.add(parent);
    else if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) this.#followArgument(parent, whole);
    else if (ts.isVariableDeclaration(parent)) this.#followName(parent.name);
    else if (ts.isBinaryExpression(parent) && parent.right === whole && isPlainAssignment(parent))
      this.#followName(parent.left);
  }

  #followArgument(call: ts.CallExpression | ts.NewExpression, argument: ts.Expression): void {
    const { checker } = this.#index;
    if (isOfTexts(checker, calleeOf(call))) this.found.add(call);
    const parameter = checker.getResolvedSignature(call)?.parameters[argumentsOf(call).indexOf(argument)];
    if (parameter) this.#followSymbol(parameter);
  }

  #followName(name: ts.Node): void {
    const symbol = ts.isIdentifier(name) ? this.#index.symbolAt(name) : undefined;
    if (symbol) this.#followSymbol(symbol);
  }

  #followSymbol(symbol: ts.Symbol): void {
    if (this.#seen.has(symbol)) return;
    this.#seen.add(symbol);
    for (const use of this.#references.to(symbol)) this.#followValue(use);
  }
}

/** `/at (\w+)/.exec(stack)`, `'Error'.concat(stack)` */
function isOfTexts(checker: ts.TypeChecker, callee: ts.Expression): boolean {
  if (!isAccess(callee)) return false;
  const type = checker.getTypeAtLocation(callee.expression);
  return (type.flags & ts.TypeFlags.StringLike) !== 0 || type.getSymbol()?.name === 'RegExp';
}

function isPlainAssignment({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind === ts.SyntaxKind.EqualsToken;
}

/** What gives the text itself, or has it in it: `(x ?? '')`, `ok ? x : ''`, `String(x)`, `` `${x}` ``, `x + '\n'` */
function outermost(value: ts.Expression): ts.Expression {
  const outer = wrapped(value);
  const around = findAround(outer);
  return around ? outermost(around) : outer;
}

function findAround(value: ts.Expression): ts.Expression | undefined {
  const { parent } = value;
  if (ts.isTemplateSpan(parent)) return parent.parent;
  if (ts.isConditionalExpression(parent)) return parent.condition === value ? undefined : parent;
  if (ts.isCallExpression(parent)) return parent.expression.getText() === 'String' ? parent : undefined;
  if (!ts.isBinaryExpression(parent)) return undefined;
  return /^(?:\?\?|\|\||&&|\+)$/.test(ts.tokenToString(parent.operatorToken.kind) ?? '') ? parent : undefined;
}
