import ts from 'typescript';
import type { CutPlan, FunctionFacts } from '../types.ts';
import type { ModuleContext } from './context.ts';
import { type FunctionWithBody, isInert, pickName, spanOf, walk } from './syntax.ts';

/** What has to happen to a function's parameters so that a cut can pass them on. */
export interface ParameterEdit {
  /** The argument list to pass: `arguments`, or written out for an arrow. */
  args: string;
  /** Lines that follow the cut line: what the parameter list did before. */
  prologue: string[];
}

/**
 * Arrows have no `arguments`, nor have async functions that are compiled to ES5: their parameters are listed, and a
 * destructured one gets a name and is taken apart behind the cut line. A default value with an effect moves behind the cut
 * line as well, so that only the side that runs the body evaluates it.
 */
export function editParameters(
  context: ModuleContext,
  node: FunctionWithBody,
  facts: FunctionFacts,
  cut: CutPlan,
): ParameterEdit {
  const isListed = ts.isArrowFunction(node) || hasNoArguments(context, node, cut);
  const parameters = node.parameters.filter((parameter) => parameter.name.getText() !== 'this');
  if (facts.isGenerator && parameters.some(isTimely)) {
    return { args: `[${parameters.map(emitTaken).join(', ')}]`, prologue: [] };
  }
  const passed: string[] = [];
  const prologue: string[] = [];
  const moved = new Set<string>();
  for (const [index, parameter] of parameters.entries()) {
    const impure = facts.params[index]?.impureDefault === true || namesAny(parameter, moved);
    const isPattern = !ts.isIdentifier(parameter.name);
    const name = isPattern ? pickParameterName(context, cut.params[index], index) : parameter.name.getText();
    passed.push(parameter.dotDotDotToken ? `...${name}` : name);
    const type = facts.params[index]?.patternType;
    if (isPattern && (isListed || impure)) prologue.push(movePattern(context, node, parameter, { name, impure, type }));
    else if (impure && parameter.initializer) prologue.push(moveDefault(context, parameter, name));
    else continue;
    for (const bound of listNames(parameter.name)) moved.add(bound);
  }
  return { args: isListed ? `[${passed.join(', ')}]` : 'arguments', prologue };
}

/** A generator binds its parameters when it is called, and comes to the cut line later. */
function isTimely({ name, initializer }: ts.ParameterDeclaration): boolean {
  return !ts.isIdentifier(name) || (initializer !== undefined && !isInert(initializer));
}

/**
 * A generator has taken its parameters apart when it was called, however things are when it begins: `{ a, b: [c] }` is passed
 * on as what it has taken, `{ a, b: [c] }`.
 */
function emitTaken({ name, dotDotDotToken }: ts.ParameterDeclaration | ts.BindingElement): string {
  const taken = ts.isIdentifier(name) ? name.text : emitPattern(name);
  return dotDotDotToken ? `...${taken}` : taken;
}

function emitPattern(pattern: ts.BindingPattern): string {
  if (ts.isArrayBindingPattern(pattern)) {
    return `[${pattern.elements.map((part) => (ts.isBindingElement(part) ? emitTaken(part) : '')).join(', ')}]`;
  }
  const parts = pattern.elements.map((part) => {
    const taken = emitTaken(part);
    const key = part.propertyName?.getText() ?? taken;
    return part.dotDotDotToken || key === taken ? taken : `${key}: ${taken}`;
  });
  return parts.length > 0 ? `{ ${parts.join(', ')} }` : '{}';
}

/** The compiler refuses `arguments` in async functions if it has to make other functions of them. */
function hasNoArguments({ sourceFile }: ModuleContext, node: FunctionWithBody, { form }: CutPlan): boolean {
  const isAsync = form === 'coloured' || node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword);
  return isAsync === true && sourceFile.languageVersion < ts.ScriptTarget.ES2015;
}

/** A default value that leans on parameters which get their values behind the cut line. */
function namesAny(parameter: ts.ParameterDeclaration, moved: ReadonlySet<string>): boolean {
  return listNames(parameter).some((name) => moved.has(name));
}

function listNames(node: ts.Node): string[] {
  return [...walk(node)].filter(ts.isIdentifier).map((identifier) => identifier.text);
}

function pickParameterName(context: ModuleContext, wanted: string | undefined, index: number): string {
  const isName = wanted !== undefined && /^[A-Za-z_$][\w$]*$/.test(wanted) && wanted !== 'arguments';
  return pickName(isName ? wanted : `$${index + 1}`, context.taken);
}

interface MovedPattern {
  name: string;
  impure: boolean;
  /** What only the pattern has said. */
  type: string | undefined;
}

/** `({ a, b }: T) => …` → `(name: T) => { …; const { a, b } = name; … }` */
function movePattern(
  context: ModuleContext,
  node: FunctionWithBody,
  parameter: ts.ParameterDeclaration,
  { name, impure, type }: MovedPattern,
): string {
  const pattern = parameter.name;
  context.edits.push({ kind: 'replace', span: spanOf(pattern), text: type === undefined ? name : `${name}: ${type}` });
  const keyword = assignsAny(node.body, new Set(listNames(pattern))) ? 'let' : 'const';
  const value = impure && parameter.initializer ? moveInitializer(context, parameter, name) : name;
  return `${keyword} ${pattern.getText()} = ${value};`;
}

/** `x: T = next()` → `x: T = undefined!` and, in the body, `if (x === undefined) x = next();` */
function moveDefault(context: ModuleContext, parameter: ts.ParameterDeclaration, name: string): string {
  const initializer = parameter.initializer as ts.Expression;
  dropInitializer(context, parameter, initializer);
  return `if (${name} === undefined) ${name} = ${initializer.getText()};`;
}

function moveInitializer(context: ModuleContext, parameter: ts.ParameterDeclaration, name: string): string {
  const initializer = parameter.initializer as ts.Expression;
  if (isInert(initializer)) return name;
  dropInitializer(context, parameter, initializer);
  return `${name} === undefined ? ${initializer.getText()} : ${name}`;
}

/** The parameter stays optional and keeps its type, the declared one or that of the default value. */
function dropInitializer(context: ModuleContext, parameter: ts.ParameterDeclaration, initializer: ts.Expression): void {
  const text = parameter.type ? 'undefined!' : `false ? ${initializer.getText()} : undefined!`;
  context.edits.push({ kind: 'replace', span: spanOf(initializer), text });
}

/** True if the body gives a new value to one of the names, so that they cannot be constants. */
function assignsAny(body: ts.Node, names: ReadonlySet<string>): boolean {
  return [...walk(body)].some((node) => {
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      return CHANGING.has(node.operator) && isAmong(node.operand, names);
    }
    if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return isAmong(node.initializer, names);
    const isAssignment =
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
      node.operatorToken.kind <= ts.SyntaxKind.LastAssignment;
    return isAssignment && [...walk(node.left)].some((target) => isAmong(target, names));
  });
}

const CHANGING: ReadonlySet<ts.SyntaxKind> = new Set([ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken]);

function isAmong(node: ts.Node, names: ReadonlySet<string>): boolean {
  return ts.isIdentifier(node) && names.has(node.text);
}
