/** Classes as facts: what a restore must know, what a guard must keep from running. */

import ts from 'typescript';
import type { ClassFacts, Span } from '../../types.ts';
import { classNamed, extendsExpression, type Hierarchy } from '../flow/callees.ts';
import { isHidden } from '../names/namespaces.ts';
import type { ClassEntry, ProgramIndex } from '../names/program-index.ts';
import { hasModifier, walk } from '../names/syntax.ts';
import type { ImportedClasses } from './imported-classes.ts';

export function describeClass(
  index: ProgramIndex,
  hierarchy: Hierarchy,
  entry: ClassEntry,
  imported: ImportedClasses,
): ClassFacts {
  const { node, file } = entry;
  const base = describeBase(index, node, imported);
  const reach = reachOfClass(entry);
  const ctor = node.members.find(
    (member): member is ts.ConstructorDeclaration => ts.isConstructorDeclaration(member) && member.body !== undefined,
  );
  return {
    id: entry.id,
    module: index.loaded.moduleId(file),
    name: entry.name,
    at: index.loaded.place(node.name ?? node),
    span: spanOf(node),
    body: { start: findOpenBrace(node, file), end: node.end },
    ...(reach !== undefined && { reach }),
    ...(base && { base }),
    subclasses: hierarchy
      .subclasses(entry)
      .map(({ id }) => id)
      .sort(),
    privateFields: fieldsOf(node)
      .filter((field) => ts.isPrivateIdentifier(field.name) || isAutoAccessor(field))
      .map(({ name }) => name.getText()),
    ...(node.members.some(isPrivateMethod) && { hasPrivateMethods: true as const }),
    fields: fieldsOf(node).map((field) => describeField(field)),
    ...(ctor?.body && {
      construct: { body: spanOf(ctor.body), superArguments: superArguments(ctor) },
    }),
    isAbstract: hasModifier(node, ts.SyntaxKind.AbstractKeyword),
  };
}

export function spanOf(node: ts.Node): Span {
  return { start: node.getStart(), end: node.end };
}

function findOpenBrace(node: ts.ClassLikeDeclaration, file: ts.SourceFile): number {
  const brace = node.getChildren(file).find((child) => child.kind === ts.SyntaxKind.OpenBraceToken);
  return brace?.getStart() ?? node.end;
}

/** `Cart`, `N.Cart`, `default` for `export default class { … }`; undefined inside functions, for classes that are never named, and in namespaces that do not export them. */
export function reachOfClass(entry: ClassEntry): string | undefined {
  const { parent } = entry.node;
  if (isNamelessDefault(entry.node)) return 'default';
  if (entry.parent || entry.name === 'default') return undefined;
  const isTop = ts.isSourceFile(parent) || (ts.isModuleBlock(parent) && !isHidden(entry.node));
  return isTop ? entry.name : nameOfHolder(parent);
}

/** `Cart` of `const Cart = class { … }` or `const Cart = class Basket { … }` at the top of a file. */
function nameOfHolder(holder: ts.Node): string | undefined {
  if (!ts.isVariableDeclaration(holder) || !ts.isIdentifier(holder.name)) return undefined;
  const statement = holder.parent.parent;
  return ts.isVariableStatement(statement) && ts.isSourceFile(statement.parent) ? holder.name.text : undefined;
}

/** Others can import it; in its own module there is no name for it. */
export function isNamelessDefault(node: ts.Node): node is ts.ClassDeclaration {
  return ts.isClassDeclaration(node) && !node.name && ts.isSourceFile(node.parent);
}

function describeBase(
  index: ProgramIndex,
  node: ts.ClassLikeDeclaration,
  imported: ImportedClasses,
): ClassFacts['base'] {
  const expression = extendsExpression(node);
  if (!expression) return undefined;
  const cls = classNamed(index, expression);
  if (cls) return { kind: 'program', id: cls.id };
  const symbol = ts.isIdentifier(expression) ? index.symbolAt(expression) : undefined;
  const foreign = symbol && imported.found.get(symbol);
  if (foreign) return { kind: 'program', id: foreign.id };
  const isLibrary = symbol?.declarations?.some((declaration) =>
    index.loaded.program.isSourceFileDefaultLibrary(declaration.getSourceFile()),
  );
  return isLibrary ? { kind: 'builtin', name: expression.getText() } : { kind: 'other', text: expression.getText() };
}

/** Instance fields; parameter properties are set by the constructor and hold nothing to guard. */
function fieldsOf(node: ts.ClassLikeDeclaration): ts.PropertyDeclaration[] {
  return node.members
    .filter(ts.isPropertyDeclaration)
    .filter(
      (member) =>
        !hasModifier(member, ts.SyntaxKind.StaticKeyword) &&
        !hasModifier(member, ts.SyntaxKind.DeclareKeyword) &&
        !hasModifier(member, ts.SyntaxKind.AbstractKeyword),
    );
}

/** `accessor price = 1`: a private field that only its getter and setter can name. */
function isAutoAccessor(field: ts.PropertyDeclaration): boolean {
  return hasModifier(field, ts.SyntaxKind.AccessorKeyword) && ts.isIdentifier(field.name);
}

function isPrivateMethod(member: ts.ClassElement): boolean {
  const isMethod = ts.isMethodDeclaration(member) || ts.isAccessor(member);
  return isMethod && ts.isPrivateIdentifier(member.name) && !hasModifier(member, ts.SyntaxKind.StaticKeyword);
}

function describeField(field: ts.PropertyDeclaration): ClassFacts['fields'][number] {
  return {
    name: field.name.getText(),
    span: spanOf(field),
    ...(field.initializer && { initializer: spanOf(field.initializer) }),
    hasType: field.type !== undefined,
    definite: field.exclamationToken !== undefined || field.questionToken !== undefined,
    nameEnd: field.name.end,
  };
}

function superArguments(ctor: ts.ConstructorDeclaration): Span[] {
  const spans: Span[] = [];
  walk(ctor, (node) => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword)
      spans.push(...node.arguments.map(spanOf));
    return ts.isClassLike(node) ? false : undefined;
  });
  return spans;
}
