/**
 * Decorators of classes, fields and accessors: what they add runs whenever an instance is made, or a field is read or set. Of methods
 * see the replacements.
 */

import ts from 'typescript';
import { functionOfDeclaration } from '../flow/callees.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { assignedTargets, hasModifier, isAccess, unwrap, walk } from '../names/syntax.ts';
import { isFaasDecorator } from './annotations.ts';

/** The decorator that may add something to how instances of a class are made. */
export function findDecoratorOfMaking(index: ProgramIndex, cls: ts.ClassLikeDeclaration): ts.Decorator | undefined {
  const [own] = listDecorators(cls);
  const members = cls.members.filter((member) => !hasModifier(member, ts.SyntaxKind.StaticKeyword));
  return (
    own ?? members.flatMap((member) => listDecorators(member).find((one) => actsOnMaking(index, member, one)) ?? [])[0]
  );
}

/** The decorator that may put functions behind a field, or give it something that others have, too. */
export function findDecoratorOfField(index: ProgramIndex, member: ts.ClassElement): ts.Decorator | undefined {
  return ts.isPropertyDeclaration(member) ? listDecorators(member).find((one) => !onlyNotes(index, one)) : undefined;
}

export function listDecorators(node: ts.Node): ts.Decorator[] {
  const all = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  return all.filter((one) => !isFaasDecorator(one));
}

function isLegacy({ loaded }: ProgramIndex): boolean {
  return loaded.program.getCompilerOptions().experimentalDecorators === true;
}

function actsOnMaking(index: ProgramIndex, member: ts.ClassElement, decorator: ts.Decorator): boolean {
  if (ts.isPropertyDeclaration(member)) return !onlyNotes(index, decorator);
  const written = findWritten(index, decorator);
  return !isLegacy(index) && !(written && !mayInitialise(index, written));
}

/** `@column` that adds the name of the field to a list: it gives nothing, and leaves alone what it stands at. */
function onlyNotes(index: ProgramIndex, decorator: ts.Decorator): boolean {
  const written = findWritten(index, decorator);
  if (!written || (!isLegacy(index) && givesSomething(index, decorator))) return false;
  return !mayInitialise(index, written) && !mayDefine(index, written);
}

/** The function of the program that it is, or that makes it. */
function findWritten(index: ProgramIndex, { expression }: ts.Decorator): ts.Node | undefined {
  const named = unwrap(ts.isCallExpression(expression) ? expression.expression : expression);
  const symbol = index.symbolAt(ts.isPropertyAccessExpression(named) ? named.name : named);
  const declaration = symbol?.valueDeclaration;
  return declaration && functionOfDeclaration(index, declaration)?.node;
}

function givesSomething({ checker }: ProgramIndex, { expression }: ts.Decorator): boolean {
  const signatures = checker.getTypeAtLocation(expression).getCallSignatures();
  const isVoid = (type: ts.Type) => (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) !== 0;
  return signatures.length === 0 || !signatures.every((signature) => isVoid(signature.getReturnType()));
}

/** `context.addInitializer(…)`, or somebody else is given the context. */
function mayInitialise({ checker }: ProgramIndex, written: ts.Node): boolean {
  let found = /\baddInitializer\b/.test(written.getText());
  walk(written, (node) => {
    const isName = ts.isIdentifier(node) && !ts.isParameter(node.parent) && !ts.isTypeNode(node.parent);
    if (found || !isName || isAccess(node.parent)) return undefined;
    found = /DecoratorContext$/.test(checker.getTypeAtLocation(node).symbol?.name ?? '');
    return undefined;
  });
  return found;
}

const DEFINING = /\b(?:define(?:Property|Properties|Getter__|Setter__)|setPrototypeOf|assign|Reflect\.set)\b/;

/** It may put something onto what it stands at, or hand that to functions of the program which do. */
function mayDefine(index: ProgramIndex, written: ts.Node): boolean {
  let found = DEFINING.test(written.getText());
  walk(written, (node) => {
    found ||= assignedTargets(node).some((target) => isAccess(target) && isParameter(index, target.expression));
    found ||=
      ts.isCallExpression(node) && callsOwn(index, node) && node.arguments.some((one) => isParameter(index, one));
    return undefined;
  });
  return found;
}

function isParameter(index: ProgramIndex, expression: ts.Expression): boolean {
  let at = unwrap(expression);
  while (isAccess(at)) at = unwrap(at.expression);
  const declaration = ts.isIdentifier(at) ? index.symbolAt(at)?.valueDeclaration : undefined;
  return declaration !== undefined && ts.isParameter(declaration);
}

function callsOwn(index: ProgramIndex, { expression }: ts.CallExpression): boolean {
  const callee = unwrap(expression);
  const symbol = index.symbolAt(ts.isPropertyAccessExpression(callee) ? callee.name : callee);
  const file = symbol?.declarations?.[0]?.getSourceFile();
  return !file || index.loaded.isOwn(file);
}
