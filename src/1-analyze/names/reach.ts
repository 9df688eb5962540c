/** How a function can be named from the top level of its module. */

import ts from 'typescript';
import type { Reach } from '../../types.ts';
import { reachOfClass } from '../classes/classes.ts';
import { isHidden, namespacePath } from './namespaces.ts';
import type { FunctionEntry } from './program-index.ts';
import { hasModifier, wrapped } from './syntax.ts';

export function findReach(entry: FunctionEntry): Reach {
  const { node } = entry;
  if (entry.parent) return none('it is written inside another function');
  if (entry.cls) return reachOfMember(entry);
  if (ts.isFunctionDeclaration(node)) return reachOfDeclaration(node);
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) return reachOfProperty(node, node.name);
  const outer = wrapped(node as ts.Expression);
  const { parent } = outer;
  if (ts.isExportAssignment(parent)) return { kind: 'default' };
  if (ts.isVariableDeclaration(parent)) return reachOfVariable(parent);
  if (ts.isPropertyAssignment(parent)) return reachOfProperty(parent, parent.name);
  return none('nothing at the top level of its module names it');
}

function none(reason: string): Reach {
  return { kind: 'none', reason };
}

function local(expression: string): Reach {
  return { kind: 'local', expression, root: /^[^.[]+/.exec(expression)?.[0] ?? expression };
}

function reachOfDeclaration(node: ts.FunctionDeclaration): Reach {
  if (!node.name) return { kind: 'default' };
  const prefix = namespacePath(node.parent);
  if (prefix === undefined) return none('it is declared inside a block');
  if (isHidden(node)) return none('its namespace does not export it');
  return local(prefix + node.name.text);
}

function reachOfVariable(node: ts.VariableDeclaration): Reach {
  if (!ts.isIdentifier(node.name) || !ts.isVariableStatement(node.parent.parent))
    return none('it is declared inside a block');
  if (!(node.parent.flags & ts.NodeFlags.Const))
    return none('the variable that holds it can be given another function');
  const prefix = namespacePath(node.parent.parent.parent);
  if (prefix === undefined) return none('it is declared inside a block');
  if (isHidden(node.parent.parent)) return none('its namespace does not export it');
  return local(prefix + node.name.text);
}

/** `{ total() {} }` and `{ total: () => … }` as the value of a constant. */
function reachOfProperty(node: ts.Node, name: ts.PropertyName): Reach {
  const member = memberExpression(name) ?? iteratorAccess(name);
  if (member === undefined) return none('its name is computed');
  const literal = node.parent;
  if (!ts.isObjectLiteralExpression(literal)) return none('nothing at the top level of its module names it');
  const outer = wrapped(literal);
  if (!ts.isVariableDeclaration(outer.parent))
    return none('the object it belongs to has no name at the top level of its module');
  const holder = reachOfVariable(outer.parent);
  return holder.kind === 'local' ? local(holder.expression + member) : holder;
}

/** `.total`, `['+']`; undefined for computed names. */
function memberExpression(name: ts.PropertyName): string | undefined {
  if (ts.isIdentifier(name)) return `.${name.text}`;
  return ts.isStringLiteralLike(name) || ts.isNumericLiteral(name) ? `[${name.getText()}]` : undefined;
}

function reachOfMember(entry: FunctionEntry): Reach {
  const { node, cls } = entry;
  const className = cls && reachOfClass(cls);
  if (!cls || className === undefined) return none('its class has no name at the top level of its module');
  const member = ts.isPropertyDeclaration(wrapped(node as ts.Expression).parent)
    ? (wrapped(node as ts.Expression).parent as ts.PropertyDeclaration)
    : node;
  if (ts.isConstructorDeclaration(member)) return none('objects are made where they live');
  const isStatic = hasModifier(member, ts.SyntaxKind.StaticKeyword);
  const { name } = member as ts.MethodDeclaration | ts.PropertyDeclaration;
  if (ts.isPrivateIdentifier(name)) return none('only its own class can name it');
  const access = ts.isIdentifier(name) ? `.${name.text}` : iteratorAccess(name);
  if (access === undefined) return none('its name is computed');
  if (ts.isPropertyDeclaration(member) && !isStatic) return none('every instance has its own copy of it');
  const root = className.split('.')[0] ?? className;
  const expression = isStatic ? className + access : `${className}.prototype${access}`;
  return { kind: 'method', cls: cls.id, expression, root };
}

/** `[Symbol.iterator]` and `[Symbol.asyncIterator]`, which everybody can name. */
function iteratorAccess(name: ts.PropertyName): string | undefined {
  const text = name.getText();
  return /^\[Symbol\.(?:iterator|asyncIterator)\]$/.test(text) ? text : undefined;
}
