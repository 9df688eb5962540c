import ts from 'typescript';
import type { CutPlan } from '../types.ts';
import { type ModuleContext, useRuntime } from './context.ts';
import { emitString, type FunctionWithBody } from './syntax.ts';

/**
 * The call goes to the unit, or the body below runs. What is returned has type `never`, so that the function keeps the
 * type it had.
 *
 *     const $ = cut('trig#calculate', arguments); if ($) return $.ret;
 *     const $ = cutAsync('trig#calculate', arguments); if ($ && (await $)) return $.ret;     in an async function
 *     const $ = cutPromise('trig#calculate', arguments); if ($) return $;        in any other that gives a promise
 *     const $ = cut('m#f.$1', [x], captured(() => ({ rate }))); if ($) return $.ret;          in a closure
 *     const $ = cutGenerator('trig#walk', arguments); if ($) return yield* $;    in a generator; in one that crosses only where it ends at once, as in a function
 *     const $ = cutAsyncGenerator('trig#walk', arguments); if ($ && (await $)) return yield* $;
 */
export function emitCutLine(
  context: ModuleContext,
  node: FunctionWithBody,
  cut: CutPlan,
  args: readonly string[],
): string {
  const form = findForm(node, cut);
  const name = useRuntime(context, form);
  const list = [emitString(cut.fn), ...args].join(', ');
  const local = localName(context);
  const condition = /^cutAsync/.test(form) ? `${local} && (await ${local})` : local;
  const call = `const ${local} = ${name}(${list}); if (${condition})`;
  if (form === 'cutGenerator' || form === 'cutAsyncGenerator') return `${call} ${emitDelegation(node, local)}`;
  const result = form === 'cutPromise' ? ` ${local}` : returnsNothing(node) ? '' : ` ${local}.ret`;
  return `${call} return${result};`;
}

/** A generator that returns nothing must stay one, too. */
function emitDelegation(node: FunctionWithBody, local: string): string {
  return returnsNothing(node) ? `{ yield* ${local}; return; }` : `return yield* ${local};`;
}

type Form = 'cut' | 'cutAsync' | 'cutPromise' | 'cutGenerator' | 'cutAsyncGenerator';

export function findForm(node: FunctionWithBody, { form, brief }: CutPlan): Form {
  const isAsync = node.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword);
  if (node.asteriskToken && !brief) return isAsync && form !== 'blocking' ? 'cutAsyncGenerator' : 'cutGenerator';
  if (form === 'blocking') return 'cut';
  return isAsync || form === 'coloured' ? 'cutAsync' : 'cutPromise';
}

function localName(context: ModuleContext): string {
  return ['$', '$$', '_$', '$_', '$cut'].find((name) => !context.taken.has(name)) ?? '$faasify';
}

/**
 * A function without return value must stay one: `return $.ret` would turn its inferred type `void` into `undefined`, and
 * is not allowed in a setter. One that never comes to its end keeps its inferred `never`.
 */
export function returnsNothing(node: FunctionWithBody): boolean {
  if (ts.isSetAccessor(node)) return true;
  if (!ts.isBlock(node.body) || returnsValue(node.body)) return false;
  if (node.type !== undefined) return node.type.kind === ts.SyntaxKind.VoidKeyword;
  const mayBeNever = !ts.isFunctionDeclaration(node) && !ts.isClassLike(node.parent);
  return !(mayBeNever && endsInThrow(node.body));
}

function returnsValue(body: ts.Block): boolean {
  return statementsOf(body).some((node) => ts.isReturnStatement(node) && node.expression !== undefined);
}

function endsInThrow(body: ts.Block): boolean {
  const last = body.statements.at(-1);
  return last !== undefined && ts.isThrowStatement(last);
}

/** Everything in a body that is not in a function or class of its own. */
function statementsOf(body: ts.Block): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    found.push(node);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(body, visit);
  return found;
}

/**
 * Writes down a type that could be inferred only from the body as it was: `(x): x is string => …`. The type of a variable
 * that holds the function decides without that.
 */
export function writeReturnType(context: ModuleContext, node: FunctionWithBody, type: string): void {
  if (node.type !== undefined) return;
  const parenthesis = node.getChildren().find((child) => child.kind === ts.SyntaxKind.CloseParenToken);
  const [parameter] = node.parameters;
  if (parenthesis) context.edits.push({ kind: 'insert', at: parenthesis.end, text: `: ${type}` });
  else if (parameter) {
    const span = { start: parameter.getStart(), end: parameter.end };
    context.edits.push({ kind: 'wrap', span, before: '(', after: `): ${type}` });
  }
}
