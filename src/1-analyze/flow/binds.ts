/** `this.handle.bind(this)`: functions that are given a `this` and first arguments where they are made. */

import ts from 'typescript';
import type { BindFacts } from '../../types.ts';
import { spanOf } from '../classes/classes.ts';
import type { ProgramIndex } from '../names/program-index.ts';
import { isTypeOnly, unwrap } from '../names/syntax.ts';
import { outsideFacts } from '../outside/outside.ts';
import { type Hierarchy, resolveNamed } from './callees.ts';

/** Those whose parts can be named once more, and nobody can tell. `mayChange`: the text that a node is in. */
export function describeBinds(
  index: ProgramIndex,
  hierarchy: Hierarchy,
  mayChange: (node: ts.Node) => boolean,
): BindFacts[] {
  const binds: BindFacts[] = [];
  for (const node of index.nodes) {
    const target = ts.isCallExpression(node) && !isTypeOnly(node) ? findTarget(index, node) : undefined;
    if (!target || !ts.isCallExpression(node)) continue;
    const functions = resolveNamed(index, hierarchy, target)?.functions ?? [];
    if (functions.length === 0 || !mayChange(node)) continue;
    binds.push({
      module: index.loaded.moduleId(node.getSourceFile()),
      span: spanOf(node),
      parts: [target, ...node.arguments].map(spanOf),
      functions: functions.map(({ id }) => id).sort(),
    });
  }
  return binds;
}

function findTarget(index: ProgramIndex, call: ts.CallExpression): ts.Expression | undefined {
  const { expression: callee } = call;
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 'bind' || callee.questionDotToken)
    return undefined;
  if (!outsideFacts(index, callee, call)?.known) return undefined;
  return [callee.expression, ...call.arguments].every((part) => isName(index, part)) ? callee.expression : undefined;
}

/** A name, a literal, or a field that is no accessor. */
function isName(index: ProgramIndex, expression: ts.Expression): boolean {
  const value = unwrap(expression);
  if (value.kind === ts.SyntaxKind.ThisKeyword || value.kind === ts.SyntaxKind.NullKeyword) return true;
  if (ts.isIdentifier(value) || ts.isStringLiteralLike(value) || ts.isNumericLiteral(value)) return true;
  if (!ts.isPropertyAccessExpression(value) || value.questionDotToken || ts.isPrivateIdentifier(value.name))
    return false;
  const symbol = index.symbolAt(value.name);
  return symbol !== undefined && !(symbol.flags & ts.SymbolFlags.Accessor) && isName(index, value.expression);
}
