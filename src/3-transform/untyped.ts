import { join } from 'node:path';
import ts from 'typescript';
import type { Analysis, FunctionFacts, FunctionId, Place, Plan } from '../types.ts';
import { spanKey, spanOf, walk } from './syntax.ts';
import type { Settled } from './unawaited.ts';

/** A method that becomes async, and a place where somebody may call it who does not wait for it. */
export interface Untyped {
  fn: FunctionId;
  at: Place;
}

/** Methods that become async, by name. */
type Methods = ReadonlyMap<string, FunctionFacts[]>;

interface Search {
  checker: ts.TypeChecker;
  methods: Methods;
  file: ts.SourceFile;
  /** Spans of the calls that are awaited after the rewriting. */
  settled: ReadonlySet<string>;
}

/**
 * Uses of methods that become async which no type connects with them, so that the compiler does not mind a promise there:
 * `x.total()` where `x` is `any`, or something with a `total` that an instance was only asserted to be; an instance that is
 * made a global.
 */
export function findUntyped(
  program: ts.Program,
  root: string,
  analysis: Analysis,
  plan: Plan,
  settled: Settled,
): Untyped[] {
  const methods = listMethods(analysis, plan);
  if (methods.size === 0) return [];
  const checker = program.getTypeChecker();
  return analysis.modules.flatMap((facts) => {
    const file = program.getSourceFile(join(root, facts.file));
    const own = settled.get(facts.id) ?? new Set();
    return file ? findInFile({ checker, methods, file, settled: own }, facts.file) : [];
  });
}

function listMethods(analysis: Analysis, plan: Plan): Methods {
  const coloured = new Set(plan.modules.flatMap((module) => module.coloured));
  const methods = new Map<string, FunctionFacts[]>();
  for (const fn of analysis.functions) {
    const isMember = fn.cls !== undefined || fn.kind === 'method';
    if (isMember && coloured.has(fn.id)) methods.set(fn.name, [...(methods.get(fn.name) ?? []), fn]);
  }
  return methods;
}

function findInFile(search: Search, path: string): Untyped[] {
  const found: Untyped[] = [];
  for (const node of search.file.statements.flatMap((statement) => [...walk(statement)])) {
    const names = [...findAccess(search, node), ...findGlobals(search, node)];
    for (const { id } of names.flatMap((name) => search.methods.get(name) ?? [])) {
      const { line, character } = search.file.getLineAndCharacterOfPosition(node.getStart());
      found.push({ fn: id, at: { file: path, line: line + 1, column: character + 1 } });
    }
  }
  return found;
}

/** `x.total`, `x['total']`, `const { total } = x`; with `x[name]` it may be any of them. */
function findAccess(search: Search, node: ts.Node): string[] {
  const { checker, methods, settled } = search;
  if (
    ts.isCallExpression(node.parent) &&
    node.parent.expression === node &&
    settled.has(spanKey(spanOf(node.parent)))
  ) {
    return [];
  }
  if (ts.isPropertyAccessExpression(node)) {
    const name = node.name.text;
    return methods.has(name) && isLoose(checker.getTypeAtLocation(node.expression), name) ? [name] : [];
  }
  if (ts.isElementAccessExpression(node)) return findElement(search, node);
  if (!ts.isBindingElement(node) || !ts.isObjectBindingPattern(node.parent)) return [];
  const name = node.propertyName ?? node.name;
  if (!ts.isIdentifier(name) || !methods.has(name.text)) return [];
  return isLoose(checker.getTypeAtLocation(node.parent), name.text) ? [name.text] : [];
}

function findElement({ checker, methods }: Search, node: ts.ElementAccessExpression): string[] {
  const { argumentExpression: key, parent } = node;
  const isCalled = ts.isCallExpression(parent) && parent.expression === node;
  const names = ts.isStringLiteralLike(key) ? [key.text].filter((name) => methods.has(name)) : [...methods.keys()];
  if (names.length === 0 || !isCalled) return [];
  const type = checker.getTypeAtLocation(node.expression);
  return names.filter((name) => isLoose(type, name));
}

/** What stands behind the name is not known, or only a shape of the program's that says what it should look like. */
function isLoose(type: ts.Type, name: string): boolean {
  if (type.flags & ts.TypeFlags.Any) return true;
  const declarations = type.getProperty(name)?.declarations ?? [];
  return declarations.some(
    (node) => (ts.isMethodSignature(node) || ts.isPropertySignature(node)) && !node.getSourceFile().isDeclarationFile,
  );
}

/** `globalThis.x = instance`, `Object.assign(globalThis, { x: instance })`: everybody who uses the global may call it. */
function findGlobals(search: Search, node: ts.Node): string[] {
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    return isGlobal(search, node.left) ? listMembers(search, node.right) : [];
  }
  if (!ts.isCallExpression(node) || !node.arguments.some((argument) => isGlobal(search, argument))) return [];
  return node.arguments.filter((argument) => !isGlobal(search, argument)).flatMap((part) => listMembers(search, part));
}

const OBJECT = ts.TypeFlags.Object | ts.TypeFlags.Any | ts.TypeFlags.Unknown;

/** `globalThis`, or something that is reached through it or through another global object. */
function isGlobal({ checker }: Search, expression: ts.Expression): boolean {
  let at: ts.Node = expression;
  while (true) {
    if (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at)) at = at.expression;
    else if (ts.isParenthesizedExpression(at) || ts.isAsExpression(at) || ts.isNonNullExpression(at))
      at = at.expression;
    else break;
  }
  if (!ts.isIdentifier(at) || !(checker.getTypeAtLocation(expression).flags & OBJECT)) return false;
  if (/^(?:globalThis|global|window|self)$/.test(at.text)) return true;
  const declaration = checker.getSymbolAtLocation(at)?.valueDeclaration;
  return declaration !== undefined && isDeclaredOutside(declaration) && !ts.isFunctionLike(declaration);
}

function isDeclaredOutside(declaration: ts.Node): boolean {
  return declaration.getSourceFile().isDeclarationFile;
}

/** The methods in question of every value that is written in an expression. */
function listMembers({ checker, methods }: Search, expression: ts.Expression): string[] {
  const found = new Set<string>();
  for (const node of walk(expression)) {
    if (!ts.isExpression(node) || ts.isPropertyAccessExpression(node.parent)) continue;
    const type = checker.getTypeAtLocation(node);
    for (const name of methods.keys()) if (type.getProperty(name)) found.add(name);
  }
  return [...found];
}
