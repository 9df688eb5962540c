/** What a name in the code of a package is used for, by the syntax around it. */

import ts from 'typescript';
import { type ApiPath, isBuiltinPath } from './calls.ts';
import { isReference } from './declarations.ts';
import type { PackageModule } from './module.ts';
import type { Access } from './shares.ts';
import { namesInProcess } from './state.ts';
import { isAccess, isExportsTarget, isGlobalObject, skipParens } from './syntax.ts';

/** `process.env.HOME`, however its file comes to `process` or `env`. */
export function findVariable(path: ApiPath): `process.env.${string}` | undefined {
  const [env, name = ''] = namesInProcess(path) ?? [];
  return env === 'env' && /^[A-Za-z_]\w*$/.test(name) ? `process.env.${name}` : undefined;
}

/** Not called on the spot, nor only looked at: `typeof f`, `x instanceof F`, `F.name`, `a === f`. */
export function isMentionOnly(name: ts.Identifier): boolean {
  const { parent } = name;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression !== name;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) return parent.expression !== name;
  if (ts.isTypeOfExpression(parent) || ts.isExpressionWithTypeArguments(parent)) return false;
  if (!ts.isBinaryExpression(parent)) return true;
  const { kind } = parent.operatorToken;
  const isComparison = kind >= ts.SyntaxKind.LessThanToken && kind <= ts.SyntaxKind.ExclamationEqualsEqualsToken;
  return !isComparison && kind !== ts.SyntaxKind.InstanceOfKeyword && kind !== ts.SyntaxKind.InKeyword;
}

/** Neither of the language nor of a file: somebody has put it there. */
export function isForeignGlobal(name: ts.Identifier): boolean {
  const isOfFile = /^(exports|module|require|define|arguments|undefined|NaN|Infinity|__dirname|__filename)$/.test(
    name.text,
  );
  const isAsked = ts.isTypeOfExpression(name.parent);
  return (
    isReference(name) &&
    !isOfFile &&
    !isAsked &&
    !isGlobalObject(name) &&
    !isBuiltinPath({ from: 'global', names: [name.text] })
  );
}

/** `exports.name`, `module.exports.name` */
export function exportAround(name: ts.Identifier, module: PackageModule): Access | undefined {
  const { parent } = name;
  const access = isAccess(parent) && name.text === 'module' && isAccess(parent.parent) ? parent.parent : parent;
  return isAccess(access) && isExportsTarget(access, module.source) ? access : undefined;
}

/** `f` of `make(f)`, where `make` returned what is called now: with that call the functions given to `make` were found. */
export function isCapturedParameter(callee: ts.Expression, module: PackageModule): boolean {
  const isWrapped = ts.isPropertyAccessExpression(callee) && /^(call|apply)$/.test(callee.name.text);
  const name = isWrapped ? skipParens(callee.expression) : callee;
  return ts.isIdentifier(name) && module.bindingOf(name)?.parameter !== undefined;
}
