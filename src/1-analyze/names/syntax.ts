/** Small questions about syntax trees that several parts of the analysis ask. */

import ts from 'typescript';

/** A function-like node that has a body. */
export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.GetAccessorDeclaration
  | ts.SetAccessorDeclaration;

export function isFunctionNode(node: ts.Node): node is FunctionNode & { body: ts.Node } {
  switch (node.kind) {
    case ts.SyntaxKind.FunctionDeclaration:
    case ts.SyntaxKind.FunctionExpression:
    case ts.SyntaxKind.ArrowFunction:
    case ts.SyntaxKind.MethodDeclaration:
    case ts.SyntaxKind.Constructor:
    case ts.SyntaxKind.GetAccessor:
    case ts.SyntaxKind.SetAccessor:
      return (node as FunctionNode).body !== undefined;
    default:
      return false;
  }
}

/** `(x)`, `x as T`, `x satisfies T`, `x!`, `<T>x` → `x`. */
export function unwrap(node: ts.Expression): ts.Expression {
  let inner = node;
  while (isWrapper(inner)) inner = inner.expression;
  return inner;
}

/** The outermost of the parentheses and type assertions around an expression. */
export function wrapped(node: ts.Expression): ts.Expression {
  let outer = node;
  for (;;) {
    const { parent } = outer;
    if (!isWrapper(parent) || parent.expression !== outer) return outer;
    outer = parent;
  }
}

type Wrapper =
  | ts.ParenthesizedExpression
  | ts.AsExpression
  | ts.SatisfiesExpression
  | ts.NonNullExpression
  | ts.TypeAssertion;

/** One look at the node: this is asked of more nodes than anything else. */
function isWrapper(node: ts.Node): node is Wrapper {
  switch (node.kind) {
    case ts.SyntaxKind.ParenthesizedExpression:
    case ts.SyntaxKind.AsExpression:
    case ts.SyntaxKind.SatisfiesExpression:
    case ts.SyntaxKind.NonNullExpression:
    case ts.SyntaxKind.TypeAssertionExpression:
      return true;
    default:
      return false;
  }
}

export function isAccess(node: ts.Node): node is ts.PropertyAccessExpression | ts.ElementAccessExpression {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

/** The name of `x.name` and `x['name']`. */
export function accessedName(node: ts.Expression): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (!ts.isElementAccessExpression(node)) return undefined;
  return ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : undefined;
}

/** The names that a pattern declares, or the name itself. */
export function namesIn(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? namesIn(element.name) : []));
}

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false);
}

/** Declared by `const`. */
export function isConstant(declaration: ts.Declaration): boolean {
  return (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const) !== 0;
}

export function findFunctionAround(node: ts.Node): (FunctionNode & { body: ts.Node }) | undefined {
  let at = node.parent;
  while (!isFunctionNode(at) && !ts.isSourceFile(at)) at = at.parent;
  return isFunctionNode(at) ? at : undefined;
}

export function isInAsync(node: ts.Node): boolean {
  const around = findFunctionAround(node);
  return around !== undefined && hasModifier(around, ts.SyntaxKind.AsyncKeyword);
}

export function isAssignmentOperator(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** The target of `x++`, `x += 1`, `delete x.y`, or undefined. Destructuring assignments have several: see `assignedTargets`. */
export function assignedTargets(node: ts.Node): ts.Expression[] {
  if (ts.isBinaryExpression(node) && isAssignmentOperator(node.operatorToken.kind)) return patternTargets(node.left);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const changes = node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
    return changes ? [unwrap(node.operand)] : [];
  }
  if (ts.isDeleteExpression(node)) return [unwrap(node.expression)];
  if ((ts.isForOfStatement(node) || ts.isForInStatement(node)) && !ts.isVariableDeclarationList(node.initializer)) {
    return patternTargets(node.initializer);
  }
  return [];
}

/** What gives something to the target, or takes it away: `a.b = x`, `[a.b] = list`, `for (a.b of list)`, `a.b++`, `delete a.b`. */
export function findAssignment(target: ts.Expression): ts.Node | undefined {
  for (let at: ts.Node = target; at && !isFunctionNode(at); at = at.parent) {
    if (assignedTargets(at).includes(target)) return at;
    if (ts.isStatement(at)) return undefined;
  }
  return undefined;
}

/** What is given to the targets of an assignment, whole or in parts; undefined for `x++`. */
export function assignedValue(node: ts.Node): ts.Expression | undefined {
  if (ts.isBinaryExpression(node)) return node.right;
  return ts.isForOfStatement(node) ? node.expression : undefined;
}

function patternTargets(left: ts.Expression): ts.Expression[] {
  const target = unwrap(left);
  if (ts.isArrayLiteralExpression(target)) return target.elements.flatMap((element) => patternTargets(element));
  if (ts.isSpreadElement(target)) return patternTargets(target.expression);
  if (ts.isBinaryExpression(target) && target.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    return patternTargets(target.left);
  }
  if (ts.isObjectLiteralExpression(target)) {
    return target.properties.flatMap((property) => {
      if (ts.isPropertyAssignment(property)) return patternTargets(property.initializer);
      if (ts.isShorthandPropertyAssignment(property)) return [property.name];
      if (ts.isSpreadAssignment(property)) return patternTargets(property.expression);
      return [];
    });
  }
  return [target];
}

/** Part of a type annotation, an interface, an `implements` clause …: has no run-time meaning. */
export function isTypeOnly(node: ts.Node): boolean {
  for (let at: ts.Node = node; at && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isTypeNode(at)) {
      const clause = ts.isExpressionWithTypeArguments(at) ? at.parent : undefined;
      const isExtends = clause && ts.isHeritageClause(clause) && clause.token === ts.SyntaxKind.ExtendsKeyword;
      return !(isExtends && ts.isClassLike(clause.parent));
    }
    if (ts.isInterfaceDeclaration(at) || ts.isTypeAliasDeclaration(at)) return true;
    if (ts.isStatement(at) || ts.isFunctionLike(at)) return false;
  }
  return false;
}

/** An identifier that names a property, a declaration or a label instead of being evaluated. */
export function isNameOnly(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isPropertyAssignment(parent) || ts.isEnumMember(parent)) return parent.name === node;
  if (ts.isShorthandPropertyAssignment(parent)) return false;
  if (ts.isBindingElement(parent)) return parent.propertyName === node || parent.name === node;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return true;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return true;
  if (ts.isMetaProperty(parent)) return true;
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isFunctionLike(parent) ||
      ts.isClassLike(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isEnumDeclaration(parent) ||
      ts.isModuleDeclaration(parent) ||
      ts.isImportClause(parent) ||
      ts.isNamespaceImport(parent) ||
      ts.isImportEqualsDeclaration(parent)) &&
    (parent as { name?: ts.Node }).name === node
  );
}

/** Calls `visit` for a node and everything below it, parents first; `false` from `visit` leaves a subtree out. */
export function walk(node: ts.Node, visit: (node: ts.Node) => boolean | undefined): void {
  if (visit(node) === false) return;
  ts.forEachChild(node, (child) => walk(child, visit));
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** The node itself counts. */
export function isWithin(node: ts.Node, ancestor: ts.Node): boolean {
  for (let at: ts.Node = node; at; at = at.parent) if (at === ancestor) return true;
  return false;
}

const BRIEF = 60;

/** An expression in one short line, without what its calls are given: `app.use(…).options`; `isWhole`: with that. */
export function brief(node: ts.Node, isWhole = false): string {
  const text = isWhole ? oneLine(node.getText()) : briefly(node);
  return text.length > BRIEF ? `${text.slice(0, BRIEF - 1)}…` : text;
}

function briefly(node: ts.Node): string {
  if (ts.isPropertyAccessExpression(node)) {
    return `${briefly(node.expression)}${node.questionDotToken ? '?.' : '.'}${node.name.text}`;
  }
  if (ts.isCallExpression(node)) return `${briefly(node.expression)}(${node.arguments.length > 0 ? '…' : ''})`;
  if (ts.isNewExpression(node)) return `new ${briefly(node.expression)}(${node.arguments?.length ? '…' : ''})`;
  return oneLine(node.getText());
}

/** `a === b`, `a != b` */
export function isIdentity({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return (
    kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsEqualsToken ||
    kind === ts.SyntaxKind.EqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsToken
  );
}
