import ts from 'typescript';
import type { ClassFacts, ClassId } from '../types.ts';
import { placeInBlock, placeLines } from './body.ts';
import { type ModuleContext, useRuntime } from './context.ts';
import { emitString, isInert, spanKey, spanOf } from './syntax.ts';

/**
 * The classes whose constructors run, under guard, when one of `crossing` is restored: those with `#private` members, which
 * only a construction can make, and everything they extend.
 */
export function findGuardedClasses(byId: ReadonlyMap<ClassId, ClassFacts>, crossing: readonly ClassId[]): Set<ClassId> {
  const guarded = new Set<ClassId>();
  for (const id of crossing) {
    const chain: ClassFacts[] = [];
    for (let cls = byId.get(id); cls && !chain.includes(cls); ) {
      chain.push(cls);
      cls = cls.base?.kind === 'program' ? byId.get(cls.base.id) : undefined;
    }
    const first = chain.findIndex(hasPrivates);
    if (first >= 0) for (const cls of chain.slice(first)) guarded.add(cls.id);
  }
  return guarded;
}

/**
 * Lets an instance be made without running anything of the user's. In the class body
 * `static { privates('m#Cart', this, { '#items': [(o) => o.#items, (o, v) => { o.#items = v; }] }); }`, which may name
 * private fields, and `restoring()` in front of all that a construction evaluates.
 */
export function editClass(context: ModuleContext, node: ts.ClassLikeDeclaration, facts: ClassFacts): void {
  if (hasPrivates(facts)) insertAccessors(context, node, facts);
  const construct = node.members.find((member) => ts.isConstructorDeclaration(member) && member.body !== undefined);
  for (const member of node.members) {
    if (ts.isPropertyDeclaration(member) && !isStatic(member)) guardField(context, member, construct !== undefined);
  }
  if (construct)
    guardConstructor(context, construct as ts.ConstructorDeclaration & { body: ts.Block }, listInferred(node));
}

/** `#x;`: its type is what the constructor gives it, and `undefined` where that returns before it does. */
function listInferred({ members }: ts.ClassLikeDeclaration): string[] {
  return members
    .filter(ts.isPropertyDeclaration)
    .filter((member) => ts.isPrivateIdentifier(member.name) && !isStatic(member) && !member.type && !member.initializer)
    .map(({ name }) => name.getText());
}

function hasPrivates({ privateFields, hasPrivateMethods }: ClassFacts): boolean {
  return privateFields.length > 0 || hasPrivateMethods === true;
}

function insertAccessors(context: ModuleContext, node: ts.ClassLikeDeclaration, facts: ClassFacts): void {
  const entries = facts.privateFields.map((name) => {
    const type = isReadonly(node, name) ? ': any' : '';
    return `${emitString(name)}: [(o) => o.${name}, (o${type}, v) => { o.${name} = v; }]`;
  });
  const accessors = entries.length > 0 ? `{ ${entries.join(', ')} }` : '{}';
  const call = `${useRuntime(context, 'privates')}(${emitString(facts.id)}, this, ${accessors});`;
  const brace = node.getChildren().find((child) => child.kind === ts.SyntaxKind.OpenBraceToken);
  if (brace) {
    placeLines(context, [`static { ${call} }`], { start: brace.end, next: node.members[0], end: node.end });
  }
}

/** The compiler refuses to set it, except in `any`. */
function isReadonly(node: ts.ClassLikeDeclaration, name: string): boolean {
  const field = node.members.find((member) => member.name?.getText() === name);
  return field !== undefined && ts.isPropertyDeclaration(field) && hasModifier(field, ts.SyntaxKind.ReadonlyKeyword);
}

function isStatic(member: ts.PropertyDeclaration): boolean {
  return hasModifier(member, ts.SyntaxKind.StaticKeyword);
}

function hasModifier(member: ts.PropertyDeclaration, kind: ts.SyntaxKind): boolean {
  return member.modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}

/** `x = next()` → `x = restoring() ? undefined! : next()`; `x: T` → `x!: T`, which the guarded constructor may leave unset. */
function guardField(context: ModuleContext, member: ts.PropertyDeclaration, hasConstructor: boolean): void {
  if (member.initializer) {
    guardValue(context, member.initializer);
    return;
  }
  const isSettled =
    !hasConstructor ||
    member.type === undefined ||
    member.exclamationToken !== undefined ||
    member.questionToken !== undefined ||
    hasModifier(member, ts.SyntaxKind.DeclareKeyword) ||
    hasModifier(member, ts.SyntaxKind.AbstractKeyword);
  if (!isSettled) context.edits.push({ kind: 'insert', at: member.name.end, text: '!' });
}

/** `if (restoring()) return;`; with `#x;` in the class `if (restoring()) { this.#x = undefined!; return; }`, which adds nothing to its type. */
function guardConstructor(
  context: ModuleContext,
  node: ts.ConstructorDeclaration & { body: ts.Block },
  inferred: readonly string[],
): void {
  for (const parameter of node.parameters) guardParameter(context, parameter);
  const superStatement = node.body.statements.find(isSuperCall);
  const before = superStatement ? node.body.statements.slice(0, node.body.statements.indexOf(superStatement)) : [];
  for (const statement of before) guardStatement(context, statement);
  if (superStatement) for (const argument of superStatement.expression.arguments) guardArgument(context, argument);
  const isEmpty = node.body.statements.length === before.length + (superStatement ? 1 : 0);
  if (isEmpty) return;
  const sets = inferred.map((name) => `this.${name} = undefined!; `).join('');
  const leave = sets === '' ? 'return;' : `{ ${sets}return; }`;
  placeInBlock(context, node.body, [`if (${useRuntime(context, 'restoring')}()) ${leave}`], superStatement);
}

function isSuperCall(node: ts.Statement): node is ts.ExpressionStatement & { expression: ts.CallExpression } {
  return (
    ts.isExpressionStatement(node) &&
    ts.isCallExpression(node.expression) &&
    node.expression.expression.kind === ts.SyntaxKind.SuperKeyword
  );
}

/** A construction under guard has no arguments: nothing must be computed for, or taken from, a missing one. */
function guardParameter(context: ModuleContext, node: ts.ParameterDeclaration): void {
  if (node.initializer) {
    guardValue(context, node.initializer, ts.isIdentifier(node.name) ? 'undefined!' : emitHollow(node.name));
  } else if (!ts.isIdentifier(node.name)) {
    const text = ` = ${useRuntime(context, 'restoring')}() ? ${emitHollow(node.name)} : undefined!`;
    context.edits.push({ kind: 'insert', at: (node.type ?? node.name).end, text });
  }
}

function emitHollow(name: ts.BindingName): string {
  return ts.isArrayBindingPattern(name) ? '([] as never)' : '({} as never)';
}

function guardArgument(context: ModuleContext, argument: ts.Expression): void {
  if (ts.isSpreadElement(argument)) guardValue(context, argument.expression, '([] as never)', true);
  else guardValue(context, argument);
}

/** `const x = f();` and `f();` in front of `super(…)`. */
function guardStatement(context: ModuleContext, node: ts.Statement): void {
  if (ts.isVariableStatement(node)) {
    for (const { initializer } of node.declarationList.declarations) if (initializer) guardValue(context, initializer);
  } else if (!ts.isFunctionDeclaration(node) && !ts.isClassDeclaration(node)) {
    const before = `if (!${useRuntime(context, 'restoring')}()) { `;
    context.edits.push({ kind: 'wrap', span: spanOf(node), before, after: ' }' });
  }
}

/** `x` → `restoring() ? undefined! : x`, unless evaluating it is nothing. */
function guardValue(context: ModuleContext, node: ts.Expression, instead = 'undefined!', inParentheses = false): void {
  if (isInert(node) || ts.isIdentifier(node)) return;
  const [open, close] = inParentheses ? ['(', ')'] : ['', ''];
  const before = `${open}${useRuntime(context, 'restoring')}() ? ${instead} : `;
  context.edits.push({ kind: 'wrap', span: spanOf(node), before, after: close });
}

/** All guards that a module needs. */
export function editClasses(
  context: ModuleContext,
  own: readonly ClassFacts[],
  classes: ReadonlyMap<string, ts.ClassLikeDeclaration>,
  guarded: ReadonlySet<ClassId>,
): void {
  for (const facts of own) {
    if (!guarded.has(facts.id)) continue;
    const node = classes.get(spanKey(facts.span));
    if (node) editClass(context, node, facts);
  }
}
