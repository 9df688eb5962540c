import ts from 'typescript';
import { functionAround, isAssignment, isFunction, isRewound, requiredSpecifier, skipParens } from './syntax.ts';

/** The places in a function's code, nested functions included, where something can happen. */
export interface Sites {
  /** `x = …`, `x++` */
  assigned: ts.Identifier[];
  /** `o` of `o.x = …`, `o.x++`, `delete o.x` */
  changed: ts.Expression[];
  calls: (ts.CallExpression | ts.NewExpression)[];
  /** Names that are read. */
  names: ts.Identifier[];
  /** `a.b.c`, as long as it goes, when it is not called. */
  chains: ts.Expression[];
  /** What cannot be followed. */
  opaque: { node: ts.Node; why: string }[];
}

/** For a class: its constructor and field initialisers. `isThere` says which conditions always hold. */
export function collectSites(unit: ts.Node, isThere: (condition: ts.Expression) => boolean): Sites {
  const sites: Sites = { assigned: [], changed: [], calls: [], names: [], chains: [], opaque: [] };
  const visit = (node: ts.Node): void => {
    visitNode(node, sites);
    if (!ts.isBlock(node)) return ts.forEachChild(node, visit);
    for (const statement of node.statements) {
      visit(statement);
      if (isFinal(statement, isThere)) break;
    }
  };
  if (!ts.isClassLike(unit)) visit(unit);
  else for (const member of unit.members) if (runsOnConstruction(member)) visit(member);
  return sites;
}

/** `if (Object.create) return …`: what follows is for places that do not have it. Functions declared there are still visited when called. */
function isFinal(statement: ts.Statement, isThere: (condition: ts.Expression) => boolean): boolean {
  if (!ts.isIfStatement(statement) || !isThere(statement.expression)) return false;
  const { thenStatement } = statement;
  const last = ts.isBlock(thenStatement) ? thenStatement.statements.at(-1) : thenStatement;
  return last !== undefined && ts.isReturnStatement(last);
}

/** `const old = o.x; o.x = …; o.x = old;`: what is put back was not changed. */
function isRestored(target: ts.Expression): boolean {
  const text = target.getText();
  const body = functionAround(target).getText();
  const escaped = text.replace(/[^\w\s]/g, '\\$&');
  const saved = new RegExp(`([\\w$]+)\\s*=\\s*${escaped}\\s*[;,]`).exec(body)?.[1];
  return saved !== undefined && new RegExp(`${escaped}\\s*=\\s*${saved.replaceAll('$', '\\$')}\\s*[;,]`).test(body);
}

function runsOnConstruction(member: ts.ClassElement): boolean {
  if (ts.isConstructorDeclaration(member)) return true;
  const isStatic =
    ts.canHaveModifiers(member) && ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
  return ts.isPropertyDeclaration(member) && !isStatic;
}

function visitNode(node: ts.Node, sites: Sites): void {
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) {
    if (!isRewound(node)) addTarget(node.left, sites);
  } else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const isStep = node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
    if (isStep) addTarget(node.operand, sites);
  } else if (ts.isDeleteExpression(node)) addTarget(node.expression, sites);
  else if (ts.isForOfStatement(node) || ts.isForInStatement(node)) {
    if (!ts.isVariableDeclarationList(node.initializer)) addTarget(node.initializer, sites);
  } else if (ts.isCallExpression(node) || ts.isNewExpression(node)) addCall(node, sites);
  else if (ts.isIdentifier(node)) addName(node, sites);
  else if (ts.isWithStatement(node)) sites.opaque.push({ node, why: '`with`' });
  if (isChainEnd(node)) sites.chains.push(node);
}

function addTarget(target: ts.Node, sites: Sites): void {
  const node = ts.isExpression(target) ? skipParens(target) : target;
  if (ts.isIdentifier(node)) sites.assigned.push(node);
  else if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    if (!isRestored(node)) sites.changed.push(node.expression);
  } else ts.forEachChild(node, (child) => addTarget(child, sites));
}

function addCall(node: ts.CallExpression | ts.NewExpression, sites: Sites): void {
  const { expression } = node;
  if (expression.kind === ts.SyntaxKind.ImportKeyword) sites.opaque.push({ node, why: '`import()`' });
  else if (ts.isIdentifier(expression) && expression.text === 'require') {
    if (requiredSpecifier(node) === undefined) sites.opaque.push({ node, why: '`require` of a computed name' });
  } else sites.calls.push(node);
}

function addName(node: ts.Identifier, sites: Sites): void {
  const { parent } = node;
  const isDeclared =
    (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || isFunction(parent) || ts.isClassLike(parent)) &&
    parent.name === node;
  const isAssigned =
    ts.isBinaryExpression(parent) && parent.left === node && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  if (!isDeclared && !isAssigned) sites.names.push(node);
}

function isChainEnd(node: ts.Node): node is ts.Expression {
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) return parent.expression !== node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression !== node;
  return !ts.isTypeOfExpression(parent);
}
