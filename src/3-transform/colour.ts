import ts from 'typescript';
import type { FunctionFacts } from '../types.ts';
import type { ModuleContext } from './context.ts';
import { type FunctionWithBody, spanOf } from './syntax.ts';

/** `function f(x: X): T` → `async function f(x: X): Promise<T>`, its overloads too. */
export function editColour(context: ModuleContext, node: FunctionWithBody, facts: FunctionFacts): void {
  if (facts.isAsync) return;
  const span = { start: findAsyncPlace(node), end: node.end };
  context.edits.push({ kind: 'wrap', span, before: 'async ', after: '' });
  if (facts.returnsPromise) return;
  for (const signature of [node, ...overloadsOf(node)]) wrapReturnType(context, signature.type);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) wrapVariableType(context, node);
}

/** In front of `function`, of a method's name, or of an arrow's parameters. */
function findAsyncPlace(node: FunctionWithBody): number {
  const keyword = node.getChildren().find((child) => child.kind === ts.SyntaxKind.FunctionKeyword);
  if (keyword) return keyword.getStart();
  if (ts.isArrowFunction(node)) return node.getStart();
  return node.name?.getStart() ?? node.getStart();
}

/** `function f(x: string): string;` in front of the implementation. */
function overloadsOf(node: FunctionWithBody): ts.SignatureDeclaration[] {
  const name = node.name?.getText();
  if (!(ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) || name === undefined) return [];
  const found: ts.SignatureDeclaration[] = [];
  ts.forEachChild(node.parent, (sibling) => {
    if (!(ts.isFunctionDeclaration(sibling) || ts.isMethodDeclaration(sibling))) return;
    const sameSide = isStatic(sibling) === isStatic(node);
    if (sibling.body === undefined && sibling.name?.getText() === name && sameSide) found.push(sibling);
  });
  return found;
}

function isStatic(node: ts.FunctionDeclaration | ts.MethodDeclaration): boolean {
  return node.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.StaticKeyword) ?? false;
}

/** `const f: (x: X) => T = x => …`: the type that stands with the variable. */
function wrapVariableType(context: ModuleContext, node: ts.ArrowFunction | ts.FunctionExpression): void {
  const { parent } = node;
  const isDeclared = ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent);
  if (isDeclared && parent.type && ts.isFunctionTypeNode(parent.type)) wrapReturnType(context, parent.type.type);
}

function wrapReturnType(context: ModuleContext, type: ts.TypeNode | undefined): void {
  if (type === undefined || ts.isTypePredicateNode(type) || isPromise(type)) return;
  context.edits.push({ kind: 'wrap', span: spanOf(type), before: 'Promise<', after: '>' });
}

function isPromise(type: ts.TypeNode): boolean {
  return ts.isTypeReferenceNode(type) && type.typeName.getText() === 'Promise';
}
